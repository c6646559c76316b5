import type { CompiledSet } from "../../engine/compile-set.ts";
import { COLUMN, layoutFor, type Layout } from "../../trace/columns/layout.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import type { SessionTable } from "../../trace/session-table.ts";
import { KeyedWalk, type KeyedOptions, type KeyedSink } from "./keyed-walk.ts";
import { RowKeys, type FreshKey } from "./row-keys.ts";
import { SegmentRows, type RowContext } from "./segment-rows.ts";
import { readsOf, type SetReads } from "./set-reads.ts";

/** Two versions with what they read; the baseline is undefined where it is what was recorded. */
export interface KeyedVersions {
  readonly baseline: SetReads | undefined;
  readonly candidate: SetReads;
  readonly layout: Layout;
}

/** Undefined where a version may read of a call what no column holds: then every call is decided on its whole event. */
export function keyedVersions(versions: { readonly baseline: CompiledSet | undefined; readonly candidate: CompiledSet }, options: { readonly ids: boolean }): KeyedVersions | undefined {
  const baseline = versions.baseline === undefined ? undefined : readsOf(versions.baseline);
  const candidate = readsOf(versions.candidate);
  const layout = layoutFor([...(baseline?.paths ?? []), ...candidate.paths], options);
  return layout === undefined ? undefined : { baseline, candidate, layout };
}

export function rowKeysFor({ baseline, candidate, layout }: KeyedVersions): RowKeys {
  return new RowKeys(baseline === undefined ? [candidate] : [baseline, candidate], layout, baseline === undefined);
}

/** Rows' keys of one segment, and the rows that have a key which was not seen before. */
export interface SegmentKeyed {
  readonly keys: Uint32Array;
  readonly fresh: readonly FreshKey[];
}

/** A replay over segments in the order of the trace, in one thread. */
export class KeyedReplay {
  readonly #keys: RowKeys;
  readonly #walk: KeyedWalk;
  readonly #context: RowContext;

  constructor(versions: KeyedVersions, options: KeyedOptions, of: { readonly sink: KeyedSink; readonly sessions: SessionTable; readonly context: RowContext }) {
    this.#keys = rowKeysFor(versions);
    this.#walk = new KeyedWalk(versions, options, of);
    this.#context = of.context;
  }

  get keylessWrites(): number {
    return this.#walk.keylessWrites;
  }

  take(segment: Segment): void {
    this.takeKeyed(segment, this.#keys.keys(segment));
  }

  /** Takes a segment whose keys were worked out elsewhere; fresh keys must be numbered as they come, and may come twice. */
  takeKeyed(segment: Segment, { keys, fresh }: SegmentKeyed): void {
    const rows = new SegmentRows(segment, this.#context);
    for (const { key, row } of fresh) if (key === this.#walk.keyCount) this.#walk.addKey(rows.views.event(row, rows.frames.of(row)), rows.views.code(COLUMN.approvals, row) !== 0);
    this.#walk.walk(rows, keys);
  }

  finish(): void {
    this.#walk.finish();
  }
}

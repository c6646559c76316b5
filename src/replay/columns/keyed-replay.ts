import type { CompiledSet } from "../../engine/compile-set.ts";
import { layoutFor, type Layout } from "../../trace/columns/layout.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import type { SessionTable } from "../../trace/session-table.ts";
import type { KeyBook } from "./key-book.ts";
import { KeyedWalk, type KeyedOptions, type KeyedSink } from "./keyed-walk.ts";
import { RowKeys } from "./row-keys.ts";
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

/** `before`: what is known of the keys that the same rows were given for other versions. */
export function rowKeysFor({ baseline, candidate, layout }: KeyedVersions, before?: KeyBook): RowKeys {
  return new RowKeys(baseline === undefined ? [candidate] : [baseline, candidate], layout, { recorded: baseline === undefined, before });
}

/** A replay over segments in the order of the trace, in one thread. */
export class KeyedReplay {
  readonly #keys: RowKeys;
  readonly #walk: KeyedWalk;
  readonly #context: RowContext;
  #rows = 0;

  constructor(versions: KeyedVersions, options: KeyedOptions, of: { readonly sink: KeyedSink; readonly sessions: SessionTable; readonly context: RowContext }) {
    this.#keys = rowKeysFor(versions);
    this.#walk = new KeyedWalk(versions, options, of);
    this.#context = of.context;
  }

  get keylessWrites(): number {
    return this.#walk.keylessWrites;
  }

  take(segment: Segment): void {
    this.#walk.walk(new SegmentRows(segment, this.#context, this.#rows), this.#keys.keys(segment).keys);
    this.#rows += segment.rows;
  }

  finish(): void {
    this.#walk.finish();
  }
}

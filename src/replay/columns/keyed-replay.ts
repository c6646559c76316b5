import type { CompiledSet } from "../../engine/compile-set.ts";
import { layoutFor, type Layout } from "../../trace/columns/layout.ts";
import { classedBy, type Classed, type KeyBook } from "./key-book.ts";
import { planOf } from "./probe-plan.ts";
import { RowKeys } from "./row-keys.ts";
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

function setsOf({ baseline, candidate }: KeyedVersions): readonly SetReads[] {
  return baseline === undefined ? [candidate] : [baseline, candidate];
}

/** What keys for two versions class subjects, actions and resources by. */
export function classedFor(versions: KeyedVersions): Classed {
  const sets = setsOf(versions);
  return classedBy(sets, planOf(sets, versions.layout), versions.baseline === undefined);
}

/** `before`: what is known of the keys that the same rows were given for other versions. */
export function rowKeysFor(versions: KeyedVersions, before?: KeyBook): RowKeys {
  return new RowKeys(setsOf(versions), versions.layout, { recorded: versions.baseline === undefined, before });
}

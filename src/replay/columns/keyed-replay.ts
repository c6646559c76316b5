import type { CompiledSet } from "../../engine/compile-set.ts";
import { isKept, layoutFor, type Layout } from "../../trace/columns/layout.ts";
import { RowKeys } from "./row-keys.ts";
import { setDigest } from "./set-digest.ts";
import { readsOf, type SetReads } from "./set-reads.ts";

/** Two versions with what they read; the baseline is undefined where it is what was recorded. */
export interface KeyedVersions {
  readonly baseline: SetReads | undefined;
  readonly candidate: SetReads;
  readonly layout: Layout;
}

/** What catalogs say of entities is held against what events claim of them (design 2.7). */
function namedByCatalog({ catalog: { names } }: CompiledSet): readonly (readonly string[])[] {
  return [
    ...[...names.subject].flatMap((name) => [
      ["subject", name],
      ["context", "on_behalf_of", name],
    ]),
    ...[...names.action].map((name) => ["action", name]),
    ...[...names.resource].map((name) => ["resource", name]),
  ];
}

function pathsOf({ set, paths }: SetReads): readonly (readonly string[])[] {
  return [...paths, ...namedByCatalog(set)];
}

const WHOLE_ROOT = "a condition reads arguments, context or outcome as a whole";

/** A text: why every call has to be decided on its whole event instead. */
export function keyedVersions(
  versions: { readonly baseline: CompiledSet | undefined; readonly candidate: CompiledSet },
  options: { readonly ids: boolean },
): KeyedVersions | string {
  const baseline = versions.baseline === undefined ? undefined : readsOf(versions.baseline);
  const candidate = readsOf(versions.candidate);
  const all = [baseline, candidate].filter((reads) => reads !== undefined);
  const paths = all.flatMap(pathsOf);
  const layout = layoutFor(paths.filter(isKept), options);
  return layout === undefined ? WHOLE_ROOT : { baseline, candidate, layout };
}

function setsOf({ baseline, candidate }: KeyedVersions): readonly SetReads[] {
  return baseline === undefined ? [candidate] : [baseline, candidate];
}

/**
 * A text that tells for which versions rows are keyed: keys serve no others, not even ones that
 * differ by a rule.
 */
export function keyedFor({ baseline, candidate }: KeyedVersions): string {
  return JSON.stringify([
    baseline === undefined ? null : setDigest(baseline.set),
    setDigest(candidate.set),
  ]);
}

/** What gives rows their keys. */
export function rowKeysFor(versions: KeyedVersions): RowKeys {
  return new RowKeys(setsOf(versions), versions.layout, {
    recorded: versions.baseline === undefined,
  });
}

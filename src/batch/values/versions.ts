import type { CompiledSet } from "../../engine/compile-set.ts";
import { layoutFor, type Layout } from "../../trace/columns/layout.ts";
import { readsOf, type SetReads } from "./set-reads.ts";

/** Two versions with what they read; the baseline is undefined where it is what was recorded. */
export interface ReadVersions {
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

/**
 * Two versions with the columns that hold what they read, as far as columns can; `besides`: what
 * else columns hold.
 */
export function readVersions(
  versions: { readonly baseline: CompiledSet | undefined; readonly candidate: CompiledSet },
  options: { readonly ids: boolean; readonly besides?: readonly (readonly string[])[] },
): ReadVersions {
  const baseline = versions.baseline === undefined ? undefined : readsOf(versions.baseline);
  const candidate = readsOf(versions.candidate);
  const all = baseline === undefined ? [candidate] : [baseline, candidate];
  return {
    baseline,
    candidate,
    layout: layoutFor([...all.flatMap(pathsOf), ...(options.besides ?? [])], options),
  };
}

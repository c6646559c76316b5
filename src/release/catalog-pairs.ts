import type { Catalog, Document } from "../policy/model.ts";
import type { ChangeImpact } from "../proof/judge-change.ts";
import type { Change } from "./change.ts";
import { canonicalText, changedText } from "./changed-text.ts";

/** Two versions of a set that differ in catalogs alone. */
export interface CatalogSets {
  readonly before: readonly Document[];
  readonly after: readonly Document[];
}

/** One record in both versions; undefined in the one that lacks it. */
export type RecordPair<T> = {
  readonly name: string;
  readonly before: T | undefined;
  readonly after: T | undefined;
};

/** The catalogs of a set. */
export function catalogsOf(documents: readonly Document[]): readonly Catalog[] {
  return documents.filter((document) => document.kind === "Catalog");
}

/** Pairs of records of one key, sorted by it. */
export function paired<T>(
  before: readonly T[],
  after: readonly T[],
  key: (record: T) => string,
): readonly RecordPair<T>[] {
  const [a, b] = [
    new Map(before.map((one) => [key(one), one])),
    new Map(after.map((one) => [key(one), one])),
  ];
  return [...new Set([...a.keys(), ...b.keys()])]
    .sort()
    .map((name) => ({ name, before: a.get(name), after: b.get(name) }));
}

/** The changes among pairs of records, as far as `plain` makes them differ. */
export function changesOf<T>(
  kind: string,
  records: readonly RecordPair<T>[],
  judge: (before: T | undefined, after: T | undefined) => ChangeImpact,
  plain: (record: T) => unknown,
): readonly Change[] {
  return records
    .filter(
      ({ before, after }) =>
        canonicalText(before === undefined ? undefined : plain(before)) !==
        canonicalText(after === undefined ? undefined : plain(after)),
    )
    .map(({ name, before, after }) => ({
      about: `${kind} ${name}`,
      sentence: changedText(`${kind} \`${name}\``, before && plain(before), after && plain(after)),
      verdict: judge(before, after),
    }));
}

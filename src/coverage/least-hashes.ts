import { hashText } from "../text/text-numbers.ts";

/** What is kept of many entries, and what is not. */
export interface Least<T> {
  readonly kept: readonly T[];
  readonly gone: readonly T[];
  /** Entries with this hash or a greater one are gone; null: none is. */
  readonly below: string | null;
}

/**
 * The entries with the least hashes of their keys: all, if there are no more than `most`. Of the
 * union of parts these are the same, however the trace was split. `below`: as of an earlier cut.
 */
export function leastHashes<T>(
  entries: readonly T[],
  keyOf: (entry: T) => string,
  { most, below = null }: { readonly most: number; readonly below?: string | null },
): Least<T> {
  const ranked = entries
    .map((entry) => ({ entry, hash: hashText(keyOf(entry)) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const inside = below === null ? ranked : ranked.filter(({ hash }) => hash < below);
  const kept = inside.slice(0, most);
  const gone = new Set(kept);
  return {
    kept: kept.map(({ entry }) => entry),
    gone: ranked.filter((one) => !gone.has(one)).map(({ entry }) => entry),
    below: inside[most]?.hash ?? below,
  };
}

/** The lesser of two hashes below which entries are kept. */
export function lesserHash(a: string | null, b: string | null): string | null {
  return a === null ? b : b === null || a < b ? a : b;
}

import { count } from "./count.ts";

/** Calls for which somebody answers; `owner` null: nobody is named. */
export interface OwnedCalls {
  readonly owner: string | null;
  readonly calls: number;
}

/** So many owners are all named; of more, only the first. */
const ALL_NAMED = 3;

/**
 * Owners of calls, each with the number of its calls, in the order given: those that are named, and the
 * others where they are more than three.
 */
export function ownerList(
  byOwner: readonly OwnedCalls[],
  nobody: string,
): { readonly named: readonly string[]; readonly others: readonly string[] } {
  const texts = byOwner.map(
    ({ owner, calls }, i) =>
      `${owner ?? nobody} (${i === 0 ? count(calls, "call") : calls.toLocaleString("en-US")})`,
  );
  const end = texts.length > ALL_NAMED ? 1 : texts.length;
  return { named: texts.slice(0, end), others: texts.slice(end) };
}

/** Adds up calls by owner: most calls first, then by name. */
export function callsByOwner(all: Iterable<OwnedCalls>): readonly OwnedCalls[] {
  const sums = new Map<string | null, number>();
  for (const { owner, calls } of all) sums.set(owner, (sums.get(owner) ?? 0) + calls);
  return [...sums]
    .map(([owner, calls]) => ({ owner, calls }))
    .sort((a, b) => b.calls - a.calls || ((a.owner ?? "") < (b.owner ?? "") ? -1 : 1));
}

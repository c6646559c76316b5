import { firstNames, listed } from "./listed.ts";

/** Whose owner changed, and from whom to whom; null: nobody. */
interface ChangedOwner {
  readonly kind: "policy" | "agent" | "invariant";
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Owners that are named; the others are counted. */
const NAMED = 4;

/** Of what the sentences of changes say no owner: those of agents do. */
export const SILENT_OWNERS = ["policy", "invariant"] as const;
/** All that has an owner. */
export const ALL_OWNERS = [...SILENT_OWNERS, "agent"] as const;

/**
 * From whom to whom owners go, in a sentence without its period; undefined: none of these
 * `kinds` does.
 */
export function ownersText(
  { owners = [] }: { readonly owners?: readonly ChangedOwner[] },
  kinds: readonly ChangedOwner["kind"][],
): string | undefined {
  const who = (owner: string | null): string => (owner === null ? "nobody" : `\`${owner}\``);
  const told = owners
    .filter(({ kind }) => kinds.includes(kind))
    .map(
      ({ kind, name, before, after }) =>
        `the ${kind} \`${name}\` goes from ${who(before)} to ${who(after)}`,
    );
  return told.length === 0
    ? undefined
    : `Somebody else answers: ${listed(firstNames(told, NAMED))}`;
}

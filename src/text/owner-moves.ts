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

/** `from \`sales\` to nobody`, of an owner. */
export function ownerMove(
  before: string | null | undefined,
  after: string | null | undefined,
): string {
  const who = (owner: string | null | undefined): string =>
    typeof owner === "string" ? `\`${owner}\`` : "nobody";
  return `from ${who(before)} to ${who(after)}`;
}

/**
 * From whom to whom owners go, in a sentence without its period; undefined: none of these
 * `kinds` does.
 */
export function ownerMovesText(
  { owners = [] }: { readonly owners?: readonly ChangedOwner[] },
  kinds: readonly ChangedOwner["kind"][],
): string | undefined {
  const told = owners
    .filter(({ kind }) => kinds.includes(kind))
    .map(
      ({ kind, name, before, after }) => `the ${kind} \`${name}\` goes ${ownerMove(before, after)}`,
    );
  return told.length === 0
    ? undefined
    : `Somebody else answers: ${listed(firstNames(told, NAMED))}`;
}

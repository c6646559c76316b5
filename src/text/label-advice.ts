import { misspelledFrom, sameButSpelling } from "./slip.ts";

/** Whether a label is called `benign`, which nothing reads. */
export function isNamedBenign(name: string): boolean {
  return name === "benign" || sameButSpelling(name, ["benign"]) !== undefined;
}

/** What to write in its place. */
export const BENIGN_HELP = 'a benign call has the label `{"incident": false}`';

/**
 * What to write in place of a label that nothing reads, and that seems to say whether a call is an
 * incident; undefined: it does not, or it is the one that replays read (design 7.6).
 */
export function labelAdvice(name: string): string | undefined {
  if (name === "incident") return undefined;
  if (isNamedBenign(name)) return BENIGN_HELP;
  const meant = misspelledFrom(name, ["incident"]);
  return meant === undefined ? undefined : `did you mean \`${meant}\`?`;
}

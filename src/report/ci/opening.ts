import type { DiffChange } from "../../documents/diff-result.ts";
import { count } from "../../text/count.ts";
import { firstNames } from "../../text/listed.ts";
import { witnessText } from "../diff/words.ts";
import { markdownSentence, markdownText as text } from "../markdown.ts";
import { OPENING_KINDS, OPENING_WORDS, type OpeningKind, ruleName } from "../../text/openings.ts";
import { opensAll, wideningKind } from "../../text/widenings.ts";

/** Changes of one kind that are told with their sentences; the others are named. */
const SHOWN = 2;

/** Others that are named. */
const NAMED = 10;

function changeLines(change: DiffChange, kind: OpeningKind): readonly string[] {
  const { sentence, witness } = change;
  return [
    `- **${OPENING_WORDS[kind].one(change)}**: ${markdownSentence(sentence, 400)}`,
    ...(kind === "denial" && witness?.class === "widened"
      ? [`  - one call: ${text(witnessText(witness), 500)}`]
      : []),
  ];
}

/** Changes of a kind by name alone. */
function namesLine(
  left: readonly DiffChange[],
  { kind, told }: { readonly kind: OpeningKind; readonly told: boolean },
): readonly string[] {
  if (left.length === 0) return [];
  const names = firstNames(
    left.map((change) => `\`${ruleName(change)}\``),
    NAMED,
  ).join(", ");
  const { noun } = OPENING_WORDS[kind];
  const isGone = left.every(({ rule }) => rule?.after === null);
  const what = told
    ? count(left.length, `more ${noun}`)
    : `${count(left.length, noun)} ${isGone ? "removed" : "removed or weakened"}`;
  return [`- **${what}**: ${markdownSentence(names, 800)}`];
}

/**
 * What changed rules let through for certain, one kind after the other: the first changes of each with
 * their sentences, all others by name. WHY the names alone where a rule allows every call: it says
 * what the others open. `changes`: the gravest first.
 */
export function openingLines(changes: readonly DiffChange[]): readonly string[] {
  const isOpened = changes.some(opensAll);
  return OPENING_KINDS.flatMap((kind) => {
    const own = changes.filter((change) => wideningKind(change) === kind);
    const most = isOpened && kind !== "open" ? 0 : SHOWN;
    return [
      ...own.slice(0, most).flatMap((change) => changeLines(change, kind)),
      ...namesLine(own.slice(most), { kind, told: most > 0 }),
    ];
  });
}

import type { DiffChange } from "../../documents/diff-result.ts";
import { count } from "../../text/count.ts";
import { listed } from "../../text/listed.ts";
import { witnessText } from "../diff/words.ts";
import { markdownSentence, markdownText as text } from "../markdown.ts";
import { opensAll, type WideningKind, wideningKind } from "./widenings.ts";

/** Changes of one kind that are told with their sentences; the others are named. */
const SHOWN = 2;

/** Others that are named. */
const NAMED = 10;

/** What a rule without a condition lets through, by what else limits it and what else stops calls. */
export function openText({ rule }: DiffChange): string {
  const limits = new Set(rule?.after?.limits);
  const stops = new Set(rule?.after?.stops);
  const who = limits.has("subjects") ? "these agents" : "every agent";
  const what = limits.has("actions")
    ? "make these calls"
    : `call every tool${limits.has("resources") ? " on these resources" : ""}`;
  const within = [
    ...(stops.has("manifests")
      ? [limits.has("subjects") ? "their manifests allow" : "its manifest allows"]
      : []),
    ...(stops.has("rules") ? ["no other rule stops"] : []),
  ];
  const that = within.length === 0 ? "" : ` that ${listed(within)}`;
  return `${who} may ${what}${that}, without a condition`;
}

type OpeningKind = Exclude<WideningKind, "other">;

/** What a change of a kind is called, and what several are. */
const WORDS: Readonly<
  Record<
    OpeningKind,
    {
      readonly one: (change: DiffChange) => string;
      readonly noun: string;
    }
  >
> = {
  open: { one: openText, noun: "rule" },
  denial: {
    one: ({ rule }) => (rule?.after?.effect === "deny" ? "denial weakened" : "denial removed"),
    noun: "denial",
  },
  unconditional: { one: () => "without a condition", noun: "rule" },
  approval: {
    one: ({ rule }) =>
      rule?.after?.effect === "require_approval" ? "approval weakened" : "approval removed",
    noun: "approval",
  },
};

/** The name of the rule that a change is about. */
export function ruleName({ about }: DiffChange): string {
  return about.slice(about.indexOf(" ") + 1);
}

function changeLines(change: DiffChange, kind: OpeningKind): readonly string[] {
  const { sentence, witness } = change;
  return [
    `- **${WORDS[kind].one(change)}**: ${markdownSentence(sentence, 400)}`,
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
  const rest = left.length - NAMED;
  const names = [
    ...left.slice(0, NAMED).map((change) => `\`${ruleName(change)}\``),
    ...(rest > 0 ? [`${rest} more`] : []),
  ].join(", ");
  const { noun } = WORDS[kind];
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
  return (["open", "denial", "unconditional", "approval"] as const).flatMap((kind) => {
    const own = changes.filter((change) => wideningKind(change) === kind);
    const most = isOpened && kind !== "open" ? 0 : SHOWN;
    return [
      ...own.slice(0, most).flatMap((change) => changeLines(change, kind)),
      ...namesLine(own.slice(most), { kind, told: most > 0 }),
    ];
  });
}

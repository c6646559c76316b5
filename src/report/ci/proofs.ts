import type { AnsweredInvariant } from "../../documents/analyze-result.ts";
import type { CiResult } from "../../documents/ci-result.ts";
import type { DiffChange } from "../../documents/diff-result.ts";
import { markdownText as text } from "../markdown.ts";
import { ownerText } from "../analyze/markdown.ts";
import { ANSWER_WORDS } from "../analyze/words.ts";

/** Invariants that are named where all are gone. */
const NAMED = 4;

/** An invariant that does not hold: what it was before, what it is now, and a session that breaks it. */
function line(one: AnsweredInvariant, before: string | undefined): readonly string[] {
  const was = before === undefined ? "" : `${before}, now `;
  const why = one.witness?.sentence ?? one.why;
  return [
    `- **${text(one.id)}**: ${was}${ANSWER_WORDS[one.answer]}${ownerText(one)}`,
    ...(why === null ? [] : [`  - ${text(why, 500)}`]),
  ];
}

/** Invariants that are gone with all others, so that nothing is proved any more. */
function goneSection(changes: readonly DiffChange[]): readonly string[] {
  const gone = changes.filter(
    ({ document, after }) => document.kind === "Invariant" && after === null,
  );
  const ids = gone.map(({ about }) => about.replace(/^rule /, ""));
  if (ids.length === 0) return [];
  const title = ids.length === 1 ? "An invariant is gone" : `${ids.length} invariants are gone`;
  const named = ids.slice(0, NAMED).map((id) => `- **${text(id)}**: no longer asked`);
  const rest = ids.length - named.length;
  return [`### ${title}`, "", ...named, ...(rest > 0 ? [`- … and ${rest} more`] : []), ""];
}

/**
 * The proofs that fell: what the baseline proves and the candidate does not, or no longer asks;
 * then what neither proves. Empty where everything holds.
 */
export function proofSection({ analyze, diff, steps }: CiResult): readonly string[] {
  // a step that could not run says so itself
  if (steps.some((one) => one.name === "analyze" && one.status === "error")) return [];
  if (analyze === null) return goneSection(diff?.changes ?? []);
  const before = new Map((analyze.before?.answers ?? []).map(({ id, answer }) => [id, answer]));
  const now = new Set(analyze.answers.map(({ id }) => id));
  const open = analyze.answers.filter(({ answer }) => answer !== "proved");
  const fell = open.filter(({ id }) => before.get(id) === "proved");
  const gone = [...before].filter(([id, answer]) => answer === "proved" && !now.has(id));
  const lines = [
    ...fell.flatMap((one) => line(one, "proved before")),
    ...gone.map(([id]) => `- **${text(id)}**: proved before, no longer asked`),
    ...open.filter((one) => !fell.includes(one)).flatMap((one) => line(one, undefined)),
  ];
  const fallen = fell.length + gone.length;
  const title =
    fallen === 0 ? "Not proved" : fallen === 1 ? "A proof fell" : `${fallen} proofs fell`;
  return lines.length === 0 ? [] : [`### ${title}`, "", ...lines, ""];
}

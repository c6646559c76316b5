import type { DiffChange, DiffResult } from "../../documents/diff-result.ts";
import { printable } from "../escape.ts";
import { markdownFold, markdownSentence, markdownText as text } from "../markdown.ts";
import { ownerMovesText, SILENT_OWNERS } from "../../text/owner-moves.ts";
import {
  effectText,
  impactText,
  sourceLines,
  changeSentence,
  uncomparedText,
  witnessText,
} from "./words.ts";

function markdownChange(change: DiffChange): readonly string[] {
  const source = sourceLines(change.before, change.after);
  const fence = "```";
  // a fence longer than any in the source cannot be closed by it
  const safe = source.map((line) => printable(line, 300));
  const mark = safe.some((line) => line.includes(fence)) ? "~~~~~~~~" : fence;
  return [
    `- **${effectText(change)}**: ${markdownSentence(changeSentence(change), 1000)}`,
    ...(change.witness === null ? [] : [`  - e.g. ${text(witnessText(change.witness), 1000)}`]),
    ...(safe.length === 0
      ? []
      : ["", ...markdownFold(change.about, [`${mark}diff`, ...safe, mark])]),
  ];
}

/** For a pull request. */
export function markdownDiff(result: DiffResult): string {
  const head =
    result.changed || result.changes.length > 0
      ? `a ${result.required} change: ${impactText(result)}`
      : "nothing changed in meaning";
  const uncompared = uncomparedText(result);
  return `${[
    `### agentz diff: ${head}`,
    "",
    ...[uncompared, ownerMovesText(result, SILENT_OWNERS)].flatMap((told) =>
      told === undefined ? [] : [`${markdownSentence(told, 600)}.`, ""],
    ),
    ...result.outcomes.map(({ sentence }) => `- ${markdownSentence(sentence, 500)}`),
    "",
    ...result.changes.flatMap(markdownChange),
  ]
    .join("\n")
    .trimEnd()}\n`;
}

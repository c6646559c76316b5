import type { AnalyzeResult } from "../../documents/analyze-result.ts";
import { markdownText as text } from "../markdown.ts";
import { ANSWER_WORDS, answersText, gravestFirst } from "./words.ts";

/** For a pull request. */
export function markdownAnalyze(result: AnalyzeResult): string {
  const lines = gravestFirst(result.answers).flatMap((one) => [
    `- **${ANSWER_WORDS[one.answer]}** ${text(one.id)}`,
    ...(one.witness === null ? [] : [`  - ${text(one.witness.sentence, 1000)}`]),
    ...(one.why === null ? [] : [`  - ${text(one.why, 1000)}`]),
  ]);
  return `${[`### agentz analyze: ${answersText(result.summary)}`, "", ...lines].join("\n")}\n`;
}

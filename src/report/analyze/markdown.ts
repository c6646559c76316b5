import type { AnalyzeResult, AnsweredInvariant } from "../../documents/analyze-result.ts";
import { markdownSentence, markdownText as text } from "../markdown.ts";
import { answersText, answerWords, askedText, gravestFirst, reasonText } from "./words.ts";

/** Whom to ask about an invariant that does not hold. */
export function ownerText({ answer, owner }: AnsweredInvariant): string {
  return answer === "proved" || owner === undefined ? "" : `, owner ${text(owner)}`;
}

/** For a pull request. */
export function markdownAnalyze(result: AnalyzeResult): string {
  const words = answerWords(result);
  const reason = (one: AnsweredInvariant): readonly string[] => {
    const why = reasonText(one, result);
    return why === null ? [] : [`  - ${text(why, 1000)}`];
  };
  const lines = gravestFirst(result).flatMap((one) => [
    `- **${words[one.answer]}** ${text(one.id)}${ownerText(one)}`,
    ...(one.witness === null ? [] : [`  - ${text(one.witness.sentence, 1000)}`]),
    ...reason(one),
  ]);
  return `${[
    `### agentz analyze: ${answersText(result.summary, words)}`,
    "",
    `${markdownSentence(askedText(result), 400)}`,
    "",
    ...lines,
  ].join("\n")}\n`;
}

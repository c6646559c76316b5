import type { AnalyzeResult, InvariantAnswer } from "../../documents/analyze-result.ts";

/** An answer as people read it. */
export const ANSWER_WORDS: Readonly<Record<InvariantAnswer, string>> = {
  proved: "proved",
  refuted: "refuted",
  cannot_tell: "cannot tell",
};

/** How many answers of each kind, and the share of those that could not be told. */
export function answersText({ proved, refuted, cannotTell }: AnalyzeResult["summary"]): string {
  const all = proved + refuted + cannotTell;
  const share = all === 0 ? 0 : Math.round((100 * cannotTell) / all);
  return `${proved} proved, ${refuted} refuted, ${cannotTell} cannot tell (${share} %)`;
}

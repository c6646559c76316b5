import type {
  AnalyzeResult,
  AnsweredInvariant,
  InvariantAnswer,
} from "../../documents/analyze-result.ts";

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
  return `${proved} proved, ${refuted} refuted, ${cannotTell} cannot tell (${share}%)`;
}

/** What a reader has to look at first. */
const ORDER = ["refuted", "cannot_tell", "proved"] as const;

/** Answers by what they say, those that do not hold first; else in their own order. */
export function gravestFirst(answers: readonly AnsweredInvariant[]): readonly AnsweredInvariant[] {
  return ORDER.flatMap((answer) => answers.filter((one) => one.answer === answer));
}

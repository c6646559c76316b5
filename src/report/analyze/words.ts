import type {
  AnalyzeQuestion,
  AnalyzeResult,
  AnsweredInvariant,
  InvariantAnswer,
} from "../../documents/analyze-result.ts";
import { count } from "../../text/count.ts";

/** An answer as people read it. */
export const ANSWER_WORDS: Readonly<Record<InvariantAnswer, string>> = {
  proved: "proved",
  refuted: "refuted",
  cannot_tell: "cannot tell",
};

/** Answers to questions that are not about what has to hold: who can, which rules are dead. */
const ANSWER_WORDS_OF: Partial<
  Record<AnalyzeQuestion["kind"], Readonly<Record<InvariantAnswer, string>>>
> = {
  who_can_ever: { proved: "cannot", refuted: "can", cannot_tell: "cannot tell" },
  dead_rules: { proved: "dead", refuted: "in use", cannot_tell: "cannot tell" },
};

/** The answers to a question as people read them. */
export function answerWords({
  question,
}: Pick<AnalyzeResult, "question">): Readonly<Record<InvariantAnswer, string>> {
  return (question === null ? undefined : ANSWER_WORDS_OF[question.kind]) ?? ANSWER_WORDS;
}

/** How many answers of each kind, and the share of those that could not be told. */
export function answersText(
  { proved, refuted, cannotTell }: AnalyzeResult["summary"],
  words = ANSWER_WORDS,
): string {
  const all = proved + refuted + cannotTell;
  const share = all === 0 ? 0 : Math.round((100 * cannotTell) / all);
  const told = [`${proved} ${words.proved}`, `${refuted} ${words.refuted}`];
  // who can is what was asked for
  if (words.refuted === "can") told.reverse();
  return `${told.join(", ")}, ${cannotTell} ${words.cannot_tell} (${share}%)`;
}

/** Whether a session that is shown is to become a test: it answers what has to hold, not what is so. */
export function isToBeTested({ question }: Pick<AnalyzeResult, "question">): boolean {
  return question === null || question.kind === "never";
}

/** What is said besides an answer; nothing of somebody who cannot, since nothing is to be done. */
export function reasonText(
  { answer, why }: AnsweredInvariant,
  { question }: Pick<AnalyzeResult, "question">,
): string | null {
  return question?.kind === "who_can_ever" && answer === "proved" ? null : why;
}

/** What was asked, and of which set. */
export function askedText({ question, summary, candidate }: AnalyzeResult): string {
  const { proved, refuted, cannotTell } = summary;
  if (question === null)
    return `${count(proved + refuted + cannotTell, "invariant")} of \`${candidate.ref}\``;
  const { kind, text } = question;
  const asked = {
    never: `is never permitted: \`${text ?? ""}\`, in`,
    who_can_ever: `who can ever be permitted \`${text ?? ""}\`, in`,
    no_new_access: `no call is decided less strictly than by \`${text ?? ""}\`, in`,
    equivalent: `every call is decided as by \`${text ?? ""}\`, in`,
    dead_rules: "rules that decide no call, in",
  }[kind];
  return `${asked} \`${candidate.ref}\``;
}

/** Whether what was asked holds, in one word; undefined: the question asks for a list. */
export function analyzeVerdict({
  question,
  summary: { proved, refuted, cannotTell },
}: Pick<AnalyzeResult, "question" | "summary">): InvariantAnswer | undefined {
  if (question?.kind === "who_can_ever") return undefined;
  const broken = question?.kind === "dead_rules" ? proved : refuted;
  return broken > 0 ? "refuted" : cannotTell > 0 ? "cannot_tell" : "proved";
}

/** What a reader has to look at first. */
const ORDER = ["refuted", "cannot_tell", "proved"] as const;

/** Answers by what they say, those that do not hold first; else in their own order. */
export function gravestFirst({
  answers,
  question,
}: Pick<AnalyzeResult, "answers" | "question">): readonly AnsweredInvariant[] {
  const order = question?.kind === "dead_rules" ? [...ORDER].reverse() : ORDER;
  return order.flatMap((answer) => answers.filter((one) => one.answer === answer));
}

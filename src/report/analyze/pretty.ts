import { Chalk } from "chalk";
import type { AnalyzeResult, AnsweredInvariant } from "../../documents/analyze-result.ts";
import { printable } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { ANSWER_WORDS, answersText, gravestFirst } from "./words.ts";

function answerLines(one: AnsweredInvariant, options: ReportOptions): readonly string[] {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const colour = { proved: paint.green, refuted: paint.red, cannot_tell: paint.yellow }[one.answer];
  const witness =
    one.witness === null
      ? []
      : [
          `    ${printable(one.witness.sentence, 2000)}`,
          ...one.witness.test
            .trimEnd()
            .split("\n")
            .map((line) => `    | ${printable(line, 500)}`),
        ];
  return [
    `${colour(ANSWER_WORDS[one.answer].padEnd(11))} ${printable(one.id)}`,
    ...witness,
    ...(one.why === null ? [] : [`    ${printable(one.why, 1000)}`]),
    ...(one.help === null ? [] : [`    help: ${printable(one.help, 500)}`]),
  ];
}

/**
 * Every invariant with its answer, those that do not hold first; a refuted one with the session that
 * breaks it, as a test.
 */
export function prettyAnalyze(result: AnalyzeResult, options: ReportOptions): string {
  const lines = gravestFirst(result.answers).flatMap((one) => answerLines(one, options));
  return `${[...lines, "", answersText(result.summary)].join("\n")}\n`;
}

import { Chalk } from "chalk";
import type { AnalyzeResult, AnsweredInvariant } from "../../documents/analyze-result.ts";
import { printable } from "../escape.ts";
import { markdownText as text } from "../markdown.ts";
import { jsonReporter, type Reporter, type ReportOptions } from "../reporter.ts";

const WORDS: Readonly<Record<AnsweredInvariant["answer"], string>> = {
  proved: "proved",
  refuted: "refuted",
  cannot_tell: "cannot tell",
};

function summaryText({ summary }: AnalyzeResult): string {
  return `${summary.proved} proved, ${summary.refuted} refuted, ${summary.cannotTell} cannot tell`;
}

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
    `${colour(WORDS[one.answer].padEnd(11))} ${printable(one.id)}`,
    ...witness,
    ...(one.why === null ? [] : [`    ${printable(one.why, 1000)}`]),
    ...(one.help === null ? [] : [`    help: ${printable(one.help, 500)}`]),
  ];
}

/** Every invariant with its answer; a refuted one with the session that breaks it, as a test. */
export function prettyAnalyze(result: AnalyzeResult, options: ReportOptions): string {
  const lines = result.answers.flatMap((one) => answerLines(one, options));
  return `${[...lines, "", summaryText(result)].join("\n")}\n`;
}

/** For a pull request. */
export function markdownAnalyze(result: AnalyzeResult): string {
  const lines = result.answers.flatMap((one) => [
    `- **${WORDS[one.answer]}** ${text(one.id)}`,
    ...(one.witness === null ? [] : [`  - ${text(one.witness.sentence, 1000)}`]),
    ...(one.why === null ? [] : [`  - ${text(one.why, 1000)}`]),
  ]);
  return `${[`### agentz analyze: ${summaryText(result)}`, "", ...lines].join("\n")}\n`;
}

/** Reporters of `agentz analyze` by `--format`. */
export const ANALYZE_REPORTERS: ReadonlyMap<string, Reporter<AnalyzeResult>> = new Map<
  string,
  Reporter<AnalyzeResult>
>([
  ["pretty", prettyAnalyze],
  ["json", jsonReporter],
  ["markdown", markdownAnalyze],
]);

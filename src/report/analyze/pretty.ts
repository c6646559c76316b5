import { Chalk, type ChalkInstance } from "chalk";
import type { AnalyzeResult, AnsweredInvariant } from "../../documents/analyze-result.ts";
import { printableWhole } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import {
  analyzeVerdict,
  answersText,
  answerWords,
  askedText,
  gravestFirst,
  isToBeTested,
  reasonText,
} from "./words.ts";

const WORD_WIDTH = "cannot tell".length;

function answerLines(
  one: AnsweredInvariant,
  result: AnalyzeResult,
  colour: ChalkInstance,
): readonly string[] {
  const { witness, help } = one;
  const why = reasonText(one, result);
  const test = witness === null || !isToBeTested(result) ? [] : witness.test.trimEnd().split("\n");
  const word = answerWords(result)[one.answer].padEnd(WORD_WIDTH);
  return [
    `${colour(word)} ${printableWhole(one.id)}${ownerText(one)}`,
    ...(witness === null ? [] : [`    ${printableWhole(witness.sentence)}`]),
    ...test.map((line) => `    | ${printableWhole(line)}`),
    ...(why === null ? [] : [`    ${printableWhole(why)}`]),
    ...(help === null ? [] : [`    help: ${printableWhole(help)}`]),
    // what takes many lines stands apart
    ...(test.length === 0 ? [] : [""]),
  ];
}

/** Whom to ask about an invariant that does not hold. */
function ownerText({ answer, owner }: AnsweredInvariant): string {
  return answer === "proved" || owner === undefined ? "" : ` (owner ${printableWhole(owner)})`;
}

function verdictLines(result: AnalyzeResult, paint: ChalkInstance): readonly string[] {
  const verdict = analyzeVerdict(result);
  const mark =
    verdict === undefined
      ? ""
      : {
          refuted: `${paint.red("✗ FAILED")}: `,
          cannot_tell: `${paint.yellow("! cannot tell")}: `,
          proved: `${paint.green(result.question?.kind === "dead_rules" ? "✓ none" : "✓ proved")}: `,
        }[verdict];
  return [
    `${mark}${answersText(result.summary, answerWords(result))}`,
    `  ${printableWhole(askedText(result))}`,
    "",
  ];
}

/**
 * What the answers come to and of which set, then every answer, those that do not hold first; a
 * refuted one with the session that breaks it, as a test.
 */
export function prettyAnalyze(result: AnalyzeResult, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const [good, bad] =
    result.question?.kind === "dead_rules" ? [paint.red, paint.green] : [paint.green, paint.red];
  const colours = { proved: good, refuted: bad, cannot_tell: paint.yellow };
  const lines = gravestFirst(result).flatMap((one) =>
    answerLines(one, result, colours[one.answer]),
  );
  return `${[...verdictLines(result, paint), ...lines].join("\n").trimEnd()}\n`;
}

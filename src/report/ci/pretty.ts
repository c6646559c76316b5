import { Chalk } from "chalk";
import type { AnalyzeResult } from "../../documents/analyze-result.ts";
import type { CiResult, CiStep } from "../../documents/ci-result.ts";
import { prettyAnalyze } from "../analyze/pretty.ts";
import { ALL_OWNERS, ownerMovesText } from "../../text/owner-moves.ts";
import { printableWhole } from "../escape.ts";
import { prettyLint } from "../lint/pretty.ts";
import { prettyReplay } from "../replay/pretty.ts";
import type { ReportOptions } from "../reporter.ts";
import { prettyTest } from "../test/pretty.ts";
import { uncomparedText } from "./uncompared.ts";
import { changeVerdict, stepLines } from "./verdict.ts";

function prettyStep(step: CiStep, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const colour = { passed: paint.green, failed: paint.red, error: paint.red, skipped: paint.dim }[
    step.status
  ];
  const help = step.help === null ? "" : `\n  help: ${printableWhole(step.help)}`;
  return (
    `${colour(step.status.padEnd(8))} ${step.name.padEnd(8)} ` +
    `${printableWhole(step.summary)}${help}`
  );
}

/** Whether the change passes, in one line. */
function prettyVerdict(result: CiResult, { color }: ReportOptions): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const { state, text } = changeVerdict(result);
  const mark = {
    passed: paint.green("✓"),
    failed: paint.red("✗"),
    open: paint.bold("·"),
    warned: paint.yellow("!"),
    partial: paint.yellow("!"),
  }[state];
  const steps = stepLines(result).map((line) => `\n  - ${printableWhole(line)}`);
  return `${mark} ${text}${steps.length === 0 ? "" : `\n  before merging:${steps.join("")}`}`;
}

/** What nothing compares, where no replay says it, and whose owner changed. */
function notes(result: CiResult): readonly string[] {
  const { diff, replay } = result;
  return [
    replay === null ? uncomparedText(result) : undefined,
    diff === null ? undefined : ownerMovesText(diff, ALL_OWNERS),
  ].flatMap((text) => (text === undefined ? [] : [printableWhole(`note: ${text}`)]));
}

/** Whether the change passes, the steps, what failed of them, then the replay. */
export function prettyCi(result: CiResult, options: ReportOptions): string {
  const failed = (name: CiStep["name"]): boolean =>
    result.steps.some((step) => step.name === name && step.status === "failed");
  const parts = [
    [
      prettyVerdict(result, options),
      ...result.steps.map((step) => prettyStep(step, options)),
      ...notes(result),
    ].join("\n"),
    failed("lint") && result.lint !== null ? prettyLint(result.lint, options) : "",
    failed("test") && result.test !== null ? prettyTest(result.test, options) : "",
    failed("analyze") && result.analyze !== null
      ? prettyAnalyze(broken(result.analyze), options)
      : "",
    result.replay === null ? "" : prettyReplay(result.replay, options),
  ].filter((part) => part !== "");
  return `${parts.map((part) => part.trimEnd()).join("\n\n")}\n`;
}

/** Only what is not proved: what failed of the step. */
function broken(result: AnalyzeResult): AnalyzeResult {
  return { ...result, answers: result.answers.filter(({ answer }) => answer !== "proved") };
}

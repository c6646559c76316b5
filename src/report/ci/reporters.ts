import { Chalk } from "chalk";
import type { CiResult, CiStep } from "../../documents/ci-result.ts";
import { printable } from "../escape.ts";
import type { AnalyzeResult } from "../../documents/analyze-result.ts";
import { markdownAnalyze, prettyAnalyze } from "../analyze/reporters.ts";
import { markdownDiff } from "../diff/reporters.ts";
import { githubAnnotations } from "../github.ts";
import { junitDocument } from "../junit.ts";
import { markdownFold, markdownTable, markdownText as text } from "../markdown.ts";
import { markdownReplay, unexercisedSection } from "../replay/markdown.ts";
import { prettyReplay } from "../replay/pretty.ts";
import { sarifReplay } from "../replay/pipelines.ts";
import { LINT_REPORTERS } from "../lint/reporters.ts";
import { TEST_REPORTERS } from "../test/reporters.ts";
import { jsonReporter, type ReportOptions, type Reporter } from "../reporter.ts";
import { ciAnnotations, ciCases, stepText } from "./parts.ts";

const MARKS = { passed: "✅", failed: "❌", skipped: "➖", error: "❌" } as const;

function prettyStep(step: CiStep, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const colour = { passed: paint.green, failed: paint.red, error: paint.red, skipped: paint.dim }[
    step.status
  ];
  const help = step.help === null ? "" : `\n  help: ${printable(step.help, 400)}`;
  return `${colour(step.status.padEnd(8))} ${step.name.padEnd(8)} ${printable(step.summary, step.status === "passed" ? 84 : 400)}${help}`;
}

function detail<T>(
  document: T | null,
  reporters: ReadonlyMap<string, Reporter<T>>,
  of: { format: string; options: ReportOptions },
): string {
  const render = reporters.get(of.format);
  return document === null || render === undefined ? "" : render(document, of.options);
}

/** The steps, what failed of them, then the replay. */
function prettyCi(result: CiResult, options: ReportOptions): string {
  const failed = (name: CiStep["name"]): boolean =>
    result.steps.some((step) => step.name === name && step.status === "failed");
  const parts = [
    result.steps.map((step) => prettyStep(step, options)).join("\n"),
    failed("lint") ? detail(result.lint, LINT_REPORTERS, { format: "pretty", options }) : "",
    failed("test") ? detail(result.test, TEST_REPORTERS, { format: "pretty", options }) : "",
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

const PLAIN: ReportOptions = { color: false, details: false };

/**
 * What the change is, first of all, and which of it the trace says nothing about; empty where
 * nothing changed.
 */
function changePart({ diff, replay }: CiResult): readonly string[] {
  if (diff?.changed !== true) return [];
  return [markdownDiff(diff), ...(replay === null ? [] : unexercisedSection(replay))];
}

/** One comment: what the change is, the steps, the replay in full, the rest folded. Byte-stable. */
function markdownCi(result: CiResult): string {
  const steps = markdownTable(
    ["step", "", "summary"],
    result.steps.map((step) => [
      step.name,
      `${MARKS[step.status]} ${step.status}`,
      text(stepText(step), 600),
    ]),
  );
  const lint = detail(result.lint, LINT_REPORTERS, { format: "markdown", options: PLAIN });
  const test = detail(result.test, TEST_REPORTERS, { format: "markdown", options: PLAIN });
  const version = (result.version?.documents ?? [])
    .filter((d) => d.changed)
    .map(
      (d) =>
        `- ${text(`${d.kind} ${d.name}: ${d.declared.from ?? "new"} -> ${d.declared.to ?? "gone"}, needs ${d.required}: ${d.why.join("; ")}`, 600)}`,
    );
  const change = changePart(result);
  const lines = [
    "<!-- agentz ci -->",
    `## agentz: ${result.passed ? "✅ passed" : "❌ failed"}`,
    "",
    ...change,
    ...steps,
    "",
    ...(result.replay === null
      ? []
      : [markdownReplay(result.replay, { unexercised: change.length === 0 })]),
    ...markdownFold("What the versions declare", version),
    ...(result.analyze === null
      ? []
      : markdownFold("What is proved of our agents", [markdownAnalyze(result.analyze).trimEnd()])),
    ...(lint === "" ? [] : markdownFold("Lint", [lint.trimEnd()])),
    ...(test === "" ? [] : markdownFold("Tests", [test.trimEnd()])),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

/** One log with a run for each part that has places: findings of lint, groups of the replay. */
function sarifCi(result: CiResult, options: ReportOptions): string {
  const logs = [
    detail(result.lint, LINT_REPORTERS, { format: "sarif", options }),
    result.replay === null ? "" : sarifReplay(result.replay, options),
  ];
  const runs = logs
    .filter((log) => log !== "")
    .flatMap((log): unknown[] => Object(JSON.parse(log)).runs);
  return `${JSON.stringify({ $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs }, null, 2)}\n`;
}

function githubCi(result: CiResult, options: ReportOptions): string {
  const steps = result.steps
    .map((step) => `${step.name}: ${step.status}, ${printable(stepText(step), 600)}`)
    .join("\n");
  return `${githubAnnotations(ciAnnotations(result), options)}${steps}\n`;
}

/** Reporters of `agentz ci` by format. */
export const CI_REPORTERS: ReadonlyMap<string, Reporter<CiResult>> = new Map<
  string,
  Reporter<CiResult>
>([
  ["pretty", prettyCi],
  ["json", jsonReporter],
  ["markdown", markdownCi],
  ["sarif", sarifCi],
  ["github", githubCi],
  ["junit", (result, options) => junitDocument("agentz ci", ciCases(result, options), options)],
]);

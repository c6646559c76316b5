import { Chalk, type ChalkInstance } from "chalk";
import type {
  CoverageDocument,
  CoveredLine,
  MutationDocument,
  SurvivorDocument,
  TestEntry,
  TestResult,
} from "../../documents/test-result.ts";
import { printableWhole } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { entryTitle, failureLines } from "./failure-lines.ts";
import { valueText } from "./value-text.ts";
import { minimumText } from "./words.ts";
import { count } from "../../text/count.ts";

function failedEntry(entry: TestEntry, paint: ChalkInstance): readonly string[] {
  return [
    `${paint.red("FAIL")} ${entryTitle(entry)} ${paint.dim(printableWhole(`(${entry.file}:${entry.line})`))}`,
    ...entry.failures.flatMap((failure) => failureLines(failure).map((line) => `  ${line}`)),
    "",
  ];
}

/** What tells one failure from another, but for the values that its conditions read. */
function failureKey({ file, line, failures }: TestEntry): string {
  const parts = failures.map(({ message, step, repetition, differences, deciding, nearest }) => [
    message,
    step,
    repetition,
    differences,
    deciding.map(({ rule }) => rule),
    nearest?.rule ?? null,
  ]);
  return JSON.stringify([file, line, parts]);
}

/** So many cases that fail alike are named. */
const NAMED_CASES = 4;

/** The case of a test with a matrix, as its name ends; else the name. */
function caseOf({ name }: TestEntry): string {
  return printableWhole(name.slice(Math.max(0, name.lastIndexOf(" [") + 1)));
}

/** Failures in full; cases of one test that fail alike stand below the first of them. */
function failedEntries(
  failed: readonly TestEntry[],
  paint: ChalkInstance,
  { details }: ReportOptions,
): readonly string[] {
  const alike = new Map<string, TestEntry[]>();
  for (const [i, entry] of failed.entries()) {
    const key = details ? String(i) : failureKey(entry);
    alike.set(key, [...(alike.get(key) ?? []), entry]);
  }
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const lines = failedEntry(first, paint);
    if (others.length === 0) return lines;
    const named = others.slice(0, NAMED_CASES).map(caseOf).join(", ");
    const rest = others.length > NAMED_CASES ? ", … (--details)" : "";
    const cases = count(others.length, "more case");
    const told = `${cases} of this test ${others.length === 1 ? "fails" : "fail"} alike: ${named}${rest}`;
    return [...lines.slice(0, -1), `  ${told}`, ""];
  });
}

function summaryLine(result: TestResult, paint: ChalkInstance): string {
  const { suites, tests, passed, failed, errors } = result.summary;
  const parts = [
    `${count(tests, "test")} in ${count(suites, "suite")}:`,
    failed > 0 ? `${paint.red(`${failed} failed`)},` : "",
    errors > 0 ? `${paint.red(`${count(errors, "suite")} not loaded`)},` : "",
    passed === tests && errors === 0 && tests > 0
      ? paint.green(`${passed} passed`)
      : `${passed} passed`,
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function share(covered: number, total: number): string {
  return total === 0
    ? "none"
    : `${covered} of ${total} (${Math.floor((covered / total) * 1000) / 10}%)`;
}

const MARKS: { readonly [state in CoveredLine["state"]]: string } = {
  covered: "+",
  partly: "~",
  uncovered: "-",
  none: " ",
};

function coveredLine(line: CoveredLine, width: number, paint: ChalkInstance): readonly string[] {
  const colour =
    line.state === "covered"
      ? paint.green
      : line.state === "none"
        ? paint.reset
        : line.state === "partly"
          ? paint.yellow
          : paint.red;
  const notes = line.notes.map((note) => `${" ".repeat(width + 5)}^ ${note}`);
  return [
    colour(
      printableWhole(`${MARKS[line.state]} ${String(line.line).padStart(width)} | ${line.text}`),
    ),
    ...notes.map((note) => paint.dim(printableWhole(note))),
  ];
}

/**
 * What the tests (or a trace) reached, on the policies' own source; without `details` only files
 * with something left open.
 */
function coverageLines(
  title: string,
  coverage: CoverageDocument,
  options: ReportOptions,
): readonly string[] {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const { rules, outcomes, files } = coverage;
  const shown = files.filter(
    ({ lines }) =>
      options.details ||
      lines.some((line) => line.state === "partly" || line.state === "uncovered"),
  );
  return [
    `${title}: rules ${share(rules.covered, rules.total)}, outcomes of conditions ` +
      `${share(outcomes.covered, outcomes.total)}`,
    ...shown.flatMap(({ file, lines }) => {
      const width = String(lines.at(-1)?.line ?? 0).length;
      return [
        "",
        printableWhole(file),
        ...lines.flatMap((line) => coveredLine(line, width, paint)),
      ];
    }),
    "",
  ];
}

function survivorLines(mutant: SurvivorDocument, paint: ChalkInstance): readonly string[] {
  const { witness } = mutant;
  const found =
    witness === null
      ? []
      : [
          "  decided differently: " +
            `${valueText(witness.call)}${
              witness.session === null ? "" : ` after session ${valueText(witness.session)}`
            }`,
          witness.original.effect === witness.mutant.effect
            ? `  both decide ${witness.original.effect}, with different ${witness.differs.join(" and ")}`
            : `  which is ${witness.original.effect} by ${witness.original.rules.join(", ")}, ` +
              `and would be ${witness.mutant.effect} by ${witness.mutant.rules.join(", ")}`,
        ];
  return [
    printableWhole(`${mutant.rule}: ${mutant.change} (${mutant.file}:${mutant.line})`),
    // coloured once their own escapes are written out
    ...mutant.before.map((line) => paint.red(printableWhole(`  - ${line}`))),
    ...mutant.after.map((line) => paint.green(printableWhole(`  + ${line}`))),
    ...found.map(printableWhole),
  ];
}

function mutationLines(mutation: MutationDocument, paint: ChalkInstance): readonly string[] {
  const { killed, total, undecided, equivalent, unloadable, score, survivors, undecidedMutants } =
    mutation;
  const open = total === 0 ? 0 : Math.round((undecided / total) * 1000) / 10;
  return [
    `mutation: ${killed} of ${total - undecided} mutants killed ` +
      `(${score === null ? "none" : `${score}%`}), ${survivors.length} survived, ${undecided} ` +
      `undecided (${open}% of all); not counted: ${equivalent} equivalent, ${unloadable} that do ` +
      "not load",
    ...(survivors.length === 0
      ? []
      : [
          "",
          paint.red("survived: no test notices"),
          ...survivors.flatMap((mutant) => survivorLines(mutant, paint)),
        ]),
    ...(undecidedMutants.length === 0
      ? []
      : [
          "",
          paint.yellow(
            "undecided: no test fails, and agentz found no call that is decided differently",
          ),
          ...undecidedMutants.flatMap((mutant) => survivorLines(mutant, paint)),
        ]),
    "",
  ];
}

function passedLines({ tests }: TestResult, paint: ChalkInstance): readonly string[] {
  return tests
    .filter(({ status }) => status === "passed")
    .map((entry) => `${paint.green("ok  ")} ${entryTitle(entry)}`);
}

function checkLine(check: TestResult["gate"]["checks"][number], paint: ChalkInstance): string {
  return check.passed
    ? `${paint.green("ok    ")} ${minimumText(check)}`
    : paint.red(`FAILED ${minimumText(check)}`);
}

/** What was asked for besides the tests themselves. */
function measuredLines(
  { coverage, traceCoverage, mutation }: TestResult,
  paint: ChalkInstance,
  options: ReportOptions,
): readonly string[] {
  return [
    ...(coverage === undefined ? [] : coverageLines("coverage", coverage, options)),
    ...(traceCoverage === undefined
      ? []
      : coverageLines("reached by the trace", traceCoverage, options)),
    ...(mutation === undefined ? [] : mutationLines(mutation, paint)),
  ];
}

/**
 * The tests for a person: failures first in full, then what was asked for besides, then the sum.
 */
export function prettyTest(result: TestResult, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const failed = result.tests.filter((entry) => entry.status !== "passed");
  const lines = [
    ...result.findings.map((finding) => finding.text),
    ...(result.findings.length > 0 ? [""] : []),
    ...(options.details ? passedLines(result, paint) : []),
    ...failedEntries(failed, paint, options),
    ...measuredLines(result, paint, options),
    ...result.gate.checks.map((check) => checkLine(check, paint)),
    summaryLine(result, paint),
  ];
  return `${lines.join("\n")}\n`;
}

import type { TestEntry, TestResult } from "../../suite/result.ts";
import { escapeCommands } from "../../diagnostics/format.ts";
import { printable } from "../escape.ts";
import { entryTitle, failureLines } from "./failure-lines.ts";

/** The message of a workflow command: percent and line breaks as GitHub takes them. */
function message(text: string): string {
  return escapeCommands(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** A property of a workflow command. */
function property(text: string): string {
  return message(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function annotation(of: { file: string; line: number; title: string; text: string }): string {
  return `::error file=${property(of.file)},line=${of.line},title=${property(of.title)}::${message(of.text)}`;
}

function failures(entry: TestEntry): readonly string[] {
  return entry.failures.map((failure) => annotation({ file: failure.at?.file ?? entry.file, line: failure.at?.line ?? entry.line, title: entryTitle(entry), text: failureLines(failure).join("\n") }));
}

/** GitHub's workflow commands: one annotation for each failure, at the expectation's line. */
export function githubTest(result: TestResult): string {
  const { tests, suites, passed, failed, errors } = result.summary;
  const gates = result.gate.checks.filter((check) => !check.passed).map((check) => `::error title=${property(check.name)}::${message(`${check.actual ?? "none"}% is below ${check.limit}%`)}`);
  const survivors = (result.mutation?.survivors ?? []).map((m) => `::warning file=${property(m.file)},line=${m.line},title=${property("a mutant survived")}::${message(printable(`${m.rule}: ${m.change}`, 400))}`);
  const lines = [
    ...result.findings.map((f) => annotation({ file: f.file, line: f.line, title: f.code, text: printable(f.message, 400) })),
    ...result.tests.flatMap(failures),
    ...survivors,
    ...gates,
    `${tests} tests in ${suites} suites: ${passed} passed, ${failed} failed, ${errors} suites not loaded`,
  ];
  return `${lines.join("\n")}\n`;
}

import type { CiResult } from "../../cli/result.ts";
import { escapeControls } from "../../diagnostics/format.ts";
import type { TestEntry } from "../../suite/result.ts";
import type { Annotation } from "../github.ts";
import type { JunitCase } from "../junit.ts";
import { replayAnnotations, replayCases } from "../replay/pipelines.ts";
import { entryTitle, failureLines } from "../test/failure-lines.ts";

const LEVEL = { error: "error", warning: "warning", info: "notice" } as const;

interface Finding {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly help?: string | null;
}

function levelOf(severity: string): Annotation["level"] {
  return severity === "error" ? LEVEL.error : severity === "warning" ? LEVEL.warning : LEVEL.info;
}

function findingAnnotation(f: Finding): Annotation {
  const { file, line, column, endLine, endColumn } = f;
  const help = f.help === undefined || f.help === null ? "" : ` (${f.help})`;
  return { level: levelOf(f.severity), title: `agentz ${f.code}`, message: `${f.message}${help}`, file, line, column, endLine, endColumn };
}

function testAnnotation(entry: TestEntry): readonly Annotation[] {
  return entry.failures.map((failure) => ({
    level: "error",
    title: `agentz test: ${entryTitle(entry)}`,
    message: failureLines(failure).join("\n"),
    file: failure.at?.file ?? entry.file,
    line: failure.at?.line ?? entry.line,
  }));
}

function versionAnnotations(result: CiResult): readonly Annotation[] {
  return (result.version?.documents ?? [])
    .filter((document) => !document.ok)
    .map(({ name, kind, required, declared, why }) => ({
      level: "error",
      title: "agentz version",
      message: `${kind} ${name} needs a ${required} bump (declared ${declared.from ?? "none"} -> ${declared.to ?? "none"}): ${why.join("; ")}`,
    }));
}

/** Whether a step failed without a document that says of what. */
function isBroken({ name, status }: CiResult["steps"][number], documents: CiResult): boolean {
  return status === "error" || (status === "failed" && documents[name] === null);
}

/** A step in one sentence, with the way out. */
export function stepText({ summary, help }: CiResult["steps"][number]): string {
  return help === null ? summary : `${summary} (${help})`;
}

/** Everything worth a line in a pull request, in the order of the steps. */
export function ciAnnotations(result: CiResult): readonly Annotation[] {
  const broken: readonly Annotation[] = result.steps.filter((step) => isBroken(step, result)).map((step) => ({ level: "error", title: `agentz ${step.name}`, message: stepText(step) }));
  return [
    ...broken,
    ...(result.lint?.findings ?? []).map(findingAnnotation),
    ...(result.test?.findings ?? []).map(findingAnnotation),
    ...(result.test?.tests ?? []).flatMap(testAnnotation),
    ...versionAnnotations(result),
    ...(result.replay === null ? [] : replayAnnotations(result.replay)),
  ];
}

function stepCase(step: CiResult["steps"][number]): JunitCase {
  const one = { classname: "agentz-ci", name: step.name };
  if (step.status === "passed" || step.status === "skipped") return one;
  return { ...one, problem: { kind: step.status === "error" ? "error" : "failure", type: step.name, message: step.summary, text: stepText(step) } };
}

function testCase(entry: TestEntry): JunitCase {
  const one = { classname: entry.file.replace(/\.[^./]*$/, ""), name: `${entry.suite}: ${entry.name}`, file: entry.file, line: entry.line };
  if (entry.status === "passed") return one;
  return { ...one, problem: { kind: "failure", type: "decision", message: entry.failures[0]?.message ?? entryTitle(entry), text: escapeControls(entry.failures.flatMap(failureLines).join("\n")) } };
}

/** One case a step, then one a test and one a check of the gate. */
export function ciCases(result: CiResult): readonly JunitCase[] {
  return [...result.steps.map(stepCase), ...(result.test?.tests ?? []).map(testCase), ...(result.replay === null ? [] : replayCases(result.replay))];
}

import type { CiResult } from "../../documents/ci-result.ts";
import type { TestEntry } from "../../documents/test-result.ts";
import type { AnsweredInvariant } from "../../documents/analyze-result.ts";
import type { Annotation } from "../github.ts";
import type { JunitCase } from "../junit.ts";
import { lintAnnotations } from "../lint/github.ts";
import { replayAnnotations, uncomparedAnnotation } from "../replay/github.ts";
import { replayCases, uncomparedCases } from "../replay/junit.ts";
import type { ReportOptions } from "../reporter.ts";
import { repositoryPath } from "../repository-path.ts";
import { testAnnotations } from "../test/github.ts";
import { minimumCases, testCase } from "../test/junit.ts";
import { uncomparedText } from "./uncompared.ts";

/** The annotations of a part, with titles that say which. */
function titled(title: string, annotations: readonly Annotation[]): readonly Annotation[] {
  return annotations.map((annotation) => ({
    ...annotation,
    title: `${title} ${annotation.title}`,
  }));
}

function versionAnnotations(result: CiResult): readonly Annotation[] {
  return (result.version?.documents ?? [])
    .filter((document) => !document.ok)
    .map(({ name, kind, required, declared, why }) => ({
      level: "error",
      title: "agentz version",
      message:
        `${kind} ${name} needs a ${required} bump (declared ${declared.from ?? "none"} -> ` +
        `${declared.to ?? "none"}): ${why.join("; ")}`,
    }));
}

/** What nothing compares. */
function uncomparedAnnotations(result: CiResult): readonly Annotation[] {
  const text = uncomparedText(result);
  return text === undefined ? [] : [uncomparedAnnotation(text)];
}

/** Why an invariant does not hold, in words; undefined: it is proved. */
function brokenText({ answer, witness, why }: AnsweredInvariant): string | undefined {
  if (answer === "proved") return undefined;
  return answer === "refuted"
    ? `the policies permit this: ${witness?.sentence ?? "?"}`
    : `cannot tell: ${why ?? "?"}`;
}

function invariantAnnotations({ analyze }: CiResult): readonly Annotation[] {
  return (analyze?.answers ?? []).flatMap((one) => {
    const message = brokenText(one);
    return message === undefined
      ? []
      : [
          {
            level: one.answer === "refuted" ? ("error" as const) : ("warning" as const),
            title: `agentz invariant ${one.id}`,
            message,
            ...(one.file !== null && { file: one.file }),
            ...(one.line !== null && { line: one.line }),
          },
        ];
  });
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
  const broken: readonly Annotation[] = result.steps
    .filter((step) => isBroken(step, result))
    .map((step) => ({ level: "error", title: `agentz ${step.name}`, message: stepText(step) }));
  return [
    ...broken,
    ...(result.lint === null ? [] : titled("agentz", lintAnnotations(result.lint))),
    ...(result.test === null ? [] : titled("agentz test:", testAnnotations(result.test))),
    ...invariantAnnotations(result),
    ...versionAnnotations(result),
    ...(result.replay === null ? uncomparedAnnotations(result) : []),
    ...(result.replay === null ? [] : replayAnnotations(result.replay)),
  ];
}

function stepCase(step: CiResult["steps"][number]): JunitCase {
  const one = { classname: "agentz-ci", name: step.name };
  if (step.status === "passed") return one;
  if (step.status === "skipped") return { ...one, skipped: step.summary };
  return {
    ...one,
    problem: {
      kind: step.status === "error" ? "error" : "failure",
      type: step.name,
      message: step.summary,
      text: stepText(step),
    },
  };
}

/** WHY by file: the tests of a pipeline stand beside the cases of its other steps. */
function fileCase(entry: TestEntry, options: ReportOptions): JunitCase {
  return {
    ...testCase(entry),
    classname: repositoryPath(entry.file, options).replace(/\.[^./]*$/, ""),
    name: `${entry.suite}: ${entry.name}`,
  };
}

/** An invariant that is neither proved nor refuted is skipped: it neither holds nor breaks. */
function invariantCase(one: AnsweredInvariant): JunitCase {
  const text = brokenText(one);
  const named = { classname: "agentz-invariants", name: one.id };
  if (text === undefined) return named;
  return one.answer === "refuted"
    ? { ...named, problem: { kind: "failure", type: "refuted", message: text, text } }
    : { ...named, skipped: text };
}

/** One case a step, then one a test and one a check of the gate. */
export function ciCases(result: CiResult, options: ReportOptions): readonly JunitCase[] {
  return [
    ...result.steps.map(stepCase),
    ...(result.test?.tests ?? []).map((entry) => fileCase(entry, options)),
    ...(result.test === null ? [] : minimumCases(result.test)),
    ...(result.analyze?.answers ?? []).map(invariantCase),
    ...(result.replay === null
      ? uncomparedCases(uncomparedText(result))
      : replayCases(result.replay)),
  ];
}

import type { CiResult, CiStep } from "../../documents/ci-result.ts";
import type { LintFinding } from "../../documents/lint-result.ts";
import type { FindingDocument, TestEntry } from "../../documents/test-result.ts";
import { count } from "../../text/count.ts";
import { markdownSentence, markdownText as text } from "../markdown.ts";
import { whyText } from "./version-why.ts";
import { failureLines } from "../test/failure-lines.ts";

/** Reasons of one step that stand on the first screen. */
const SHOWN = 3;

/** A reason of our own words at its place, which comes first. */
interface Reason {
  readonly place: string | undefined;
  readonly sentence: string;
}

function findingReason({ file, line, message, help }: LintFinding | FindingDocument): Reason {
  return { place: `${file}:${line}`, sentence: `${message}${help === null ? "" : ` (${help})`}` };
}

function testReason({ suite, name, file, line, failures }: TestEntry): Reason {
  const [failure] = failures;
  const at = failure?.at ?? { file, line };
  const lines = failure === undefined ? [] : failureLines(failure);
  // the second line says what was expected and what came
  const why = lines.slice(0, 2).map((one) => one.trim().replace(/\s{2,}/g, " "));
  return { place: `${at.file}:${at.line}`, sentence: [`${suite} > ${name}`, ...why].join(": ") };
}

/** Why a step failed, each reason with its place; empty where its summary says it all. */
function reasonsOf({ name, status }: CiStep, result: CiResult): readonly Reason[] {
  if (status !== "failed") return [];
  const { lint, test, version } = result;
  switch (name) {
    case "lint":
      return (lint?.findings ?? [])
        .filter(({ severity }) => severity === "error")
        .map(findingReason);
    case "test":
      return [
        ...(test?.findings ?? []).filter(({ severity }) => severity === "error").map(findingReason),
        ...(test?.tests ?? []).filter((entry) => entry.status !== "passed").map(testReason),
      ];
    case "version":
      return (version?.documents ?? [])
        .filter(({ ok }) => !ok)
        .map(({ kind, name: document, declared: { from, to }, required, why }) => ({
          place: undefined,
          sentence:
            `${kind} \`${document}\` declares ${from ?? "none"} -> ${to ?? "none"}, and the change ` +
            `is ${required}: ${whyText(why, result)}`,
        }));
    // said in sections of their own
    case "analyze":
    case "replay":
      return [];
  }
}

/** The first reasons of a failed step, a line each. */
export function reasonLines(step: CiStep, result: CiResult): readonly string[] {
  const reasons = reasonsOf(step, result);
  const left = reasons.length - SHOWN;
  return [
    ...reasons.slice(0, SHOWN).map(({ place, sentence }) => {
      const at = place === undefined ? "" : `${text(place, 200)}: `;
      return `  - ${at}${markdownSentence(sentence, 400)}`;
    }),
    ...(left > 0 ? [`  - … and ${count(left, "more reason")}, below`] : []),
  ];
}

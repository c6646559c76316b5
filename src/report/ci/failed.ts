import type { CiResult, CiStep } from "../../documents/ci-result.ts";
import { listed } from "../../text/listed.ts";
import { markdownSentence, markdownText as text } from "../markdown.ts";
import { failedCheckTexts } from "../replay/gate-words.ts";
import { stepText } from "./parts.ts";
import { reasonLines } from "./reasons.ts";

type Troubled = readonly [CiStep, ...CiStep[]];

/** Steps that failed or could not run; those with one reason together. */
function troubledSteps({ steps }: CiResult): readonly Troubled[] {
  const alike = new Map<string, [CiStep, ...CiStep[]]>();
  for (const step of steps) {
    if (step.status !== "failed" && step.status !== "error") continue;
    const key = step.status === "error" ? step.summary : `\u0000${step.name}`;
    const known = alike.get(key);
    if (known === undefined) alike.set(key, [step]);
    else known.push(step);
  }
  return [...alike.values()];
}

/** The checks of the gate that failed, where they are why the replay failed. */
function failedChecks(step: CiStep, { replay }: CiResult): readonly string[] {
  if (step.name !== "replay" || replay === null || replay.error !== undefined) return [];
  return failedCheckTexts(replay);
}

/** Checks of the gate that the heading names. */
const NAMED = 2;

/** The checks that failed, where nothing else did and there are few: then the heading has them. */
function onlyChecks(result: CiResult): readonly string[] {
  const troubled = troubledSteps(result).flat();
  const [step] = troubled;
  const checks = troubled.length === 1 && step !== undefined ? failedChecks(step, result) : [];
  return checks.length <= NAMED ? checks : [];
}

/**
 * `test and gate failed`, `gate failed (widened is 1, maximum 0)`; what could not run only where
 * nothing failed.
 */
export function failedText(result: CiResult): string {
  const troubled = result.steps.filter(({ status }) => status === "failed" || status === "error");
  const failed = troubled.filter(({ status }) => status === "failed");
  const names = (failed.length > 0 ? failed : troubled).map((step) =>
    failedChecks(step, result).length > 0 ? "gate" : step.name,
  );
  const checks = onlyChecks(result);
  const why = checks.length === 0 ? "" : ` (${checks.join("; ")})`;
  return `${listed(names)} ${failed.length > 0 ? "failed" : "could not run"}${why}`;
}

function failedLines(steps: Troubled, result: CiResult): readonly string[] {
  const [step] = steps;
  const checks = failedChecks(step, result);
  if (checks.length > 0)
    return [`- ❌ **gate** (the limits on what may change): ${text(checks.join("; "), 600)}`];
  const names = steps.map(({ name }) => name).join(", ");
  return [
    `- ❌ **${names}**: ${markdownSentence(stepText(step), 600)}`,
    ...reasonLines(step, result),
  ];
}

/**
 * Why the change does not pass: each step that failed, with its first reasons; empty where none did, and
 * where the heading says it.
 */
export function failedSection(result: CiResult): readonly string[] {
  if (onlyChecks(result).length > 0) return [];
  const lines = troubledSteps(result).flatMap((steps) => failedLines(steps, result));
  return lines.length === 0 ? [] : ["### What failed", "", ...lines, ""];
}

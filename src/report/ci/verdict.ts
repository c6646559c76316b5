import type { CiResult, CiStep } from "../../documents/ci-result.ts";
import { count } from "../../text/count.ts";
import { markdownSentence, markdownText as text } from "../markdown.ts";
import { checkText } from "../replay/gate-words.ts";
import { total, verdictWord } from "../replay/words.ts";
import { stepText } from "./parts.ts";
import { reasonLines } from "./reasons.ts";

/** Whether a change passes, and that in words. */
export interface ChangeVerdict {
  readonly state: "passed" | "failed" | "open" | "warned" | "partial";
  readonly text: string;
}

/**
 * Whether the change passes, and whether incidents would no longer be stopped, which no verdict
 * hides.
 */
export function changeVerdict(result: CiResult): ChangeVerdict {
  const verdict = stepsVerdict(result);
  const calls = result.replay?.labels.incident.noLongerStopped.calls ?? 0;
  if (calls === 0) return verdict;
  const { state, text: words } = verdict;
  const isNamed = `${count(calls, "incident call")} would no longer be stopped`;
  if (state === "failed" || state === "partial") return { state, text: `${words}; ${isNamed}` };
  const start = state === "passed" ? words : "nothing failed";
  return { state: "warned", text: `${isNamed}, though ${start}` };
}

function stepsVerdict({ passed, replay, steps }: CiResult): ChangeVerdict {
  if (replay?.partial === true)
    return { state: "partial", text: "interrupted, so nothing is decided" };
  if (!passed) return { state: "failed", text: "this change does not pass" };
  const isGated = replay !== null && verdictWord(replay) === "passed";
  if (isGated) return { state: "passed", text: "this change passes" };
  const isReplayed = steps.some(({ name, status }) => name === "replay" && status === "passed");
  return {
    state: "open",
    text: isReplayed
      ? "nothing failed, but no gate judges what changes"
      : "nothing failed, but no trace was replayed",
  };
}

const MARKS = { passed: "✅", failed: "❌", open: "ℹ️", warned: "⚠️", partial: "⚠️" } as const;

/** Whether the change passes, as the heading of the comment. */
export function headingText(result: CiResult): string {
  const { state, text: words } = changeVerdict(result);
  return `${MARKS[state]} ${words}`;
}

/**
 * The incidents that the candidate no longer stops, with their sessions; empty where it stops what
 * the baseline stops.
 */
export function incidentText({ replay }: CiResult): readonly string[] {
  if (replay === null) return [];
  const { calls, undecided, sessions, sessionNames } = replay.labels.incident.noLongerStopped;
  if (calls === 0) return [];
  const open = undecided === 0 ? "" : ` (${undecided} of them indeterminate)`;
  const rest = sessions - sessionNames.length;
  const named = [
    ...sessionNames.map((name) => text(name)),
    ...(rest > 0 ? [count(rest, "more session")] : []),
  ];
  const where =
    named.length === 0 ? "" : `: ${sessions === 1 ? "session" : "sessions"} ${named.join(", ")}`;
  return [
    `**${count(calls, "call")} labelled as ${calls === 1 ? "an incident" : "incidents"} would no longer ` +
      `be stopped**${open}${where}.`,
    "",
  ];
}

/** How many recorded calls change, in one sentence; empty where no trace was replayed. */
export function changeText({ replay }: CiResult): readonly string[] {
  if (replay === null) return [];
  const { changes, trace, error } = replay;
  if (error !== undefined)
    return [`**The replay proves nothing**: ${text(error.message, 300)}.`, ""];
  const span =
    trace.from === null || trace.to === null
      ? ""
      : `, ${trace.from.slice(0, 10)} to ${trace.to.slice(0, 10)}`;
  const moved = [
    `${total(changes.widened)} would be widened`,
    `${total(changes.narrowed)} narrowed`,
    `${changes.indeterminate} ${changes.indeterminate === 1 ? "is" : "are"} indeterminate`,
    ...(changes.unreachable > 0 ? [`${changes.unreachable} would no longer be made`] : []),
  ];
  return [
    `**Of ${count(trace.calls, "recorded call")}, ${moved.join(", ")}** ` +
      `(${count(trace.sessions, "session")}${span}).`,
    "",
  ];
}

/** Steps that failed or could not run; those with one reason together. */
function troubledSteps({ steps }: CiResult): readonly (readonly [CiStep, ...CiStep[]])[] {
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

/** Why the change does not pass: each failed check of the gate, each step that failed otherwise. */
function failures(result: CiResult): readonly string[] {
  const { replay } = result;
  return troubledSteps(result).flatMap((steps) => {
    const [step] = steps;
    const checks =
      step.name === "replay" ? (replay?.gate.checks.filter(({ passed }) => !passed) ?? []) : [];
    if (checks.length > 0 && replay?.error === undefined)
      return checks.map((check) => `- ❌ **gate**: ${text(checkText(check), 300)}`);
    const names = steps.map(({ name }) => name).join(", ");
    return [
      `- ❌ **${names}**: ${markdownSentence(stepText(step), 600)}`,
      ...reasonLines(step, result),
    ];
  });
}

/** What failed, what passed and what was not checked, a line each. */
export function stepLines(result: CiResult): readonly string[] {
  const named = (status: CiStep["status"]): readonly CiStep[] =>
    result.steps.filter((step) => step.status === status);
  const passed = named("passed").map(({ name }) => name);
  const skipped = named("skipped").map(
    ({ name, summary }) => `${name} (${markdownSentence(summary, 200)})`,
  );
  return [
    ...failures(result),
    ...(passed.length > 0 ? [`- ✅ passed: ${passed.join(", ")}`] : []),
    ...(skipped.length > 0 ? [`- ➖ not checked: ${skipped.join("; ")}`] : []),
    "",
  ];
}

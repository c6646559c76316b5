import type { CiResult, CiStep } from "../../documents/ci-result.ts";
import { count } from "../../text/count.ts";
import { markdownText as text } from "../markdown.ts";
import { checkText } from "../replay/gate-words.ts";
import { total, verdictWord } from "../replay/words.ts";
import { stepText } from "./parts.ts";

/** Whether the change passes, as the heading of the comment. */
export function headingText({ passed, replay, steps }: CiResult): string {
  if (replay?.partial === true) return "⚠️ interrupted, so nothing is decided";
  if (!passed) return "❌ this change does not pass";
  const isGated = replay !== null && verdictWord(replay) === "passed";
  if (isGated) return "✅ this change passes";
  return steps.some(({ name, status }) => name === "replay" && status === "passed")
    ? "ℹ️ nothing failed, but no gate judges what changes"
    : "ℹ️ nothing failed, but no trace was replayed";
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

/** Why the change does not pass: each failed check of the gate, each step that failed otherwise. */
function failures({ steps, replay }: CiResult): readonly string[] {
  return steps
    .filter(({ status }) => status === "failed" || status === "error")
    .flatMap((step) => {
      const checks =
        step.name === "replay" ? (replay?.gate.checks.filter(({ passed }) => !passed) ?? []) : [];
      return checks.length > 0 && replay?.error === undefined
        ? checks.map((check) => `- ❌ **gate**: ${text(checkText(check), 300)}`)
        : [`- ❌ **${step.name}**: ${text(stepText(step), 600)}`];
    });
}

/** What failed, what passed and what was not checked, a line each. */
export function stepLines(result: CiResult): readonly string[] {
  const named = (status: CiStep["status"]): readonly CiStep[] =>
    result.steps.filter((step) => step.status === status);
  const passed = named("passed").map(({ name }) => name);
  const skipped = named("skipped").map(({ name, summary }) => `${name} (${text(summary, 200)})`);
  return [
    ...failures(result),
    ...(passed.length > 0 ? [`- ✅ passed: ${passed.join(", ")}`] : []),
    ...(skipped.length > 0 ? [`- ➖ not checked: ${skipped.join("; ")}`] : []),
    "",
  ];
}

import { Chalk } from "chalk";
import type { DiffChange, DiffResult } from "../../documents/diff-result.ts";
import { printableWhole } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { effectText, impactText, sourceLines, togetherText, witnessText } from "./words.ts";

function changeLines(change: DiffChange, options: ReportOptions): readonly string[] {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const mayWiden = ["widens", "both", "unknown"].includes(change.effect);
  const colour = mayWiden ? paint.red : change.effect === "narrows" ? paint.green : paint.dim;
  const sources = options.details
    ? sourceLines(change.before, change.after).map((line) => `    ${printableWhole(line)}`)
    : [];
  return [
    `${colour(effectText(change))}: ${printableWhole(change.sentence + togetherText(change))}`,
    ...(change.witness === null ? [] : [`    e.g. ${printableWhole(witnessText(change.witness))}`]),
    ...sources,
  ];
}

/** What calls are decided otherwise, then every change, what may widen first. */
export function prettyDiff(result: DiffResult, options: ReportOptions): string {
  if (!result.changed && result.changes.length === 0)
    return `${printableWhole(`${result.before.ref} and ${result.after.ref} have the same meaning`)}\n`;
  const lines = [
    printableWhole(
      `from ${result.before.ref} to ${result.after.ref}: a ${result.required} change: ${impactText(result)}`,
    ),
    ...result.outcomes.map(({ sentence }) => printableWhole(`* ${sentence}`)),
    ...result.changes.flatMap((change) => changeLines(change, options)),
    ...(options.details ||
    result.changes.every((change) => change.before === null && change.after === null)
      ? []
      : ["--details shows the sources side by side"]),
  ];
  return `${lines.join("\n")}\n`;
}

import { Chalk } from "chalk";
import type { DiffChange, DiffResult } from "../../documents/diff-result.ts";
import { printableWhole } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { EFFECTS, sourceLines, witnessText } from "./words.ts";

function changeLines(change: DiffChange, options: ReportOptions): readonly string[] {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const colour = change.effect === "none" || change.effect === "narrows" ? paint.green : paint.red;
  const sources = options.details
    ? sourceLines(change.before, change.after).map((line) => `    ${printableWhole(line)}`)
    : [];
  return [
    `${colour(EFFECTS[change.effect])}: ${printableWhole(change.sentence)}`,
    ...(change.witness === null ? [] : [`    e.g. ${printableWhole(witnessText(change.witness))}`]),
    ...sources,
  ];
}

/** What calls are decided otherwise, then every change, what may widen first. */
export function prettyDiff(result: DiffResult, options: ReportOptions): string {
  if (!result.changed && result.changes.length === 0)
    return `${printableWhole(`${result.before.ref} and ${result.after.ref} have the same meaning`)}\n`;
  const lines = [
    printableWhole(`from ${result.before.ref} to ${result.after.ref}: a ${result.required} change`),
    ...result.outcomes.map(({ sentence }) => printableWhole(`* ${sentence}`)),
    ...result.changes.flatMap((change) => changeLines(change, options)),
    ...(options.details ||
    result.changes.every((change) => change.before === null && change.after === null)
      ? []
      : ["--details shows the sources side by side"]),
  ];
  return `${lines.join("\n")}\n`;
}

import { Chalk } from "chalk";
import type { DiffChange, DiffResult } from "../../documents/diff-result.ts";
import { printable } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { EFFECTS, sourceLines, witnessText } from "./words.ts";

function changeLines(change: DiffChange, options: ReportOptions): readonly string[] {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const colour = change.effect === "none" || change.effect === "narrows" ? paint.green : paint.red;
  const sources = options.details
    ? sourceLines(change.before, change.after).map((line) => `    ${printable(line, 300)}`)
    : [];
  return [
    `${colour(EFFECTS[change.effect])}: ${printable(change.sentence, 1000)}`,
    ...(change.witness === null
      ? []
      : [`    e.g. ${printable(witnessText(change.witness), 1000)}`]),
    ...sources,
  ];
}

/** What calls are decided otherwise, then every change, what may widen first. */
export function prettyDiff(result: DiffResult, options: ReportOptions): string {
  if (!result.changed && result.changes.length === 0)
    return `${printable(`${result.before.ref} and ${result.after.ref} have the same meaning`)}\n`;
  const lines = [
    printable(`from ${result.before.ref} to ${result.after.ref}: a ${result.required} change`),
    ...result.outcomes.map(({ sentence }) => printable(`* ${sentence}`, 500)),
    ...result.changes.flatMap((change) => changeLines(change, options)),
    ...(options.details ||
    result.changes.every((change) => change.before === null && change.after === null)
      ? []
      : ["--details shows the sources side by side"]),
  ];
  return `${lines.join("\n")}\n`;
}

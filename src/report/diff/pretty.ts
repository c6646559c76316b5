import { Chalk, type ChalkInstance } from "chalk";
import type { DiffChange, DiffResult } from "../../documents/diff-result.ts";
import { printableWhole } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { STATES } from "../states.ts";
import { ownerMovesText, SILENT_OWNERS } from "../../text/owner-moves.ts";
import {
  effectText,
  impactText,
  sourceLines,
  changeSentence,
  uncomparedText,
  witnessText,
} from "./words.ts";
import { shortRef } from "../short-ref.ts";

function titleOf(change: DiffChange, paint: ChalkInstance): string {
  const { widened, narrowed, indeterminate, unchanged } = STATES;
  const title = effectText(change);
  switch (change.effect) {
    case "widens":
      return paint[widened.color](`${widened.sign} ${title}`);
    case "both":
      return paint[widened.color](`${widened.sign}${narrowed.sign} ${title}`);
    case "unknown":
      return paint[indeterminate.color](`${indeterminate.sign} ${title}, which counts as widening`);
    case "narrows":
      return paint[narrowed.color](`${narrowed.sign} ${title}`);
    case "moves":
      return change.together.length > 0
        ? `${title}: the rules named behind each widen or narrow its calls`
        : title;
    case "none":
      return `${unchanged.sign} ${title}`;
  }
}

function changeLines(change: DiffChange, options: ReportOptions): readonly string[] {
  const sources = options.details
    ? sourceLines(change.before, change.after).map((line) => `      ${printableWhole(line)}`)
    : [];
  return [
    `  ${printableWhole(changeSentence(change))}`,
    ...(change.witness === null
      ? []
      : [`      e.g. ${printableWhole(witnessText(change.witness))}`]),
    ...sources,
  ];
}

/** The changes below what they do, in the order of the result. */
function sections(changes: readonly DiffChange[], options: ReportOptions): readonly string[] {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  return changes.flatMap((change, i) => {
    const before = changes[i - 1];
    const isNew = before === undefined || effectText(before) !== effectText(change);
    return [...(isNew ? [titleOf(change, paint)] : []), ...changeLines(change, options)];
  });
}

/**
 * What the changes do together, what calls are decided otherwise, then every change, what may widen
 * first.
 */
export function prettyDiff(result: DiffResult, options: ReportOptions): string {
  const uncompared = uncomparedText(result);
  const told = [uncompared, ownerMovesText(result, SILENT_OWNERS)].flatMap((text) =>
    text === undefined ? [] : [printableWhole(`  ${text}`)],
  );
  if (!result.changed && result.changes.length === 0) {
    const same = printableWhole(
      `${shortRef(result.before.ref)} and ${shortRef(result.after.ref)} have the same meaning`,
    );
    return `${[same, ...told].join("\n")}\n`;
  }
  const lines = [
    `a ${result.required} change: ${impactText(result)}`,
    printableWhole(`  from ${shortRef(result.before.ref)} to ${shortRef(result.after.ref)}`),
    ...told,
    ...result.outcomes.map(({ sentence }) => printableWhole(`* ${sentence}`)),
    ...sections(result.changes, options),
    ...(options.details ||
    result.changes.every((change) => change.before === null && change.after === null)
      ? []
      : ["--details shows the sources side by side"]),
  ];
  return `${lines.join("\n")}\n`;
}

import type { ChalkInstance } from "chalk";
import { Chalk } from "chalk";
import type { WhoCanEntry, WhoCanResult } from "../../documents/who-can-result.ts";
import { indented, line, painted, targetText } from "../blast-radius/words.ts";
import type { ReportOptions } from "../reporter.ts";
import { needsApproval, wayTexts } from "./words.ts";
import { count } from "../../text/count.ts";

const WAYS = 4;

function entryLines(
  entry: WhoCanEntry,
  { paint, details }: { readonly paint: ChalkInstance; readonly details: boolean },
): readonly string[] {
  const from = entry.approvers.length === 0 ? "" : ` (approvers: ${entry.approvers.join(", ")})`;
  const texts = wayTexts(entry);
  const shown = details ? texts : texts.slice(0, WAYS);
  const rest = texts.length - shown.length;
  return [
    `  ${painted(entry, paint)} ${line(`${entry.subject} ${entry.tool}${targetText(entry)}${from}`)}`,
    ...shown.map((text) => indented(6, text)),
    ...(rest > 0 ? [indented(6, `… and ${count(rest, "more rule")} (--details)`)] : []),
  ];
}

/** Who may do something, for a terminal: what needs an approval stands apart. */
export function prettyWhoCan(result: WhoCanResult, options: ReportOptions): string {
  const of = { paint: new Chalk({ level: options.color ? 1 : 0 }), details: options.details };
  const asked = `${result.action}${result.resource === null ? "" : ` on ${result.resource}`}`;
  const free = result.who.filter((entry) => !needsApproval(entry));
  const held = result.who.filter(needsApproval);
  const part = (title: string, entries: readonly WhoCanEntry[]): readonly string[] =>
    entries.length === 0
      ? []
      : [of.paint.bold(line(title)), ...entries.flatMap((entry) => entryLines(entry, of))];
  const lines = [
    ...(result.who.length === 0 ? [of.paint.bold(line(`nobody may ${asked}`))] : []),
    ...part(`who may ${asked}`, free),
    ...part(`who may ${asked} with an approval`, held),
    ...(result.denied.length === 0 ? [] : [line(`denied: ${result.denied.join(", ")}`)]),
  ];
  return `${lines.join("\n")}\n`;
}

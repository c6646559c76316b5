import type { WhoCanEntry, WhoCanResult } from "../../documents/who-can-result.ts";
import { targetText } from "../blast-radius/words.ts";
import { markdownTable, markdownText as text } from "../markdown.ts";
import { needsApproval, wayTexts } from "./words.ts";

function entryRow(entry: WhoCanEntry): readonly string[] {
  return [
    entry.access,
    text(entry.subject),
    text(`${entry.tool}${targetText(entry)}`),
    text(entry.approvers.join(", ")),
    wayTexts(entry)
      .map((one) => text(one, 200))
      .join("<br>"),
  ];
}

function entryTable(entries: readonly WhoCanEntry[]): readonly string[] {
  const titles = ["access", "who", "what", "approvers", "rules"];
  return [...markdownTable(titles, entries.map(entryRow)), ""];
}

/** Who may do something, for a wiki or a mail. */
export function markdownWhoCan(result: WhoCanResult): string {
  const held = result.who.filter(needsApproval);
  const free = result.who.filter((entry) => !needsApproval(entry));
  const on = result.resource === null ? "" : ` on ${text(result.resource)}`;
  const nobody = held.length === 0 ? "Nobody." : "Nobody without an approval.";
  const lines = [
    `# Who may ${text(result.action)}${on}`,
    "",
    ...(free.length === 0 ? [nobody, ""] : entryTable(free)),
    ...(held.length === 0 ? [] : ["## With an approval", "", ...entryTable(held)]),
    ...(result.denied.length === 0 ? [] : [`Denied: ${text(result.denied.join(", "), 500)}`]),
  ];
  return `${lines.join("\n")}\n`;
}

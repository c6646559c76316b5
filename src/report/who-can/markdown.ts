import type { WhoCanEntry, WhoCanResult } from "../../documents/who-can-result.ts";
import { targetText } from "../blast-radius/words.ts";
import { markdownTable, markdownText as text } from "../markdown.ts";
import { needsApproval, wayTexts } from "./words.ts";

/** Who may do something, for a wiki or a mail. */
export function markdownWhoCan(result: WhoCanResult): string {
  const row = (entry: WhoCanEntry): readonly string[] => [
    entry.access,
    text(entry.subject),
    text(`${entry.tool}${targetText(entry)}`),
    text(entry.approvers.join(", ")),
    wayTexts(entry)
      .map((one) => text(one, 200))
      .join("<br>"),
  ];
  const table = (entries: readonly WhoCanEntry[]): readonly string[] => [
    ...markdownTable(["access", "who", "what", "approvers", "rules"], entries.map(row)),
    "",
  ];
  const held = result.who.filter(needsApproval);
  const free = result.who.filter((entry) => !needsApproval(entry));
  const lines = [
    `# Who may ${text(result.action)}${result.resource === null ? "" : ` on ${text(result.resource)}`}`,
    "",
    ...(free.length === 0
      ? [held.length === 0 ? "Nobody." : "Nobody without an approval.", ""]
      : table(free)),
    ...(held.length === 0 ? [] : ["## With an approval", "", ...table(held)]),
    ...(result.denied.length === 0 ? [] : [`Denied: ${text(result.denied.join(", "), 500)}`]),
  ];
  return `${lines.join("\n")}\n`;
}

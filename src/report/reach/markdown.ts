import type { BlastRadius, BlastRadiusResult, Reach } from "../../documents/blast-radius-result.ts";
import type { WhoCanEntry, WhoCanResult } from "../../documents/who-can-result.ts";
import { markdownTable, markdownText as text } from "../markdown.ts";
import { conditionText, needsApproval, targetText, wayTexts } from "./pretty.ts";

function reachRow(reach: Reach): readonly string[] {
  return [
    reach.access,
    text(`${reach.tool}${targetText(reach)}`),
    reach.irreversible ? "irreversible" : "",
    text(reach.approvers.join(", ")),
    reach.conditions.map((condition) => text(conditionText(condition), 200)).join("<br>"),
    reach.used === null ? "" : String(reach.used),
  ];
}

const HEADER = ["access", "what", "", "approvers", "conditions", "used"];

function agentPart(radius: BlastRadius): readonly string[] {
  return [
    `## ${text(`agent:${radius.agent}`)}`,
    "",
    `${radius.status}, owner ${text(radius.owner ?? "nobody")}, reviewed ${radius.reviewed ?? "never"}.`,
    "",
    ...(radius.reach.length === 0
      ? ["It may do nothing."]
      : markdownTable(HEADER, radius.reach.map(reachRow))),
    "",
    ...radius.via.flatMap((via) => [
      `### By invoking ${text(via.agent)} (${via.access})`,
      "",
      ...(via.reach.length === 0
        ? ["Nothing more."]
        : markdownTable(HEADER, via.reach.map(reachRow))),
      "",
    ]),
    ...(radius.patch === null
      ? []
      : [
          radius.patchKeeps.length === 0
            ? "What it never used, as a policy that takes it away:"
            : `What it never used, as a policy that takes it away, but for ${text(radius.patchKeeps.map(({ tool }) => tool).join(", "), 400)}, on which recorded calls hang:`,
          "",
          ...radius.patch
            .trimEnd()
            .split("\n")
            .map((one) => `    ${one}`),
          "",
        ]),
  ];
}

/** Blast radius for a wiki or a mail. */
export function markdownBlastRadius(result: BlastRadiusResult): string {
  return `${["# What our agents could do", "", ...result.agents.flatMap(agentPart)].join("\n")}\n`;
}

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

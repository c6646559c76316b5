import type { BlastRadius, BlastRadiusResult, Reach, WhoCanResult } from "../../reach/result.ts";
import { markdownTable, markdownText as text } from "../markdown.ts";
import { conditionText, targetText } from "./pretty.ts";

function reachRow(reach: Reach): readonly string[] {
  return [reach.access, text(`${reach.tool}${targetText(reach)}`), reach.irreversible ? "irreversible" : "", text(reach.approvers.join(", ")), reach.conditions.map((condition) => text(conditionText(condition), 200)).join("<br>"), reach.used === null ? "" : String(reach.used)];
}

const HEADER = ["access", "what", "", "approvers", "conditions", "used"];

function agentPart(radius: BlastRadius): readonly string[] {
  return [
    `## ${text(`agent:${radius.agent}`)}`,
    "",
    `${radius.status}, owner ${text(radius.owner ?? "nobody")}, reviewed ${radius.reviewed ?? "never"}.`,
    "",
    ...(radius.reach.length === 0 ? ["It may do nothing."] : markdownTable(HEADER, radius.reach.map(reachRow))),
    "",
    ...radius.via.flatMap((via) => [`### By invoking ${text(via.agent)} (${via.access})`, "", ...(via.reach.length === 0 ? ["Nothing more."] : markdownTable(HEADER, via.reach.map(reachRow))), ""]),
    ...(radius.patch === null ? [] : ["What it never used, as a policy that takes it away:", "", ...radius.patch.trimEnd().split("\n").map((one) => `    ${one}`), ""]),
  ];
}

/** Blast radius for a wiki or a mail. */
export function markdownBlastRadius(result: BlastRadiusResult): string {
  return `${["# What our agents could do", "", ...result.agents.flatMap(agentPart)].join("\n")}\n`;
}

/** Who may do something, for a wiki or a mail. */
export function markdownWhoCan(result: WhoCanResult): string {
  const rows = result.who.map((entry) => [entry.access, text(entry.subject), text(`${entry.tool}${targetText(entry)}`), text(entry.approvers.join(", ")), entry.conditions.map((condition) => text(conditionText(condition), 200)).join("<br>")]);
  const lines = [`# Who may ${text(result.action)}${result.resource === null ? "" : ` on ${text(result.resource)}`}`, "", ...(rows.length === 0 ? ["Nobody."] : markdownTable(["access", "who", "what", "approvers", "conditions"], rows)), "", ...(result.denied.length === 0 ? [] : [`Denied: ${text(result.denied.join(", "), 500)}`])];
  return `${lines.join("\n")}\n`;
}

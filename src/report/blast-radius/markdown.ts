import type { BlastRadius, BlastRadiusResult } from "../../documents/blast-radius-result.ts";
import { markdownTable, markdownText as text } from "../markdown.ts";
import { HEADER, reachRow } from "./reach-table.ts";

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
            ? "A policy that denies what it never used:"
            : "A policy that denies what it never used, except " +
              `${text(radius.patchKeeps.map(({ tool }) => tool).join(", "), 400)}, on which ` +
              "recorded calls depend:",
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

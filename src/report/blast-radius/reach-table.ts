import type { Reach } from "../../documents/blast-radius-result.ts";
import { markdownText as text } from "../markdown.ts";
import { conditionText, targetText } from "./words.ts";

export function reachRow(reach: Reach): readonly string[] {
  return [
    reach.access,
    text(`${reach.tool}${targetText(reach)}`),
    reach.irreversible ? "irreversible" : "",
    text(reach.approvers.join(", ")),
    reach.conditions.map((condition) => text(conditionText(condition), 200)).join("<br>"),
    reach.used === null ? "" : String(reach.used),
  ];
}

export const HEADER = ["access", "what", "", "approvers", "conditions", "used"];

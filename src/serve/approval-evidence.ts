import { mayBeSameParty } from "../api/same-party.ts";
import { isJsonObject, objectMember, type Json, type JsonObject } from "../request/json.ts";
import type { Askers } from "./approvals.ts";
import { HttpProblem } from "./http-problem.ts";
import { whoIs } from "./who-is.ts";

/**
 * Refuses a call that brings an approval by the very party whose credential sends it: nobody
 * approves what they asked for (design 6.1). A refusal may be brought by anybody.
 */
export function refuseOwnApproval(event: JsonObject, askers: Askers): void {
  const given = objectMember(event, "context")?.["approvals"];
  if (!Array.isArray(given)) return;
  const own = given.findIndex((one: Json) => askers.some((asker) => isGrantOf(one, asker)));
  if (own < 0) return;
  throw new HttpProblem(
    403,
    `\`context.approvals[${own}]\` is by \`${askers.join("`, `")}\`, whose credential sends the call, ` +
      "and nobody approves what they asked for",
  );
}

function isGrantOf(one: Json, asker: string): boolean {
  if (!isJsonObject(one) || one["decision"] === "refused") return false;
  const by = typeof one["by"] === "string" ? one["by"] : whoIs(one["by"]);
  return by !== undefined && mayBeSameParty(by, asker);
}

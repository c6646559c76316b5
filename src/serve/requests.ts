import { isJsonObject, member, objectMember, type Json, type JsonObject } from "../request/json.ts";
import { slippedFrom } from "../text/slip.ts";
import { badRequest } from "./http-problem.ts";

/** What `context.agentz` of an AuthZEN request may carry: members that only a canonical event has. */
const CARRIED = ["id", "session", "parent", "args", "complete", "unrecorded"] as const;
/** What a request of `POST /v1/decide` may have. */
const CALL = [...CARRIED, "subject", "action", "resource", "context"] as const;
const LONGEST_ID = 256;

function refuseUnknown(value: JsonObject, known: readonly string[], at: string): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const near = slippedFrom(key, known);
    const help = near === undefined ? `there is ${known.join(", ")}` : `did you mean \`${near}\`?`;
    throw badRequest(`\`${at}${key}\` is not a field of a request; ${help}`);
  }
}

function checkCarried(value: JsonObject, at: string): void {
  for (const key of ["id", "session", "parent"] as const) {
    const text = member(value, key) ?? undefined;
    if (text === undefined) continue;
    if (typeof text !== "string" || text === "")
      throw badRequest(`\`${at}${key}\` has to be a text that is not empty`);
    if (text.length > LONGEST_ID)
      throw badRequest(`\`${at}${key}\` is longer than ${LONGEST_ID} characters`);
  }
  const args = member(value, "args") ?? undefined;
  if (args !== undefined && !isJsonObject(args))
    throw badRequest(`\`${at}args\` has to be an object`);
}

function entityOf(body: JsonObject, name: string, needed: readonly string[]): JsonObject {
  const entity = member(body, name) ?? undefined;
  if (entity === undefined) throw badRequest(`\`${name}\` is missing`);
  if (!isJsonObject(entity)) throw badRequest(`\`${name}\` has to be an object`);
  for (const key of needed) {
    const text = member(entity, key) ?? undefined;
    if (text === undefined) throw badRequest(`\`${name}.${key}\` is missing`);
    if (typeof text !== "string" || text === "")
      throw badRequest(`\`${name}.${key}\` has to be a text that is not empty`);
  }
  const properties = member(entity, "properties") ?? undefined;
  if (properties !== undefined && !isJsonObject(properties))
    throw badRequest(`\`${name}.properties\` has to be an object`);
  return entity;
}

/** The request's context without what only a canonical event has, and that. */
function contextOf(body: JsonObject): {
  readonly context: JsonObject | undefined;
  readonly carried: JsonObject;
} {
  const context = member(body, "context") ?? undefined;
  if (context === undefined) return { context: undefined, carried: {} };
  if (!isJsonObject(context)) throw badRequest("`context` has to be an object");
  const carried = member(context, "agentz") ?? undefined;
  if (carried === undefined) return { context, carried: {} };
  if (!isJsonObject(carried)) throw badRequest("`context.agentz` has to be an object");
  refuseUnknown(carried, CARRIED, "context.agentz.");
  checkCarried(carried, "context.agentz.");
  const rest = Object.entries(context).filter(([key]) => key !== "agentz");
  return { context: Object.fromEntries(rest), carried };
}

/** Which entities of a request have to be whole; a search leaves out what it asks for. */
export interface Needed {
  readonly subject: readonly string[];
  readonly action: readonly string[] | undefined;
  readonly resource: readonly string[];
}

/** What an evaluation needs (AuthZEN 1.0, 6.1). */
export const EVALUATION: Needed = {
  subject: ["type", "id"],
  action: ["name"],
  resource: ["type", "id"],
};

/**
 * The canonical event of an AuthZEN request (design 3.1), without id and time. Members that AuthZEN
 * does not know are ignored, as it asks; `context.agentz` carries session, arguments and the like.
 */
export function fromAuthzen(body: JsonObject, needed: Needed = EVALUATION): JsonObject {
  const { context, carried } = contextOf(body);
  return {
    ...carried,
    subject: entityOf(body, "subject", needed.subject),
    ...(needed.action !== undefined && { action: entityOf(body, "action", needed.action) }),
    resource: entityOf(body, "resource", needed.resource),
    ...(context !== undefined && { context }),
  };
}

/** The canonical event of a request of `POST /v1/decide`; what no event has is refused. */
export function fromCanonical(body: JsonObject): JsonObject {
  if (Object.hasOwn(body, "time"))
    throw badRequest(
      "`time` is not allowed: the clock of the decision point gives the time of a call",
    );
  refuseUnknown(body, CALL, "");
  checkCarried(body, "");
  return body;
}

const SEMANTICS = ["execute_all", "deny_on_first_deny", "permit_on_first_permit"] as const;

/** How the items of a batch are answered (AuthZEN 1.0, 7.1.2.1). */
export type Semantics = (typeof SEMANTICS)[number];

/** A batch: its items with the defaults filled in, whole entity by whole entity. */
export interface Batch {
  readonly items: readonly Json[];
  readonly defaults: JsonObject;
  readonly semantics: Semantics;
}

/** The semantics that a batch asks for. */
function semanticsOf(body: JsonObject): Semantics {
  const options = member(body, "options") ?? undefined;
  if (options === undefined) return "execute_all";
  if (!isJsonObject(options)) throw badRequest("`options` has to be an object");
  const asked = member(options, "evaluations_semantic") ?? undefined;
  if (asked === undefined) return "execute_all";
  const known = SEMANTICS.find((one) => one === asked);
  if (known === undefined)
    throw badRequest(`\`options.evaluations_semantic\` has to be one of ${SEMANTICS.join(", ")}`);
  return known;
}

/** The batch that a body asks for; undefined where it is a single evaluation. */
export function batchOf(body: JsonObject): Batch | undefined {
  const semantics = semanticsOf(body);
  const items = member(body, "evaluations") ?? undefined;
  if (items === undefined) return undefined;
  if (!Array.isArray(items)) throw badRequest("`evaluations` has to be a list");
  if (items.length === 0) return undefined;
  const entries = (["subject", "action", "resource", "context"] as const).flatMap((key) => {
    const value = objectMember(body, key);
    if (value === undefined && (member(body, key) ?? undefined) !== undefined)
      throw badRequest(`\`${key}\` has to be an object`);
    return value === undefined ? [] : [[key, value] as const];
  });
  return { items, defaults: Object.fromEntries(entries), semantics };
}

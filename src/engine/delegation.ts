import { Unknown } from "../condition/value.ts";
import { isJsonObject, member, stringMember, type Json, type JsonObject } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import type { Mask } from "./mask.ts";

/**
 * The agents above the caller, root first, without it (design 3.2); `unknown` where the record does
 * not tell.
 */
export interface Chain {
  readonly agents: readonly string[];
  readonly unknown: Unknown | undefined;
}

/** The person acted for, as `type:id`: known, known to be nobody, or unknown. */
export interface Principal {
  readonly name: string | undefined;
  readonly unknown: Unknown | undefined;
}

const CHAIN = new Unknown(["context.delegation"]);
const PERSON = new Unknown(["context.on_behalf_of"]);
const EMPTY: Chain = { agents: [], unknown: undefined };
const UNKNOWN_CHAIN: Chain = { agents: [], unknown: CHAIN };

function agentName(value: Json): string | undefined {
  if (typeof value === "string") return value;
  if (!isJsonObject(value)) return undefined;
  const type = stringMember(value, "type") ?? "agent";
  const id = stringMember(value, "id");
  return id === undefined ? undefined : `${type}:${id}`;
}

/**
 * The delegation chain of a call: an unrecorded one of a call that has a parent is unknown, else it
 * is empty (design 4.5).
 */
export function chainOf(request: Request, mask: Mask | undefined): Chain {
  if (mask?.masked(["context", "delegation"]) === true) return UNKNOWN_CHAIN;
  const list = member(request.context, "delegation");
  if (list === undefined) {
    const absent = mask?.complete(["context"]) === true;
    return request.parent === undefined || absent ? EMPTY : UNKNOWN_CHAIN;
  }
  if (!Array.isArray(list) || mask?.maskedBelow(["context", "delegation"]) === true)
    return UNKNOWN_CHAIN;
  const agents = list.map(agentName).filter((name) => name !== undefined);
  return { agents, unknown: agents.length === list.length ? undefined : CHAIN };
}

/** The person in `context.on_behalf_of`, as far as it is recorded. */
export interface RecordedPerson {
  readonly type: string | undefined;
  readonly id: string | undefined;
  /** Undefined: nobody recorded whether there is one. */
  readonly direct: JsonObject | undefined;
}

const PERSON_PATH = ["context", "on_behalf_of"];
const NOT_RECORDED: RecordedPerson = { type: undefined, id: undefined, direct: undefined };

/**
 * Whom a call acts for: `nobody` where that is known; undefined where what is recorded is neither a
 * map nor a name.
 */
export function recordedPerson(
  request: Request,
  mask: Mask | undefined,
): RecordedPerson | "nobody" | undefined {
  const masked = mask?.masked(PERSON_PATH) === true;
  const value = masked ? undefined : member(request.context, "on_behalf_of");
  // of whom something is masked, that one exists (design 7.1); a name alone does not show what is
  const hidden = masked || mask?.maskedBelow(PERSON_PATH) === true;
  if (hidden && !isJsonObject(value)) return NOT_RECORDED;
  if (value === undefined) return mask?.complete(["context"]) === true ? "nobody" : NOT_RECORDED;
  const direct =
    typeof value === "string" ? partsOf(value) : isJsonObject(value) ? value : undefined;
  if (direct === undefined) return undefined;
  const shown = (key: string): string | undefined =>
    mask?.masked([...PERSON_PATH, key]) === true ? undefined : stringMember(direct, key);
  return { type: shown("type"), id: shown("id"), direct };
}

function partsOf(name: string): JsonObject {
  const colon = name.indexOf(":");
  return colon < 0
    ? { type: "human", id: name }
    : { type: name.slice(0, colon), id: name.slice(colon + 1) };
}

/** Whom a call acts for (design 4.5 `user`): absent is nobody, unrecorded is unknown. */
export function principalOf(request: Request, mask: Mask | undefined): Principal {
  const person = recordedPerson(request, mask);
  if (person === "nobody") return { name: undefined, unknown: undefined };
  return person?.id === undefined
    ? { name: undefined, unknown: PERSON }
    : { name: `${person.type ?? "human"}:${person.id}`, unknown: undefined };
}

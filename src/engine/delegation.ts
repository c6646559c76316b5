import { Unknown } from "../condition/value.ts";
import { isJsonObject, member, stringMember, type Json } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import type { Mask } from "./mask.ts";

/** The agents above the caller, root first, without it (design 3.2); `unknown` where the record does not tell. */
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

/** The delegation chain of a call: an unrecorded one of a call that has a parent is unknown, else it is empty (design 4.5). */
export function chainOf(request: Request, mask: Mask | undefined): Chain {
  if (mask?.masked(["context", "delegation"]) === true) return UNKNOWN_CHAIN;
  const list = member(request.context, "delegation");
  if (list === undefined) {
    const absent = mask?.complete(["context"]) === true;
    return request.parent === undefined || absent ? EMPTY : UNKNOWN_CHAIN;
  }
  if (!Array.isArray(list) || mask?.maskedBelow(["context", "delegation"]) === true) return UNKNOWN_CHAIN;
  const agents = list.map(agentName).filter((name) => name !== undefined);
  return { agents, unknown: agents.length === list.length ? undefined : CHAIN };
}

/** Whom a call acts for (design 4.5 `user`): absent is nobody, unrecorded is unknown. */
export function principalOf(request: Request, mask: Mask | undefined): Principal {
  const value = mask?.masked(["context", "on_behalf_of"]) === true ? undefined : member(request.context, "on_behalf_of");
  if (value !== undefined) {
    const name = agentNameOfPerson(value);
    return name === undefined ? { name: undefined, unknown: PERSON } : { name, unknown: undefined };
  }
  const absent = mask?.complete(["context"]) === true && !mask.masked(["context", "on_behalf_of"]);
  return { name: undefined, unknown: absent ? undefined : PERSON };
}

function agentNameOfPerson(value: Json): string | undefined {
  if (typeof value === "string") return value.includes(":") ? value : `human:${value}`;
  if (!isJsonObject(value)) return undefined;
  const id = stringMember(value, "id");
  return id === undefined ? undefined : `${stringMember(value, "type") ?? "human"}:${id}`;
}

import {
  isJsonObject,
  member,
  stringMember,
  type Json,
  type JsonObject,
} from "../../request/json.ts";
import { badRequest } from "../../serve/http-problem.ts";
import type { Party } from "../action.ts";
import type { NamedCaller } from "./checked.ts";

/** The member of the metadata that joins a result to its call. */
export const CALL = "agentz_call";

const OWN: ReadonlySet<string> = new Set([
  "subject",
  "on_behalf_of",
  "delegation",
  "session",
  CALL,
]);

function partyOf(text: Json, name: string): Party {
  const [, type, id] = (typeof text === "string" && /^([a-z]+):(.+)$/s.exec(text)) || [];
  if (type !== undefined && id !== undefined) return { type, id };
  throw badRequest(`\`${name}\` of the metadata has to be type:id, such as agent:support`);
}

function delegationOf(value: Json | undefined): readonly string[] {
  if (value === undefined) return [];
  const names = Array.isArray(value) ? value.filter((one: Json) => typeof one === "string") : [];
  if (Array.isArray(value) && names.length === value.length) return names;
  throw badRequest("`delegation` of the metadata has to be a list of texts");
}

function sessionOf(metadata: JsonObject): string | undefined {
  const value = member(metadata, "session");
  if (value === undefined || (typeof value === "string" && value !== "")) return value;
  throw badRequest("`session` of the metadata has to be a text that is not empty");
}

/**
 * Who calls: `fixed`, or whom the metadata name. WHY not both: an expression of the gateway that
 * fails leaves its member out, and the caller would then be taken for another.
 */
export function namedCaller(metadata: JsonObject, fixed: Party | undefined): NamedCaller {
  const named = member(metadata, "subject");
  if (fixed !== undefined && named !== undefined)
    throw badRequest("the metadata name a `subject`, and --ext-mcp-subject does too");
  if (fixed === undefined && named === undefined)
    throw badRequest(
      "the metadata name no `subject`: add it to the gateway's configuration, or pass --ext-mcp-subject",
    );
  const onBehalfOf = member(metadata, "on_behalf_of");
  const others = Object.entries(metadata).filter(([key]) => !OWN.has(key));
  return {
    subject: fixed ?? partyOf(named ?? null, "subject"),
    onBehalfOf:
      onBehalfOf === undefined || onBehalfOf === "nobody"
        ? onBehalfOf
        : partyOf(onBehalfOf, "on_behalf_of"),
    delegation: delegationOf(member(metadata, "delegation")),
    session: sessionOf(metadata),
    others: Object.fromEntries(others),
  };
}

/** The call that a result is said to belong to. */
export function namedCall(metadata: JsonObject): string | undefined {
  return stringMember(metadata, CALL);
}

/** A value of `google.protobuf.Struct` as JSON. */
export function plainStruct(struct: unknown): JsonObject {
  if (!isJsonObject(struct)) return {};
  const fields = member(struct, "fields");
  if (!isJsonObject(fields)) return {};
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, plainValue(value ?? null)]),
  );
}

function plainValue(value: Json): Json {
  if (!isJsonObject(value)) return null;
  const kind = stringMember(value, "kind") ?? "nullValue";
  const inner = member(value, kind) ?? null;
  switch (kind) {
    case "structValue":
      return plainStruct(inner);
    case "listValue": {
      const values = isJsonObject(inner) ? member(inner, "values") : undefined;
      return Array.isArray(values) ? values.map((one: Json) => plainValue(one)) : [];
    }
    case "nullValue":
      return null;
    default:
      return inner;
  }
}

import { isJsonObject, member, objectMember, stringMember, type Json, type JsonObject } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import type { SessionExample } from "../policy/model.ts";
import { decodeEvent } from "../trace/event.ts";
import { UserError } from "./user-error.ts";
import { readYamlValue } from "./yaml-value.ts";

/** One request as `decide` takes it: a canonical event, with session state where the rules read some. */
export interface RequestDocument {
  readonly request: Request;
  readonly state: SessionExample;
}

function parse(text: string, name: string): JsonObject {
  const { value: json } = readYamlValue({ name, text, code: "request", secret: true });
  if (!isJsonObject(json)) throw new UserError("request", `${name} has to hold one request: a map with subject, action, resource, args, context`);
  return json;
}

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function stateOf(session: JsonObject): SessionExample {
  const counters = objectMember(session, "counters") ?? {};
  const values = objectMember(session, "values") ?? {};
  return {
    labels: textsOf(member(session, "labels")),
    counters: Object.fromEntries(Object.entries(counters).flatMap(([name, value]) => (typeof value === "number" ? [[name, value] as const] : []))),
    values: Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (Array.isArray(value) ? [[name, value] as const] : []))),
  };
}

/** Reads a request from YAML or JSON. `session` is an id, or state: `{labels, counters, values}`. What is missing is unrecorded. */
export function readRequest(text: string, name: string): RequestDocument {
  const document = parse(text, name);
  const session = member(document, "session");
  const plain = isJsonObject(session) ? Object.fromEntries(Object.entries(document).filter(([key]) => key !== "session")) : document;
  const unknown: string[] = [];
  const event = decodeEvent(plain, { file: name, line: 1, onUnknownMember: (key) => unknown.push(key) });
  if (typeof event === "string") throw new UserError("request", `${name} is no request: ${event}`);
  if (unknown.length > 0) throw new UserError("request", `${name} has a field that a request does not have: \`${unknown[0] ?? ""}\``, { help: "a request has subject, action, resource, args, context, time, session, parent, complete and unrecorded" });
  const request = { ...event.request, session: stringMember(document, "session") ?? "decide" };
  return { request, state: isJsonObject(session) ? stateOf(session) : { labels: [], counters: {}, values: {} } };
}

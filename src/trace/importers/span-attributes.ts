import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { unpackJson } from "./call-values.ts";

/** The members that hold a span's attributes, in the exports that there are. */
const ATTRIBUTES = [
  "attributes",
  "tags",
  "SpanAttributes",
  "span_attributes",
  "customDimensions",
  "Properties",
  "properties",
  "labels",
  "custom",
  "meta",
  "LogAttributes",
  "jsonPayload",
] as const;

/** Attributes whose names are often written as objects in objects: `{gen_ai: {tool: {name}}}`. */
const NESTED: ReadonlySet<string> = new Set([
  "gen_ai",
  "openinference",
  "input",
  "output",
  "llm",
  "tool",
  "session",
  "user",
  "enduser",
  "agent",
  "graph",
  "traceloop",
  "mcp",
  "langfuse",
  "langsmith",
  "mlflow",
  "logfire",
  "ai",
  "agentz",
  "event",
  "conversation",
]);

/** The attributes of a span, a log record, a resource: listed, as an object, or as JSON text. */
export function attributesOf(holder: JsonObject | undefined): JsonObject {
  if (holder === undefined) return {};
  const found = heldAttributes(holder);
  if (found !== undefined) return found;
  const dotted = Object.entries(holder).filter(([key]) => key.startsWith("attributes."));
  if (dotted.length > 0)
    return Object.fromEntries(
      dotted.map(([key, value]) => [key.slice("attributes.".length), value]),
    );
  return asAttributes(Object.values(holder).find(isPairs)) ?? {};
}

/** WHY all of them: Datadog has the attributes that it knows apart from those of a span's own. */
function heldAttributes(holder: JsonObject): JsonObject | undefined {
  const listed = member(holder, "attributes");
  // OTLP's list is all there is
  if (Array.isArray(listed) && listed.length > 0) return asAttributes(listed);
  let found: JsonObject | undefined;
  for (const name of ATTRIBUTES) {
    const held = asAttributes(member(holder, name));
    if (held === undefined) continue;
    found = found === undefined || Object.keys(found).length === 0 ? held : { ...held, ...found };
  }
  const fields = objectMember(holder, "tag");
  return fields === undefined ? found : { ...withDots(fields), ...found };
}

/** Tags that Jaeger's store keeps as fields, without the dots of their names. */
function withDots(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key.replaceAll("@", "."), value]),
  );
}

/** A value that lists or holds attributes; undefined for any other. */
export function asAttributes(written: Json | undefined): JsonObject | undefined {
  const value = typeof written === "string" ? unpackJson(written) : written;
  if (isJsonObject(value))
    return Object.keys(value).some((key) => NESTED.has(key)) ? flat(value) : value;
  if (!Array.isArray(value) || (value.length > 0 && !isPairs(value))) return undefined;
  const attributes: { [key: string]: Json | undefined } = {};
  for (const item of value) if (isJsonObject(item)) addPair(item, attributes);
  return attributes;
}

function isPairs(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isPair);
}

function isPair(item: Json): boolean {
  return isJsonObject(item) && (stringMember(item, "key") !== undefined || "value" in item);
}

/**
 * Stands for an attribute without a name, or of a name that tells of calls without a value: what
 * has it may be a call. No attribute is called so.
 */
export const BROKEN = "\u0000broken";
const TELLING =
  /tool|function|messages|operation|\bkind\b|event\.name|gen_ai\.(?:prompt|completion)|^(?:in|out)put/i;

function addPair(item: JsonObject, attributes: { [key: string]: Json | undefined }): void {
  const name = stringMember(item, "key") ?? nameBeside(item);
  const value = anyValue(member(item, "value") ?? jaegerValue(item) ?? valueBeside(item));
  if (name === undefined || (value === undefined && TELLING.test(name))) attributes[BROKEN] = true;
  if (name === undefined) return;
  if (name === "__proto__") Object.defineProperty(attributes, name, { value, enumerable: true });
  else attributes[name] = value;
}

/** A value by its type, as the JSON of Jaeger's protocol writes it. */
function jaegerValue(item: JsonObject): Json | undefined {
  return of(item, ["vStr", "vBool", "vInt64", "vFloat64", "vBinary"]);
}

/** WHY any member: the other of the two is still the attribute's, whatever a tool has called it. */
function nameBeside(item: JsonObject): string | undefined {
  const named = Object.values(item).find(
    (held, at) => typeof held === "string" && !/^(?:value|type)$/.test(Object.keys(item)[at] ?? ""),
  );
  return typeof named === "string" ? named : undefined;
}

function valueBeside(item: JsonObject): Json | undefined {
  return Object.entries(item).find(([key, held]) => key !== "key" && isJsonObject(held))?.[1];
}

function flat(object: JsonObject): JsonObject {
  const found: { [key: string]: Json | undefined } = { ...object };
  const visit = (prefix: string, value: Json | undefined, depth: number): void => {
    if (!isJsonObject(value) || depth > 6) return;
    for (const [key, inner] of Object.entries(value)) {
      const name = `${prefix}.${key}`;
      found[name] ??= inner;
      visit(name, inner, depth + 1);
    }
  };
  for (const [key, value] of Object.entries(object)) if (NESTED.has(key)) visit(key, value, 0);
  return found;
}

/** The names of an AnyValue's member, in lower camel case and as the protocol's file has them. */
const LISTS = ["arrayValue", "array_value"] as const;
const MAPS = ["kvlistValue", "kvlist_value"] as const;
const WHOLE = ["intValue", "int_value"] as const;
const PLAIN = [
  "stringValue",
  "string_value",
  "boolValue",
  "bool_value",
  "doubleValue",
  "double_value",
  "bytesValue",
  "bytes_value",
] as const;

/** An OTLP AnyValue as plain JSON; integers beyond 2^53 stay text. */
export function anyValue(value: Json | undefined): Json | undefined {
  if (!isJsonObject(value)) return value;
  const text = value["stringValue"];
  if (typeof text === "string") return text;
  const list = of(value, LISTS);
  if (list !== undefined) {
    const values = isJsonObject(list) ? member(list, "values") : list;
    return Array.isArray(values) ? values.map((item) => anyValue(item) ?? null) : [];
  }
  const map = of(value, MAPS);
  if (map !== undefined)
    return isJsonObject(map) ? (asAttributes(member(map, "values")) ?? {}) : {};
  const whole = of(value, WHOLE);
  if (typeof whole === "string") return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
  return whole ?? of(value, PLAIN) ?? otherwise(value);
}

function otherwise(value: JsonObject): Json | undefined {
  const [only, ...others] = Object.values(value);
  if (others.length > 0) return value;
  return only === null ? undefined : typeof only === "object" ? value : only;
}

function of(value: JsonObject, names: readonly string[]): Json | undefined {
  for (const name of names) {
    const found = member(value, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Events of a span, by which some frameworks write messages, arguments and results. */
export function eventAttributes(span: JsonObject): JsonObject {
  const events = unpackJson(member(span, "events") ?? member(span, "logs"));
  const found: { [key: string]: Json | undefined } = {};
  const messages: { input: Json[]; output: Json[] } = { input: [], output: [] };
  for (const event of Array.isArray(events) ? events.filter(isJsonObject) : [])
    readEvent(event, found, messages);
  if (messages.input.length > 0) found["gen_ai.event.input"] = messages.input;
  if (messages.output.length > 0) found["gen_ai.event.output"] = messages.output;
  return found;
}

function readEvent(
  event: JsonObject,
  found: { [key: string]: Json | undefined },
  messages: { readonly input: Json[]; readonly output: Json[] },
): void {
  const attributes = asAttributes(member(event, "attributes") ?? member(event, "fields")) ?? {};
  const name = stringMember(event, "name") ?? stringMember(attributes, "event");
  const said = unpackJson(member(attributes, "message") ?? member(attributes, "content"));
  if (name === "gen_ai.tool.message") {
    found["gen_ai.tool.message"] = { content: member(attributes, "content") };
    messages.input.push(answerOf(attributes, said));
  } else if (name === "gen_ai.choice") {
    found["gen_ai.tool.output"] = member(attributes, "message") ?? member(attributes, "content");
    messages.output.push(said ?? null, unpackJson(member(attributes, "tool_calls")) ?? null);
  } else if (name === "exception") found["exception.type"] = member(attributes, "exception.type");
  else if (name === "gen_ai.client.inference.operation.details") Object.assign(found, attributes);
}

/** An answer by its call's id, where the event has that beside the text. */
function answerOf(attributes: JsonObject, said: Json | undefined): Json {
  const id = stringMember(attributes, "id");
  return id === undefined || typeof said === "object"
    ? (said ?? null)
    : { role: "tool", tool_call_id: id };
}

/** The object in `holder` under one of the names. */
export function firstObject(holder: JsonObject, names: readonly string[]): JsonObject | undefined {
  for (const name of names) {
    const found = objectMember(holder, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

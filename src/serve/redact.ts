import { isJsonObject, member, objectMember, type Json, type JsonObject } from "../request/json.ts";
import type { DecisionDocument } from "../documents/decide-result.ts";
import { foundBy } from "../text/detectors.ts";
import { joinedSpans } from "../text/masked-slice.ts";
import { spliced } from "../text/splice.ts";

/** What is taken out of results. */
export interface Redaction {
  /** Fields as policies and catalogs name them, such as `card` or `outcome.result.card`. */
  readonly fields: readonly string[];
  /** Kinds of detectors, as `secret/` and `personal/` begin them. */
  readonly kinds: readonly string[];
}

const WITHHELD = "[redacted]";
const WITHHELD_TEXT =
  "[redacted: a field of this result has to be redacted, and the text cannot be read by fields]";
/** The members of a result that say what came of the request. */
const SAYING = ["content", "contents", "messages", "structuredContent"] as const;
/** Members of content that name it, and are no part of what it says. */
const NAMING: ReadonlySet<string> = new Set(["type", "mimeType", "role", "uri", "name"]);

/** Members of a result that are for the protocol: nobody reads them as what was said. */
const UNTOUCHED: ReadonlySet<string> = new Set(["_meta", "resultType", "requestState"]);

/** Paths below a result, of fields that may stand in one. */
function pathsOf(fields: readonly string[]): readonly (readonly string[])[] {
  return fields.flatMap((field) => {
    const [root = "", second] = field.split(".");
    if (root === "outcome") return second === "result" ? [field.split(".").slice(2)] : [];
    return ["args", "context", "subject", "resource"].includes(root) ? [] : [field.split(".")];
  });
}

/** What stands at a path, taken out: a text says so, any other value is not there. */
function without(value: Json, path: readonly string[]): Json {
  const [key, ...below] = path;
  if (Array.isArray(value)) return value.map((item: Json) => without(item, path));
  if (!isJsonObject(value) || key === undefined) return value;
  const inner = member(value, key);
  if (inner === undefined) return value;
  if (below.length > 0) return { ...value, [key]: without(inner, below) };
  if (typeof inner === "string") return { ...value, [key]: WITHHELD };
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

/**
 * A value without fields, at whatever depth their path begins. WHY at any: servers wrap their
 * records in lists and objects of their own.
 */
function withoutFields(value: Json, paths: readonly (readonly string[])[]): Json {
  const inner: Json = Array.isArray(value)
    ? value.map((item: Json) => withoutFields(item, paths))
    : isJsonObject(value)
      ? Object.fromEntries(
          Object.entries(value).map(([key, one]) => [key, withoutFields(one ?? null, paths)]),
        )
      : value;
  return paths.reduce(without, inner);
}

function parsed(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A text of a result: JSON without the fields; nothing of any other, since it may hold them. */
function redactedText(text: string, paths: readonly (readonly string[])[]): string {
  const value = parsed(text);
  return value === undefined ? WITHHELD_TEXT : JSON.stringify(withoutFields(value, paths));
}

/** Content that a model reads: texts by their fields, and nothing of what has no fields. */
function redactedContent(value: Json, paths: readonly (readonly string[])[]): Json {
  if (Array.isArray(value)) return value.map((item: Json) => redactedContent(item, paths));
  if (!isJsonObject(value)) return typeof value === "string" ? redactedText(value, paths) : value;
  // images and sounds
  if (typeof value["data"] === "string") return { type: "text", text: WITHHELD_TEXT };
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      NAMING.has(key) ? one : key === "blob" ? "" : redactedContent(one ?? null, paths),
    ]),
  );
}

/** A value without what detectors of these kinds find in its texts. */
export function withoutKinds(value: Json, kinds: readonly string[]): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withoutKinds(item, kinds));
  if (isJsonObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, withoutKinds(one ?? null, kinds)]),
    );
  if (typeof value !== "string") return value;
  const found = foundBy(value, (kind) => kinds.some((wanted) => kind.startsWith(wanted)));
  const spans = joinedSpans(found.map(({ span }) => span));
  return spans.length === 0 ? value : spliced(value, spans, () => WITHHELD);
}

/** What the result of a call is given without: what its decision asks to redact, and `kinds`. */
export function redactionOf(
  { decision }: { readonly decision: DecisionDocument },
  kinds: readonly string[],
): Redaction {
  return { fields: redactedFields(decision), kinds };
}

/** The fields that a decision asks to redact. */
export function redactedFields({ obligations }: DecisionDocument): readonly string[] {
  return obligations.flatMap((one) => (one.type === "redact" ? (one.fields ?? []) : []));
}

/** Whether fields have to be taken out, by which a text that is no JSON cannot be read. */
export function redactsFields({ fields }: Redaction): boolean {
  return pathsOf(fields).length > 0;
}

/** A value without the fields: nothing of a text that cannot be read by them. */
export function withoutFieldsOf(value: Json, { fields }: Redaction): Json {
  const paths = pathsOf(fields);
  return typeof value === "string" ? redactedText(value, paths) : withoutFields(value, paths);
}

/** Whether anything has to be taken out at all. */
export function redactsAnything(redaction: Redaction): boolean {
  return redaction.kinds.length > 0 || redactsFields(redaction);
}

/** A result without what has to be redacted (design 6.4, 15.2). */
export function redactedResult(result: JsonObject, { fields, kinds }: Redaction): JsonObject {
  const paths = pathsOf(fields);
  const entries = Object.entries(result).map(([name, one]): readonly [string, Json | undefined] => {
    const value = one ?? null;
    if (UNTOUCHED.has(name)) return [name, one];
    const isSaid = SAYING.some((saying) => saying === name) && name !== "structuredContent";
    const byFields =
      paths.length === 0
        ? value
        : isSaid
          ? redactedContent(value, paths)
          : withoutFields(value, paths);
    return [name, kinds.length === 0 ? byFields : withoutKinds(byFields, kinds)];
  });
  return Object.fromEntries(entries);
}

/** Whether a value is what MCP calls content: texts, pictures, resources. */
function isContent(value: Json): boolean {
  if (Array.isArray(value)) return value.some(isContent);
  return (
    isJsonObject(value) &&
    (typeof value["type"] === "string" || isContent(value["content"] ?? null))
  );
}

/** JSON texts inside a value without fields; other texts stay. */
function withoutInTexts(value: Json, paths: readonly (readonly string[])[]): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withoutInTexts(item, paths));
  if (isJsonObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, withoutInTexts(one ?? null, paths)]),
    );
  return typeof value === "string" && parsed(value) !== undefined
    ? redactedText(value, paths)
    : value;
}

/**
 * What any tool gave, without fields: a value by its members, JSON texts by theirs, and nothing of
 * any other text or content, which may hold them.
 */
export function redactedValue(value: Json, fields: readonly string[]): Json {
  const paths = pathsOf(fields);
  if (paths.length === 0) return value;
  if (typeof value === "string" || isContent(value)) return redactedContent(value, paths);
  return withoutInTexts(withoutFields(value, paths), paths);
}

/** A response without what has to be redacted (design 6.4, 15.2), in its result or its error. */
export function redactedResponse(message: JsonObject, redaction: Redaction): JsonObject {
  const [result, error] = [objectMember(message, "result"), objectMember(message, "error")];
  if (result !== undefined) return { ...message, result: redactedResult(result, redaction) };
  if (error === undefined) return message;
  const { code, ...said } = error;
  const less = redactsFields(redaction)
    ? { message: WITHHELD_TEXT }
    : Object.fromEntries(
        Object.entries(said).map(([name, one]) => [
          name,
          withoutKinds(one ?? null, redaction.kinds),
        ]),
      );
  return { ...message, error: { code, ...less } };
}

import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, stringMember } from "../../request/json.ts";
import { contentText } from "./call-values.ts";

/**
 * A recorded span or observation, as its format's decoder gives it; attributes by their full names.
 */
export interface Span {
  readonly trace: string;
  readonly id: string;
  readonly parent: string | undefined;
  readonly name: string;
  /** RFC 3339. */
  readonly start: string | undefined;
  /** Nanoseconds since 1970 as digits, or the time's text: orders spans of one trace. */
  readonly order: string;
  readonly attributes: JsonObject;
  /** Of the process that recorded it. */
  readonly resource: JsonObject;
  /** What wrote it: the instrumentation's name. */
  readonly scope: string | undefined;
  /** OTLP's span kind: `SERVER`, `CLIENT` and others. */
  readonly kind: number | undefined;
  /** Whether it names what caused it in another trace. */
  readonly isLinked?: boolean;
  readonly failed: boolean;
  /** Whether it had not ended when it was written: nothing tells then how it ended. */
  readonly unfinished?: boolean;
  /** What kind of step it is, where the format says it outside the attributes: `TOOL`, `AGENT`. */
  readonly type: string | undefined;
  /** Input and output, where the format has them outside the attributes. */
  readonly input: Json | undefined;
  readonly output: Json | undefined;
  readonly line: number;
}

/** OTLP's kinds of the two sides of a remote call. */
export const SERVER = 2;
/** See `SERVER`. */
export const CLIENT = 3;

/** The first of these attributes that is a non-empty text (or a number, as text). */
export function textAttribute(
  attributes: JsonObject,
  names: readonly string[],
): string | undefined {
  for (const name of names) {
    const value = member(attributes, name);
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

/** The first of these attributes that is there at all. */
export function anyAttribute(attributes: JsonObject, names: readonly string[]): Json | undefined {
  for (const name of names) {
    const value = member(attributes, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A call that a model proposed, or the answer to one, as found in messages. */
export interface Mention {
  readonly kind: "call" | "answer";
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly args: Json | undefined;
  readonly failed: boolean;
}

/**
 * Calls and answers in a value that holds messages, in any of the shapes that providers and
 * frameworks write.
 */
export function mentionsIn(value: Json | undefined, depth = 0): Mention[] {
  if (depth > 12 || value === undefined || value === null || typeof value !== "object") return [];
  if (!isJsonObject(value)) return value.flatMap((item) => mentionsIn(item, depth + 1));
  const own = mentionOf(value) ?? bedrockMention(value);
  if (own !== undefined) return [own];
  return NESTED.flatMap((key) => mentionsIn(member(value, key), depth + 1));
}

/** The members of messages, of whatever provider or framework, that hold calls and answers. */
const NESTED = [
  "message",
  "data",
  "update",
  "messages",
  "content",
  "parts",
  "tool_calls",
  "toolCalls",
  "choices",
  "output",
  "delta",
  "kwargs",
  "generations",
  "tool_call",
  "toolUse",
  "toolResult",
] as const;

function mentionOf(value: JsonObject): Mention | undefined {
  const type = member(value, "type");
  const answered = anyAttribute(value, ["tool_call_id", "tool_use_id", "toolCallId"]);
  if (
    type === "tool_call_response" ||
    type === "tool_result" ||
    type === "tool-result" ||
    type === "function_call_output" ||
    ((member(value, "role") === "tool" || type === "tool") && answered !== undefined)
  ) {
    const id = answered ?? anyAttribute(value, ["id", "call_id"]);
    return {
      kind: "answer",
      id: typeof id === "string" ? id : undefined,
      name: undefined,
      args: undefined,
      failed: member(value, "is_error") === true || member(value, "status") === "error",
    };
  }
  const call = member(value, "function");
  const source = isJsonObject(call) ? call : value;
  const name = anyAttribute(source, ["name", "toolName"]);
  const args = anyAttribute(source, ["arguments", "args", "input"]);
  const isCall =
    isJsonObject(call) ||
    type === "tool_call" ||
    type === "tool_use" ||
    type === "tool-call" ||
    type === "function_call" ||
    member(value, "toolCallId") !== undefined;
  if (!isCall || typeof name !== "string") return undefined;
  const id = anyAttribute(value, ["call_id", "id", "toolCallId"]);
  return { kind: "call", id: typeof id === "string" ? id : undefined, name, args, failed: false };
}

/** A call or an answer in the words of Bedrock's Converse, which Strands has too. */
function bedrockMention(value: JsonObject): Mention | undefined {
  const id = stringMember(value, "toolUseId");
  if (id === undefined) return undefined;
  const name = stringMember(value, "name");
  const failed = member(value, "status") === "error";
  return name === undefined
    ? { kind: "answer", id, name: undefined, args: undefined, failed }
    : { kind: "call", id, name, args: member(value, "input"), failed: false };
}

/** The text of a span's result, whatever its shape. */
export function resultOf(value: Json | undefined): Json | undefined {
  return value === undefined ? undefined : (contentText(value) ?? value);
}

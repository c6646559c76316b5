import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { parseJson } from "../parse-json.ts";
import { parseTime } from "../time.ts";

/** What came of a call. */
export interface ChatOutcome {
  readonly status: "ok" | "error";
  /** The result's text, or the error's. */
  readonly text: string | undefined;
}

/** A tool call as a chat records it; what could not be read is undefined. */
export interface ChatCall {
  readonly kind: "call";
  /** From 0 over all calls of the run. */
  readonly index: number;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly args: JsonObject | undefined;
  /** The user's last words before the call. */
  readonly request: string | undefined;
  readonly time: string | undefined;
  outcome: ChatOutcome | undefined;
}

/** What the user or the assistant said. */
export interface ChatText {
  readonly kind: "prompt" | "response";
  readonly text: string | undefined;
  readonly time: string | undefined;
}

export type ChatStep = ChatCall | ChatText;

/**
 * Reads the messages of one run into its steps, in order. Takes what OpenAI, AgentDojo and tau-bench write (`tool_calls`
 * flat or nested, `function_call`, results as messages) and content blocks (`tool_use`, `tool_result`). A result belongs
 * to the unanswered call with its id; one without id to the first unanswered call of the last message that made calls.
 */
export class ChatMessages {
  readonly steps: ChatStep[] = [];
  readonly #onUnreadable: (cause: string) => void;
  /** The calls that have no result yet: of all messages, and of the last one that made any. */
  #open: ChatCall[] = [];
  #latest: ChatCall[] = [];
  #calls = 0;
  #request: string | undefined;

  constructor(onUnreadable: (cause: string) => void) {
    this.#onUnreadable = onUnreadable;
  }

  read(message: unknown): void {
    if (!isJsonObject(message)) return this.#onUnreadable("a message is not an object");
    const role = stringMember(message, "role");
    if (role === "user") this.#readUser(message);
    else if (role === "assistant") this.#readAssistant(message);
    else if (role === "tool" || role === "function") this.#readResult(message, stringMember(message, "tool_call_id"));
    else if (role !== "system" && role !== "developer") this.#onUnreadable("a message has no role that is known");
  }

  #readUser(message: JsonObject): void {
    const results = blocks(message, "tool_result");
    for (const block of results) this.#readResult(block, stringMember(block, "tool_use_id"));
    const text = textOf(member(message, "content"));
    if (results.length > 0 && text === undefined) return;
    this.#request = text;
    this.steps.push({ kind: "prompt", text, time: timeOf(message) });
  }

  #readAssistant(message: JsonObject): void {
    const calls = [...this.#listedCalls(message), ...blocks(message, "tool_use")];
    const legacy = member(message, "function_call");
    if (legacy !== undefined) calls.push(legacy);
    const text = textOf(member(message, "content"));
    if (calls.length > 0) this.#latest = [];
    else if (text !== undefined) this.steps.push({ kind: "response", text, time: timeOf(message) });
    for (const call of calls) this.#readCall(call, timeOf(message));
  }

  #listedCalls(message: JsonObject): Json[] {
    const calls = member(message, "tool_calls");
    if (Array.isArray(calls)) return [...calls];
    if (calls !== undefined) this.#onUnreadable("`tool_calls` is not a list");
    return [];
  }

  /** INVARIANT: each entry takes an index, readable or not, so that indexes count the calls of the run. */
  #readCall(value: Json, time: string | undefined): void {
    const index = this.#calls++;
    if (!isJsonObject(value)) return this.#onUnreadable("a tool call is not an object");
    const nested = objectMember(value, "function") ?? value;
    const id = stringMember(value, "id");
    const call: ChatCall = {
      kind: "call",
      index,
      id: id === "" ? undefined : id,
      name: this.#readName(nested),
      args: this.#readArgs(nested),
      request: this.#request,
      time,
      outcome: undefined,
    };
    this.steps.push(call);
    this.#open.push(call);
    this.#latest.push(call);
  }

  #readName(call: JsonObject): string | undefined {
    const name = member(call, "name") ?? member(call, "function");
    if (typeof name === "string") return name;
    this.#onUnreadable("a tool call has no name");
    return undefined;
  }

  #readArgs(call: JsonObject): JsonObject | undefined {
    const written = member(call, "arguments") ?? member(call, "args") ?? member(call, "input");
    if (isJsonObject(written)) return written;
    if (written === undefined) this.#onUnreadable("a tool call has no arguments");
    else if (typeof written !== "string") this.#onUnreadable("a tool call's arguments are not an object");
    else return this.#parseArgs(written);
    return undefined;
  }

  #parseArgs(text: string): JsonObject | undefined {
    const parsed = parseJson(text);
    if ("value" in parsed && isJsonObject(parsed.value)) return parsed.value;
    this.#onUnreadable("value" in parsed ? "a tool call's arguments are not an object" : "a tool call's arguments are not JSON");
    return undefined;
  }

  #readResult(result: JsonObject, id: string | undefined): void {
    const call = this.#answered(id);
    if (call === undefined) return this.#onUnreadable("a result belongs to no call");
    this.#open = this.#open.filter((open) => open !== call);
    this.#latest = this.#latest.filter((open) => open !== call);
    call.outcome = outcomeOf(result);
  }

  #answered(id: string | undefined): ChatCall | undefined {
    if (id === undefined || id === "") return this.#latest[0];
    return this.#open.find((call) => call.id === id) ?? this.#latest.find((call) => call.id === undefined);
  }
}

/** Content blocks of one type. */
function blocks(message: JsonObject, type: string): JsonObject[] {
  const content = member(message, "content");
  return Array.isArray(content) ? content.filter(isJsonObject).filter((block) => stringMember(block, "type") === type) : [];
}

/** The text of a message's content: a string, or a list of parts with `text` or `content`; undefined where there is none. */
function textOf(content: Json | undefined): string | undefined {
  if (typeof content === "string") return content === "" ? undefined : content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map(partText).filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.join("\n");
}

function partText(part: Json): string | undefined {
  if (typeof part === "string") return part;
  if (!isJsonObject(part) || stringMember(part, "type") === "tool_result") return undefined;
  return stringMember(part, "text") ?? stringMember(part, "content");
}

/**
 * WHY the text decides where there is no error field: chat messages have none, and tools answer `Error: ...` there,
 * as tau-bench does for every failure.
 */
function outcomeOf(result: JsonObject): ChatOutcome {
  const text = textOf(member(result, "content"));
  const error = member(result, "error") ?? (member(result, "is_error") === true ? true : undefined);
  if (error !== undefined && error !== false && error !== "") return { status: "error", text: text ?? (typeof error === "string" ? error : undefined) };
  const flagged = Object.hasOwn(result, "error") || Object.hasOwn(result, "is_error");
  return { status: !flagged && text !== undefined && /^error\b/i.test(text) ? "error" : "ok", text };
}

function timeOf(message: JsonObject): string | undefined {
  const written = stringMember(message, "timestamp") ?? stringMember(message, "created_at");
  return written !== undefined && parseTime(written) !== undefined ? written : undefined;
}

import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { parseKeepingNumbers } from "../parse-json.ts";
import { parseTime } from "../time.ts";
import { whyNoJson } from "./call-values.ts";

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
  /** The MCP server, where the call names one. */
  readonly server: string | undefined;
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

/** Takes what could not be read, and remarks for the reader. */
export interface ChatReport {
  readonly unreadable: (cause: string) => void;
  readonly note: (note: string) => void;
}

/**
 * Reads the messages of one run into its steps, in order. Takes what OpenAI, AgentDojo, tau-bench
 * and LangChain write (`tool_calls` flat or nested, `function_call`, results as messages) and
 * content parts (Anthropic's `tool_use` and `tool_result`, the AI SDK's `tool-call` and
 * `tool-result`). A result belongs to the unanswered call with its id; one without id to the first
 * unanswered call of the last message that made calls.
 */
export class ChatMessages {
  readonly steps: ChatStep[] = [];
  readonly #report: ChatReport;
  /** The calls that have no result yet: of all messages, and of the last one that made any. */
  #open: ChatCall[] = [];
  #latest: ChatCall[] = [];
  #calls = 0;
  #request: string | undefined;

  constructor(report: ChatReport) {
    this.#report = report;
  }

  read(written: unknown): void {
    if (!isJsonObject(written)) return this.#onUnreadable("a message is not an object");
    const message = unwrapped(written);
    const role = roleOf(message);
    if (role === "user") this.#readUser(message);
    else if (role === "assistant") this.#readAssistant(message);
    else if (role === "tool" || role === "function") this.#readTool(message);
    else if (role !== "system" && role !== "developer")
      this.#onUnreadable("a message has no role that is known");
  }

  #onUnreadable(cause: string): void {
    this.#report.unreadable(cause);
  }

  #readUser(message: JsonObject): void {
    const results = this.#readResults(message);
    const text = textOf(member(message, "content"));
    if (Array.isArray(member(message, "tool_calls")))
      this.#report.note(
        "calls that a user made, with tools of the user's own, are no agent's, and are left out",
      );
    if (results > 0 && text === undefined) return;
    this.#request = text;
    this.steps.push({ kind: "prompt", text, time: timeOf(message) });
  }

  #readAssistant(message: JsonObject): void {
    const calls = [...this.#listedCalls(message), ...parts(message, CALL_PARTS)];
    const legacy = member(message, "function_call");
    if (legacy !== undefined) calls.push(legacy);
    const text = textOf(member(message, "content"));
    if (calls.length > 0) this.#latest = [];
    else if (text !== undefined) this.steps.push({ kind: "response", text, time: timeOf(message) });
    for (const call of calls) this.#readCall(call, timeOf(message));
    // what the provider's own servers ran stands answered in the same message
    this.#readResults(message);
  }

  /** A message with a result, or with several as parts or as messages. */
  #readTool(message: JsonObject): void {
    const several = member(message, "tool_messages");
    if (Array.isArray(several)) for (const each of several) this.read(each);
    // the user's own calls are none of the run's
    else if (stringMember(message, "requestor") !== "user" && this.#readResults(message) === 0)
      this.#readResult(message, stringMember(message, "tool_call_id"));
  }

  /** Reads the results among a message's parts; how many there were. */
  #readResults(message: JsonObject): number {
    const results = parts(message, RESULT_PARTS);
    for (const part of results)
      this.#readResult(part, stringMember(part, "tool_use_id") ?? stringMember(part, "toolCallId"));
    return results.length;
  }

  #listedCalls(message: JsonObject): Json[] {
    const calls = member(message, "tool_calls");
    if (Array.isArray(calls)) return [...calls];
    if (calls !== undefined) this.#onUnreadable("`tool_calls` is not a list");
    return [];
  }

  /**
   * INVARIANT: each entry takes an index, readable or not, so that indexes count the calls of the
   * run.
   */
  #readCall(value: Json, time: string | undefined): void {
    const index = this.#calls++;
    if (!isJsonObject(value)) return this.#onUnreadable("a tool call is not an object");
    const nested = objectMember(value, "function") ?? objectMember(value, "custom") ?? value;
    const id = stringMember(value, "id") ?? stringMember(value, "toolCallId");
    const call: ChatCall = {
      kind: "call",
      index,
      id: id === "" ? undefined : id,
      name: this.#readName(nested),
      server: stringMember(value, "server_name"),
      args:
        objectMember(value, "custom") === undefined ? this.#readArgs(nested) : customArgs(nested),
      request: this.#request,
      time,
      outcome: undefined,
    };
    this.steps.push(call);
    this.#open.push(call);
    this.#latest.push(call);
  }

  #readName(call: JsonObject): string | undefined {
    const name = member(call, "name") ?? member(call, "toolName") ?? member(call, "function");
    if (typeof name === "string") return name;
    this.#onUnreadable("a tool call has no name");
    return undefined;
  }

  #readArgs(call: JsonObject): JsonObject | undefined {
    const written = member(call, "arguments") ?? member(call, "args") ?? member(call, "input");
    if (isJsonObject(written)) return written;
    if (written === undefined) this.#onUnreadable("a tool call has no arguments");
    else if (typeof written !== "string")
      this.#onUnreadable("a tool call's arguments are not an object");
    else return this.#parseArgs(written);
    return undefined;
  }

  #parseArgs(text: string): JsonObject | undefined {
    const parsed = parseKeepingNumbers(text);
    if ("value" in parsed && isJsonObject(parsed.value)) return parsed.value;
    this.#onUnreadable(
      "value" in parsed ? "a tool call's arguments are not an object" : whyNoJson(parsed.reason),
    );
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
    return (
      this.#open.find((call) => call.id === id) ??
      this.#latest.find((call) => call.id === undefined)
    );
  }
}

const CALL_PARTS = /^((server_|mcp_)?tool_use|tool-call)$/;
const RESULT_PARTS = /^(([a-z_]+_)?tool_result|tool-result)$/;

/** Parts of a message's content whose type fits. */
function parts(message: JsonObject, type: RegExp): JsonObject[] {
  const content = member(message, "content");
  return Array.isArray(content)
    ? content.filter(isJsonObject).filter((part) => type.test(stringMember(part, "type") ?? ""))
    : [];
}

/** LangChain names who speaks by a type. */
const ROLES: ReadonlyMap<string, string> = new Map([
  ...(["human", "HumanMessage"] as const).map((type) => [type, "user"] as const),
  ...(["ai", "AIMessage", "AIMessageChunk"] as const).map((type) => [type, "assistant"] as const),
  ...(["tool", "ToolMessage"] as const).map((type) => [type, "tool"] as const),
  ...(["system", "SystemMessage"] as const).map((type) => [type, "system"] as const),
]);

function roleOf(message: JsonObject): string | undefined {
  const type = stringMember(message, "type");
  return stringMember(message, "role") ?? (type === undefined ? undefined : ROLES.get(type));
}

/**
 * LangChain's messages as it stores them (`{type, data}`) and serialises them (`{lc, id, kwargs}`),
 * as what they hold.
 */
function unwrapped(message: JsonObject): JsonObject {
  const data =
    stringMember(message, "type") === undefined ? undefined : objectMember(message, "data");
  if (data !== undefined) return { ...data, type: member(message, "type") };
  const [kwargs, id] = [objectMember(message, "kwargs"), member(message, "id")];
  return kwargs !== undefined && Array.isArray(id) ? { ...kwargs, type: id.at(-1) } : message;
}

/** Whether a value is a message by itself: it says who speaks. */
export function isChatMessage(value: unknown): boolean {
  return isJsonObject(value) && roleOf(unwrapped(value)) !== undefined;
}

/** A custom tool takes one text; the format calls it `input`. */
function customArgs(call: JsonObject): JsonObject | undefined {
  const input = stringMember(call, "input");
  return input === undefined ? undefined : { input };
}

/**
 * The text of a message's content: a string, or a list of parts with `text` or `content`; undefined
 * where there is none.
 */
function textOf(content: Json | undefined): string | undefined {
  if (typeof content === "string") return content === "" ? undefined : content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map(partText).filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.join("\n");
}

function partText(part: Json): string | undefined {
  if (typeof part === "string") return part;
  if (!isJsonObject(part) || RESULT_PARTS.test(stringMember(part, "type") ?? "")) return undefined;
  return stringMember(part, "text") ?? stringMember(part, "content");
}

/**
 * WHY the text decides where there is no error field: chat messages have none, and tools answer
 * `Error: ...` there, as tau-bench does for every failure.
 */
function outcomeOf(result: JsonObject): ChatOutcome {
  const output = objectMember(result, "output");
  const text = textOf(
    member(result, "content") ?? member(output, "value") ?? member(result, "result"),
  );
  const error = member(result, "error") ?? (failed(result, output) ? true : undefined);
  if (error !== undefined && error !== false && error !== "")
    return { status: "error", text: text ?? (typeof error === "string" ? error : undefined) };
  const flagged = ["error", "is_error", "isError", "status", "output"].some((name) =>
    Object.hasOwn(result, name),
  );
  return {
    status: !flagged && text !== undefined && /^error\b/i.test(text) ? "error" : "ok",
    text,
  };
}

/**
 * The ways in which a result says that it is an error: Anthropic's, the AI SDK's older and newer,
 * LangChain's.
 */
function failed(result: JsonObject, output: JsonObject | undefined): boolean {
  const content = objectMember(result, "content");
  if (/_tool_result_error$/.test(stringMember(content, "type") ?? "")) return true;
  return (
    member(result, "is_error") === true ||
    member(result, "isError") === true ||
    /^(error-|execution-denied)/.test(stringMember(output, "type") ?? "") ||
    member(result, "status") === "error"
  );
}

function timeOf(message: JsonObject): string | undefined {
  const written = stringMember(message, "timestamp") ?? stringMember(message, "created_at");
  return written !== undefined && parseTime(written) !== undefined ? written : undefined;
}

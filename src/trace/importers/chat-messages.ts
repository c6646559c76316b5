import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { contentText, timeText, unpackJson } from "./call-values.ts";
import { callShapes } from "./call-shapes.ts";
import { resultAnswer } from "./chat-answer.ts";
import type { CallEntry, ChatEntry, ChatMessage } from "./chat-entry.ts";
import { shownKind, unknownEntry } from "./chat-entry.ts";
import {
  callEntry,
  firstOf,
  idIn,
  isChatItem,
  partEntries,
  resultEntry,
  textIn,
} from "./chat-parts.ts";

/** Who speaks, as formats name it. */
const ROLES: ReadonlyMap<string, string> = new Map([
  ...(["user", "human", "HumanMessage", "HumanMessageChunk"] as const).map(
    (name) => [name, "user"] as const,
  ),
  ...(
    [
      "assistant",
      "ai",
      "AIMessage",
      "AIMessageChunk",
      "model",
      "response",
      "AssistantMessage",
    ] as const
  ).map((name) => [name, "assistant"] as const),
  ...(
    [
      "tool",
      "ToolMessage",
      "function",
      "FunctionMessage",
      "FunctionExecutionResultMessage",
    ] as const
  ).map((name) => [name, "tool"] as const),
  ...(["system", "SystemMessage", "developer", "remove", "RemoveMessage"] as const).map(
    (name) => [name, "system"] as const,
  ),
  ["UserMessage", "user"],
  // Kimi CLI: what it notes between the messages
  ["_system_prompt", "system"],
  ["_checkpoint", "system"],
  ["_usage", "system"],
  // pydantic-ai: what is sent to the model, prompts and results alike
  ["request", "user"],
]);

/** Messages of formats that tell their kind by `type` alone (AutoGen's agent chat). */
const EVENT_TYPES: ReadonlyMap<string, string> = new Map([
  ["ToolCallRequestEvent", "calls"],
  ["ToolCallExecutionEvent", "results"],
  ["TextMessage", "said"],
  ["MultiModalMessage", "said"],
  ["StopMessage", "said"],
  ["HandoffMessage", "said"],
  ["StructuredMessage", "said"],
  // repeats the calls and results that stand in events of their own
  ["ToolCallSummaryMessage", "quiet"],
  ["ThoughtEvent", "quiet"],
  ["ModelClientStreamingChunkEvent", "quiet"],
  ["CodeExecutionEvent", "quiet"],
  ["MemoryQueryEvent", "quiet"],
  ["UserInputRequestedEvent", "quiet"],
  ["SelectSpeakerEvent", "quiet"],
  ["SelectorEvent", "quiet"],
]);

/**
 * Messages as LangChain stores them (`{type, data}`) and serialises them (`{lc, id, kwargs}`), and
 * those that stand in a member of another's, as what they hold.
 */
function unwrapped(message: JsonObject): JsonObject {
  const type = stringMember(message, "type");
  const data = type === undefined ? undefined : objectMember(message, "data");
  if (data !== undefined && ROLES.has(type ?? "")) return { ...data, type };
  const [kwargs, id] = [objectMember(message, "kwargs"), member(message, "id")];
  if (kwargs !== undefined && Array.isArray(id)) return { ...kwargs, type: id.at(-1) };
  // Google's ADK writes content, with its parts, beside its author
  const content = objectMember(message, "content");
  return content !== undefined && Array.isArray(member(content, "parts"))
    ? {
        ...message,
        role: stringMember(content, "role") ?? "model",
        content: member(content, "parts"),
      }
    : message;
}

function roleOf(message: JsonObject): string | undefined {
  const named = textIn(message, ["role"]);
  if (named !== undefined) return ROLES.get(named);
  const type = textIn(message, ["type"]);
  const kind = textIn(message, ["kind"]);
  return (
    (type === undefined ? undefined : ROLES.get(type)) ??
    (kind === undefined || !Array.isArray(member(message, "parts")) ? undefined : ROLES.get(kind))
  );
}

/** Whether a value is a message, or an item of a list of them, by itself. */
export function isChatMessage(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const message = unwrapped(value);
  const type = stringMember(message, "type") ?? "";
  return (
    isChatItem(message) ||
    (roleOf(message) !== undefined && (hasContent(message) || isKimiNote(message))) ||
    (EVENT_TYPES.has(type) && Object.hasOwn(message, "source"))
  );
}

function isKimiNote(message: JsonObject): boolean {
  return stringMember(message, "role")?.startsWith("_") === true;
}

function hasContent(message: JsonObject): boolean {
  return MESSAGE_BODY.some((name) => Object.hasOwn(message, name));
}

const MESSAGE_BODY = [
  "content",
  "parts",
  "tool_calls",
  "function_call",
  "toolInvocations",
  "tool_messages",
] as const;

/** Members of a message that hold no calls but those that are read elsewhere. */
const READ_MEMBERS: ReadonlySet<string> = new Set([
  ...MESSAGE_BODY,
  "tool_responses",
  "invalid_tool_calls",
  "tool_call_chunks",
  "additional_kwargs",
  "response_metadata",
  "tools",
  "functions",
  "tool_call",
]);

/** What a message, or an item of a list of them, holds. */
export function readMessage(written: unknown): ChatMessage {
  const none = { agent: undefined, above: undefined, time: undefined };
  if (!isJsonObject(written))
    return {
      speaker: none,
      entries: [{ ...unknownEntry("a message is not an object"), isCall: false }],
    };
  const message = unwrapped(written);
  const speaker = { agent: agentOf(message), above: branchOf(message), time: timeOf(message) };
  const entries = entriesOf(message);
  const unknown = unknownMembers(message, entries);
  return { speaker, entries: unknown.length === 0 ? entries : [...entries, ...unknown] };
}

function entriesOf(message: JsonObject): readonly ChatEntry[] {
  const event = EVENT_TYPES.get(stringMember(message, "type") ?? "");
  if (event !== undefined && Object.hasOwn(message, "source")) return eventEntries(message, event);
  const role = roleOf(message);
  if (role === "system") return [];
  if (role === "user") return userEntries(message);
  if (role === "assistant") return assistantEntries(message);
  if (role === "tool") return toolEntries(message);
  if (isChatItem(message)) return partEntries(message);
  // Google's ADK: what an agent did to its state
  if (Object.hasOwn(message, "author") && member(message, "content") === undefined) return [];
  const held = assistantEntries(message).filter(({ kind }) => kind !== "said");
  return [{ ...unknownEntry("a message has no known role"), isCall: false }, ...held];
}

function eventEntries(message: JsonObject, event: string): readonly ChatEntry[] {
  const content = member(message, "content");
  const listed = Array.isArray(content) ? content.filter(isJsonObject) : [];
  if (event === "calls") return listed.map((each) => callEntry(each));
  if (event === "results") return listed.map((each) => resultEntry(each));
  const fromUser = stringMember(message, "source") === "user";
  return event === "said"
    ? [{ kind: "said", who: fromUser ? "prompt" : "response", text: contentText(content) }]
    : [];
}

function userEntries(message: JsonObject): readonly ChatEntry[] {
  const { entries, text } = bodyOf(message);
  const own: ChatEntry[] = [...entries];
  if (Array.isArray(member(message, "tool_calls")))
    own.push({
      kind: "note",
      note: "calls that a user made with their own tools are not calls of an agent, and are left out",
    });
  if ((entries.length === 0 && stringMember(message, "kind") === undefined) || text !== undefined)
    own.push({ kind: "said", who: "prompt", text });
  return own;
}

function assistantEntries(message: JsonObject): readonly ChatEntry[] {
  const { entries, text } = bodyOf(message);
  const listed = listedCalls(message);
  if (listed.length === 0 && entries.length === 0)
    return text === undefined ? [] : [{ kind: "said", who: "response", text }];
  const ids = new Set(
    listed.flatMap((each) => (isCall(each) && each.id !== undefined ? [each.id] : [])),
  );
  // frameworks keep the provider's own parts beside the calls that they made of them
  const others = distinctCalls(entries.filter((each) => !isCall(each) || !ids.has(each.id ?? "")));
  const all = [...listed, ...others];
  return text === undefined || all.some(isCall)
    ? all
    : [...all, { kind: "said", who: "response", text }];
}

function isCall(entry: ChatEntry): entry is CallEntry {
  return entry.kind === "call";
}

/** A message may hold a call in its parts and in a list of the older form. */
function distinctCalls(entries: readonly ChatEntry[]): readonly ChatEntry[] {
  const ids = new Set<string>();
  return entries.filter((each) => {
    if (!isCall(each) || each.id === undefined) return true;
    const isNew = !ids.has(each.id);
    ids.add(each.id);
    return isNew;
  });
}

/** A message with a result, or with several as parts or as messages. */
function toolEntries(message: JsonObject): readonly ChatEntry[] {
  const several = member(message, "tool_messages") ?? member(message, "tool_responses");
  if (Array.isArray(several)) return several.flatMap((each) => readMessage(each).entries);
  // the user's own calls are none of the run's
  if (stringMember(message, "requestor") === "user") return [];
  const { entries } = bodyOf(message);
  if (entries.length > 0) return entries;
  const content = member(message, "content");
  if (stringMember(message, "type") === "FunctionExecutionResultMessage" && Array.isArray(content))
    return content.filter(isJsonObject).map((each) => resultEntry(each));
  const ids = member(message, "tool_call_ids");
  const [only] = Array.isArray(ids) ? ids : [];
  const id = idIn(message, ["tool_call_id"]) ?? (typeof only === "string" ? only : undefined);
  const name = stringMember(message, "name");
  return [{ kind: "result", id, name, answer: resultAnswer(message) }];
}

/** What stands in a message's parts, and its text. */
function bodyOf(message: JsonObject): {
  readonly entries: readonly ChatEntry[];
  readonly text: string | undefined;
} {
  const content = unpackParts(member(message, "content"));
  const entries: ChatEntry[] = [];
  const silent: Json[] = [];
  const parts = unpackJson(member(message, "parts"));
  if (mayHoldParts(parts)) entries.push(unknownEntry("`parts` is not a list"));
  for (const list of [content, parts])
    for (const part of Array.isArray(list) ? list : []) {
      const held = partEntries(part);
      if (held.length > 0) entries.push(...held);
      else silent.push(part);
    }
  const invocations = unpackJson(member(message, "toolInvocations"));
  if (Array.isArray(invocations))
    for (const each of invocations)
      entries.push(...partEntries({ type: "tool-invocation", toolInvocation: each }));
  else if (invocations !== undefined) entries.push(unknownEntry("`toolInvocations` is not a list"));
  return {
    entries,
    text: typeof content === "string" ? contentText(content) : contentText(silent),
  };
}

/** Whether a value in the place of a list of parts may be one that was not understood. */
function mayHoldParts(parts: Json | undefined): boolean {
  return typeof parts === "string" ? /^\s*[[{"]/.test(parts) : isJsonObject(parts);
}

/** Some logs keep a message's parts as JSON text. */
function unpackParts(content: Json | undefined): Json | undefined {
  if (typeof content !== "string" || !/^\s*\[\s*\{\s*"type"/.test(content)) return content;
  const parts = unpackJson(content);
  return Array.isArray(parts) && parts.some((part) => partEntries(part).length > 0)
    ? parts
    : content;
}

/** Calls beside the content: `tool_calls`, the older `function_call`, and LangChain's bad ones. */
function listedCalls(message: JsonObject): readonly ChatEntry[] {
  const entries: ChatEntry[] = [];
  const listed = unpackJson(member(message, "tool_calls"));
  const kwargs = objectMember(message, "additional_kwargs");
  const calls =
    listed === undefined || (Array.isArray(listed) && listed.length === 0)
      ? (member(kwargs, "tool_calls") ?? listed)
      : listed;
  if (Array.isArray(calls)) for (const each of calls) entries.push(listedCall(each));
  else if (calls !== undefined) entries.push(unknownEntry("`tool_calls` is not a list"));
  const legacy = member(message, "function_call") ?? member(kwargs, "function_call");
  if (legacy !== undefined && stringMember(message, "type") !== "function_call")
    entries.push(listedCall(legacy));
  const broken = member(message, "invalid_tool_calls");
  if (Array.isArray(broken))
    entries.push(
      ...broken.map(() => unknownEntry("the framework itself could not read a tool call")),
    );
  return entries;
}

function listedCall(value: Json): ChatEntry {
  return isJsonObject(value) ? callEntry(value) : unknownEntry(NO_OBJECT);
}

/** Takes an index among the run's calls, as a readable one does. */
export const NO_OBJECT = "a tool call is not an object";

/** Members that are none of a message's, and hold what looks like more calls than were read. */
function unknownMembers(message: JsonObject, entries: readonly ChatEntry[]): readonly ChatEntry[] {
  const unknown: ChatEntry[] = [];
  for (const name of Object.keys(message)) {
    const value = READ_MEMBERS.has(name) ? undefined : heldBy(message, name);
    if (typeof value !== "object" || value === null) continue;
    const alike = countCallShapes(value) - entries.filter(isCall).length;
    const cause = `a message has an unknown member: ${shownKind(name)}`;
    for (let left = alike; left > 0; left--) unknown.push(unknownEntry(cause));
  }
  return unknown;
}

/** The members of items whose text may say anything: what a tool was given, or gave. */
const TEXTS: ReadonlySet<string> = new Set(["arguments", "input", "output", "result", "text"]);

/** A member's value; a list that stands as text is read. */
function heldBy(message: JsonObject, name: string): Json | undefined {
  const value = message[name];
  if (typeof value !== "string") return value;
  const list = TEXTS.has(name) ? undefined : unpackJson(value);
  return Array.isArray(list) ? list : undefined;
}

/** How many objects in a value look like calls. */
export function countCallShapes(value: unknown): number {
  let sum = 0;
  for (const { count } of callShapes(value, { loose: true }).values()) sum += count;
  return sum;
}

/** The agent that wrote the message, by the name that the framework keeps. */
function agentOf(message: JsonObject): string | undefined {
  if (roleOf(message) !== "assistant" && !EVENT_TYPES.has(stringMember(message, "type") ?? ""))
    return undefined;
  const written = textIn(message, ["author", "name", "agent", "agent_name"]);
  // AutoGen; elsewhere (inspect_ai) `source` tells how the message came to be
  const source =
    EVENT_TYPES.has(stringMember(message, "type") ?? "") ||
    ROLES.get(stringMember(message, "type") ?? "") !== undefined
      ? stringMember(message, "source")
      : undefined;
  const agent = written ?? source;
  return agent === "user" || agent === "assistant" || agent === "model" ? undefined : agent;
}

/** Google's ADK: `root.sub.subsub`, the agents above the one that speaks. */
function branchOf(message: JsonObject): readonly string[] | undefined {
  const branch = textIn(message, ["branch"])?.split(".");
  const author = stringMember(message, "author");
  return branch !== undefined && author !== undefined && branch.at(-1) === author
    ? branch.slice(0, -1)
    : undefined;
}

function timeOf(message: JsonObject): string | undefined {
  return timeText(firstOf(message, ["timestamp", "created_at", "createdAt"]));
}

import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import type { AgentCall, AgentHost, LogEntry } from "./agent-log-entry.ts";
import {
  blockEntries,
  denied,
  objectIn,
  saidEntry,
  timed,
  unknownUnless,
} from "./agent-log-entry.ts";
import { contentText } from "./call-values.ts";

/**
 * Cursor: `agent-transcripts/*.jsonl`, what `cursor-agent --output-format stream-json` prints, and
 * the rows of its store's messages, as `sqlite3 -json` writes them.
 */
export const CURSOR: AgentHost = {
  agent: "cursor",
  fits: (record) => {
    const role = stringMember(record, "role");
    return (
      ((role === "user" || role === "assistant") &&
        Array.isArray(member(objectMember(record, "message"), "content"))) ||
      (stringMember(record, "type") === "tool_call" && isJsonObject(member(record, "tool_call"))) ||
      bubbleOf(record) !== undefined
    );
  },
  open: () => (record) =>
    timed(member(record, "timestamp_ms") ?? member(record, "timestamp"), readRecord(record)),
};

const QUIET: ReadonlySet<string> = new Set([
  "result",
  "thinking",
  "user",
  "assistant",
  "interaction_query",
]);

/** A message of the store, and the chat that it stands in. */
function bubbleOf(record: JsonObject): { readonly chat: string; readonly id: string } | undefined {
  const [, chat, id] = /^bubbleId:([^:]+):(.+)$/.exec(stringMember(record, "key") ?? "") ?? [];
  return chat === undefined || id === undefined ? undefined : { chat, id };
}

/** A row of the store: what the user or the agent said, or one call. */
function readBubble(
  record: JsonObject,
  { chat, id }: { chat: string; id: string },
): readonly LogEntry[] {
  const bubble = objectIn(member(record, "value"));
  const model = stringMember(objectMember(bubble, "modelInfo"), "modelName");
  const session: LogEntry = { kind: "session", id: chat, model };
  // a message that was taken back is null
  if (bubble === undefined) return [session, ...unknownRow(record)];
  const said = saidEntry(
    member(bubble, "type") === 1 ? "user" : "assistant",
    stringMember(bubble, "text"),
  );
  const call = objectMember(bubble, "toolFormerData");
  const entries = [
    ...said,
    ...(call === undefined ? unknownUnless(QUIET, "a message", record) : storedCall(call, id)),
  ];
  return [session, ...timed(member(bubble, "createdAt"), entries)];
}

/** A row that is no message, with the objects that its texts hold. */
function unknownRow(record: JsonObject): readonly LogEntry[] {
  const held = Object.entries(record).map(([name, value]) => [name, objectIn(value) ?? value]);
  return unknownUnless(QUIET, "a row", Object.fromEntries(held));
}

function storedCall(call: JsonObject, bubble: string): readonly LogEntry[] {
  const id = stringMember(call, "toolCallId") ?? bubble;
  const name = stringMember(call, "name");
  const asked: LogEntry = {
    kind: "call",
    id,
    name,
    args: firstFilled(call, ["rawArgs", "params"]),
    // a tool of an MCP server is called `mcp_<server>_<tool>`, and either name may have `_`
    isHost: name !== undefined && !/^mcp/i.test(name),
    starts: /^task/.test(name ?? ""),
  };
  if (stringMember(call, "userDecision") === "rejected") return [asked, ...denied(id, "user")];
  const status = STORED.get(stringMember(call, "status") ?? "");
  return [asked, { kind: "result", id, status, text: member(call, "result") }];
}

const STORED: ReadonlyMap<string, "ok" | "error"> = new Map([
  ["completed", "ok"],
  ["success", "ok"],
  ["error", "error"],
]);

function firstFilled(call: JsonObject, names: readonly string[]): Json | undefined {
  return names.map((name) => member(call, name)).find((held) => held !== undefined && held !== "");
}

function readRecord(record: JsonObject): readonly LogEntry[] {
  const bubble = bubbleOf(record);
  if (bubble !== undefined) return readBubble(record, bubble);
  const type = stringMember(record, "type");
  const session: LogEntry = {
    kind: "session",
    id: stringMember(record, "session_id"),
    cwd: stringMember(record, "cwd"),
    model: stringMember(record, "model"),
    mode: stringMember(record, "permissionMode"),
  };
  if (type === "system") return [session];
  const call = objectMember(record, "tool_call");
  if (type === "tool_call" && call !== undefined) return [session, ...streamedCall(record, call)];
  const role = stringMember(record, "role") ?? type;
  const content = member(objectMember(record, "message"), "content");
  if (content === undefined)
    return [
      session,
      ...(type === undefined ? unknownRow(record) : unknownUnless(QUIET, type, record)),
    ];
  const told = blockEntries(content, { answered: false }).map((entry) =>
    entry.kind === "call" ? callOf(entry) : entry,
  );
  return [session, ...saidEntry(role, words(content)), ...told];
}

function words(content: Parameters<typeof contentText>[0]): string | undefined {
  const parts = Array.isArray(content)
    ? content.filter((part) => isJsonObject(part) && stringMember(part, "type") === "text")
    : content;
  const text = contentText(parts);
  return /^\s*<user_query>\s*(.*?)\s*<\/user_query>\s*$/s.exec(text ?? "")?.[1] ?? text;
}

/** `{shellToolCall: {args, result: {success | failure | error | rejected}}}`. */
function streamedCall(record: JsonObject, call: JsonObject): readonly LogEntry[] {
  const id = stringMember(record, "call_id");
  const entry = Object.entries(call).find(
    ([key, value]) => isJsonObject(value) && /ToolCall$|^function$/.test(key),
  );
  const inner = isJsonObject(entry?.[1]) ? entry[1] : undefined;
  if (entry === undefined || inner === undefined)
    return unknownUnless(new Set(), "tool_call", record);
  const args = member(inner, "args") ?? member(inner, "arguments");
  const asked: LogEntry = { kind: "call", id, ...toolOf(entry[0], inner, args) };
  const result = objectMember(inner, "result");
  if (result === undefined) return [asked];
  if (Object.hasOwn(result, "rejected")) return [asked, ...denied(id, "user")];
  if (Object.hasOwn(result, "permissionDenied")) return [asked, ...denied(id, "host")];
  const ran = objectMember(result, "success");
  const exit = member(ran, "exitCode");
  const isOk =
    ran !== undefined &&
    !(typeof exit === "number" && exit !== 0) &&
    member(ran, "isError") !== true;
  const text = stringMember(ran, "stdout") ?? contentText(member(ran, "content"));
  return [asked, { kind: "result", id, status: isOk ? "ok" : "error", text }];
}

function toolOf(
  key: string,
  inner: JsonObject,
  args: ReturnType<typeof member>,
): Pick<Extract<LogEntry, { kind: "call" }>, "name" | "args" | "server" | "starts"> {
  const given = isJsonObject(args) ? args : undefined;
  if (key === "mcpToolCall") {
    const server = stringMember(given, "providerIdentifier") ?? stringMember(given, "serverName");
    return {
      name: stringMember(given, "toolName") ?? stringMember(given, "name"),
      server,
      args: member(given, "args"),
    };
  }
  if (key === "function") return { name: stringMember(inner, "name"), args };
  const name = key.replace(/ToolCall$/, "");
  return { name, args, starts: name === "task" };
}

/** A transcript has tools of MCP servers under one name, with server and tool in its input. */
function callOf(entry: AgentCall): AgentCall {
  const input = isJsonObject(entry.args) ? entry.args : undefined;
  if (entry.name !== "CallMcpTool")
    return { ...entry, starts: entry.name === "Task" || entry.name === "Subagent" };
  return {
    ...entry,
    name: stringMember(input, "toolName"),
    server: stringMember(input, "server"),
    args: member(input, "arguments"),
  };
}

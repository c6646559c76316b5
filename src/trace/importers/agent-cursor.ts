import type { JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import type { AgentCall, AgentHost, LogEntry } from "./agent-log-entry.ts";
import { blockEntries, denied, saidEntry, timed, unknownUnless } from "./agent-log-entry.ts";
import { contentText } from "./call-values.ts";

/** Cursor: `agent-transcripts/*.jsonl`, and what `cursor-agent --output-format stream-json` prints. */
export const CURSOR: AgentHost = {
  agent: "cursor",
  fits: (record) => {
    const role = stringMember(record, "role");
    return (
      ((role === "user" || role === "assistant") &&
        Array.isArray(member(objectMember(record, "message"), "content"))) ||
      (stringMember(record, "type") === "tool_call" && isJsonObject(member(record, "tool_call")))
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

function readRecord(record: JsonObject): readonly LogEntry[] {
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
  if (content === undefined) return [session, ...unknownUnless(QUIET, type, record)];
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

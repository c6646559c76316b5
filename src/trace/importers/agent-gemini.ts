import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import type { AgentCall, AgentHost, HostSentence, LogEntry } from "./agent-log-entry.ts";
import { answered, listOf, saidEntry, timed, unknownUnless } from "./agent-log-entry.ts";
import { contentText } from "./call-values.ts";

/** Gemini CLI: `chats/session-*.json` and `.jsonl`, 0.9 to 0.61. */
export const GEMINI: AgentHost = {
  agent: "gemini-cli",
  fits: (record) =>
    Object.hasOwn(record, "projectHash") ||
    (stringMember(record, "type") === "gemini" && Object.hasOwn(record, "content")),
  open: () => readRecord,
};

function readRecord(record: JsonObject): readonly LogEntry[] {
  const set = objectMember(record, "$set");
  if (set !== undefined) return readRecord(set);
  const said = listOf(member(record, "messages")).flatMap((message) =>
    isJsonObject(message) ? messageEntries(message) : [],
  );
  const own = Object.hasOwn(record, "messages") ? [] : messageEntries(record);
  return [...sessionEntries(record), ...said, ...own];
}

function sessionEntries(record: JsonObject): readonly LogEntry[] {
  const id = stringMember(record, "sessionId");
  if (id === undefined) return [];
  const isAgent = stringMember(record, "kind") === "subagent";
  return [{ kind: "session", id, subagent: isAgent ? { name: undefined } : undefined }];
}

const QUIET: ReadonlySet<string> = new Set(["user", "info", "warning", "error", "$rewindTo"]);

function messageEntries(message: JsonObject): readonly LogEntry[] {
  const type = stringMember(message, "type");
  const content = member(message, "content");
  if (type !== "gemini" && type !== "user") return unknownUnless(QUIET, type, message);
  const text = contentText(content);
  const isNote = type === "user" && /^\s*<session_context>/.test(text ?? "");
  const calls = member(message, "toolCalls");
  const model = stringMember(message, "model");
  const told = listOf(calls).flatMap((call) =>
    isJsonObject(call) ? timed(member(call, "timestamp"), callEntries(call, model)) : [],
  );
  // results that the next prompt repeats are those of the calls before
  const rest = calls === undefined && type === "gemini" ? unknownUnless(SAID, type, message) : [];
  return timed(member(message, "timestamp"), [
    ...(isNote || text === undefined ? [] : saidEntry(type === "user" ? "user" : "model", text)),
    ...told,
    ...rest,
  ]);
}

const SAID: ReadonlySet<string> = new Set();

/** What the program answers for a tool that it did not run. */
const SENTENCES: readonly HostSentence[] = [
  [/^\[Operation Cancelled\] Reason: User did not allow tool call$/, "user"],
  [/^Tool execution denied by policy\.(?: .*)?$/s, "host"],
  [
    /^Tool execution for "[^"]*" requires user confirmation, which is not supported in non-interactive mode\.$/,
    "host",
  ],
];

function callEntries(call: JsonObject, model: string | undefined): readonly LogEntry[] {
  const id = stringMember(call, "id");
  const asked: LogEntry = {
    kind: "call",
    id,
    args: member(call, "args"),
    model,
    ...address(stringMember(call, "name"), stringMember(call, "displayName")),
  };
  const told = [asked, ...startEntries(id, call)];
  const state = stringMember(call, "status");
  if (state === undefined) return told;
  const text = responseText(member(call, "result"));
  const failed = state !== "success";
  const status = state === "cancelled" ? undefined : failed ? "error" : "ok";
  return [...told, ...answered(id, { status, text }, failed ? SENTENCES : [])];
}

/** A call that started a sub-agent names that one's own log. */
function startEntries(id: string | undefined, call: JsonObject): readonly LogEntry[] {
  const log = stringMember(call, "agentId");
  if (log === undefined || id === undefined) return [];
  const name =
    stringMember(objectMember(call, "args"), "agent_name") ??
    stringMember(objectMember(call, "resultDisplay"), "agentName");
  return [{ kind: "agent", call: id, name, log }];
}

function responseText(result: Json | undefined): string | undefined {
  const [part] = listOf(result);
  const response = isJsonObject(part)
    ? objectMember(objectMember(part, "functionResponse"), "response")
    : undefined;
  return stringMember(response, "error") ?? stringMember(response, "output") ?? contentText(result);
}

/** WHY the shown name: `mcp_<server>_<tool>` may be divided at any `_`; it names both. */
function address(
  name: string | undefined,
  shown: string | undefined,
): Pick<AgentCall, "name" | "server" | "starts"> {
  const [, tool, server] = /^(.+) \((.+) MCP Server\)$/.exec(shown ?? "") ?? [];
  if (tool !== undefined && server !== undefined) return { name: tool, server };
  const rest = name?.startsWith("mcp_") === true ? name.slice(4) : undefined;
  if (rest === undefined || name?.startsWith("mcp__") === true)
    return { name, starts: STARTS.has(name ?? "") };
  const [first, second, ...more] = rest.split("_");
  return first !== undefined && second !== undefined && more.length === 0
    ? { name: second, server: first }
    : { name: `mcp__${rest.replaceAll("_", "__")}` };
}

const STARTS: ReadonlySet<string> = new Set([
  "invoke_agent",
  "delegate_to_agent",
  "codebase_investigator",
  "generalist",
]);

import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import type { AgentHost, HostSentence, LogEntry } from "./agent-log-entry.ts";
import { answered, listOf, saidEntry, timed, unknownUnless } from "./agent-log-entry.ts";

/** opencode: `opencode export`, `run --format json`, the files below `storage`; 0.5 to 1.18. */
export const OPENCODE: AgentHost = {
  agent: "opencode",
  fits: (record) =>
    (stringMember(objectMember(record, "info"), "id")?.startsWith("ses") === true &&
      Array.isArray(member(record, "messages"))) ||
    (stringMember(record, "sessionID") !== undefined &&
      (isJsonObject(member(record, "part")) ||
        Object.hasOwn(record, "messageID") ||
        Object.hasOwn(record, "role"))) ||
    (stringMember(record, "id")?.startsWith("ses_") === true && Object.hasOwn(record, "directory")),
  open: () => readRecord,
};

function readRecord(record: JsonObject): readonly LogEntry[] {
  const info = objectMember(record, "info");
  const messages = member(record, "messages");
  if (info !== undefined && Array.isArray(messages))
    return [sessionOf(info), ...messages.flatMap(messageEntries)];
  if (Array.isArray(member(record, "parts"))) return messageEntries(record);
  const session: LogEntry = { kind: "session", id: stringMember(record, "sessionID") };
  const part = objectMember(record, "part");
  if (part !== undefined) return [session, ...partEntries(part, {})];
  if (Object.hasOwn(record, "messageID")) return [session, ...partEntries(record, {})];
  if (Object.hasOwn(record, "directory")) return [sessionOf(record)];
  const about = [session, ...aboutMessage(record)];
  return Object.hasOwn(record, "role")
    ? about
    : [...about, ...unknownUnless(QUIET, "a record", record)];
}

const QUIET: ReadonlySet<string> = new Set([
  "text",
  "reasoning",
  "step-start",
  "step-finish",
  "step_start",
  "step_finish",
  "snapshot",
  "patch",
  "file",
  "agent",
  "retry",
  "compaction",
]);

function sessionOf(info: JsonObject): LogEntry {
  const isAgent = stringMember(info, "parentID") !== undefined;
  return {
    kind: "session",
    id: stringMember(info, "parentID") ?? stringMember(info, "id"),
    prefix: stringMember(info, "id"),
    cwd: stringMember(info, "directory"),
    subagent: isAgent ? { name: stringMember(info, "agent") } : undefined,
  };
}

function aboutMessage(info: JsonObject): readonly LogEntry[] {
  const model =
    stringMember(info, "modelID") ?? stringMember(objectMember(info, "model"), "modelID");
  const cwd = stringMember(objectMember(info, "path"), "cwd");
  return [{ kind: "session", model, cwd, mode: stringMember(info, "mode") }];
}

function messageEntries(message: Json): readonly LogEntry[] {
  if (!isJsonObject(message)) return [];
  const info = objectMember(message, "info") ?? {};
  const parts = listOf(member(message, "parts")).flatMap((part) =>
    isJsonObject(part) ? partEntries(part, info) : [],
  );
  const told = parts.length > 0 ? [] : unknownUnless(QUIET, "a message", message);
  return timed(member(objectMember(info, "time"), "created"), [
    ...aboutMessage(info),
    ...parts,
    ...told,
  ]);
}

/** WHY never the user: `opencode run` rejects by itself, in the same words. */
const SENTENCES: readonly HostSentence[] = [
  [
    /^The user rejected permission to use this specific tool call(?:\.|\b with the following feedback: .*)$/s,
    "host",
  ],
  [
    /^The user has specified a rule which prevents you from using this specific tool call\..*$/s,
    "host",
  ],
];

function partEntries(part: JsonObject, info: JsonObject): readonly LogEntry[] {
  const type = stringMember(part, "type");
  if (type === "text") {
    const role = stringMember(info, "role");
    return role === undefined ? [] : saidEntry(role, stringMember(part, "text"));
  }
  if (type !== "tool") return unknownUnless(QUIET, type, part);
  const state = objectMember(part, "state") ?? {};
  const id = stringMember(part, "callID");
  const name = stringMember(part, "tool");
  const metadata = objectMember(state, "metadata");
  const child = stringMember(metadata, "sessionId") ?? stringMember(metadata, "sessionID");
  const asked = objectMember(state, "input");
  const call: LogEntry = {
    kind: "call",
    id,
    name,
    args: member(state, "input"),
    isHost: HOST_TOOLS.has(name ?? ""),
    starts: name === "task",
  };
  const start: readonly LogEntry[] =
    name === "task" && id !== undefined
      ? [{ kind: "agent", call: id, name: stringMember(asked, "subagent_type"), log: child }]
      : [];
  const time = member(objectMember(state, "time"), "start");
  return timed(time, [call, ...start, ...stateEntries(id, state, metadata)]);
}

function stateEntries(
  id: string | undefined,
  state: JsonObject,
  metadata: JsonObject | undefined,
): readonly LogEntry[] {
  switch (stringMember(state, "status")) {
    case "completed": {
      const exit = member(metadata, "exit");
      const status = typeof exit === "number" && exit !== 0 ? "error" : "ok";
      return [{ kind: "result", id, status, text: member(state, "output") }];
    }
    case "error":
      return answered(id, { status: "error", text: member(state, "error") }, SENTENCES);
    default:
      return [];
  }
}

/** WHY: a tool of an MCP server is called `<server>_<tool>`, and a plugin's is too. */
const HOST_TOOLS: ReadonlySet<string> = new Set([
  "bash",
  "read",
  "edit",
  "write",
  "multiedit",
  "patch",
  "apply_patch",
  "glob",
  "grep",
  "list",
  "task",
  "todowrite",
  "todoread",
  "webfetch",
  "websearch",
  "codesearch",
  "skill",
  "lsp",
  "question",
  "plan_enter",
  "plan_exit",
  "batch",
  "invalid",
]);

import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import type { AgentHost, HostSentence, LogEntry, SessionEntry } from "./agent-log-entry.ts";
import {
  answered,
  denied,
  freeArguments,
  objectIn,
  timed,
  unknownUnless,
} from "./agent-log-entry.ts";
import { contentText } from "./call-values.ts";

/** The kinds of lines in a rollout. */
const LINES: ReadonlySet<string> = new Set([
  "session_meta",
  "turn_context",
  "response_item",
  "event_msg",
  "compacted",
  "world_state",
  "token_usage_record",
]);

/** Items and events that are no calls, or repeat what items say. */
const QUIET: ReadonlySet<string> = new Set([
  "compacted",
  "world_state",
  "token_usage_record",
  "thread_settings_applied",
  "UserMessage",
  "AgentMessage",
  "Reasoning",
  "Plan",
  "message",
  "reasoning",
  "ghost_snapshot",
  "compaction",
  "agent_message",
  "user_message",
  "agent_reasoning",
  "token_count",
  "task_started",
  "task_complete",
  "turn_started",
  "turn_complete",
  "turn_aborted",
  "context_compacted",
  "thread_rolled_back",
  "error",
  "todo_list",
  "thread.started",
  "turn.started",
  "turn.completed",
  "turn.failed",
  "web_search_begin",
  "web_search_end",
]);

/** The tools that start other agents. */
const STARTS: ReadonlySet<string> = new Set(["spawn_agent", "spawn_agents_on_csv"]);

/** Codex CLI: rollouts of sessions, and what `codex exec --json` prints (0.60 to 0.171). */
export const CODEX: AgentHost = {
  agent: "codex",
  fits: (record) => {
    const type = stringMember(record, "type") ?? "";
    return (
      (LINES.has(type) && isJsonObject(member(record, "payload"))) ||
      (type === "thread.started" && stringMember(record, "thread_id") !== undefined) ||
      (/^item\.(started|updated|completed)$/.test(type) && isJsonObject(member(record, "item")))
    );
  },
  open: () => {
    const sessions = new RolloutSessions();
    return (record) => {
      const type = stringMember(record, "type");
      const payload = objectMember(record, "payload");
      if (type === "session_meta" && payload !== undefined) return sessions.begin(payload);
      sessions.go();
      return timed(member(record, "timestamp"), lineEntries(type, record, payload));
    };
  },
};

/** Which session the lines of a rollout are of. */
class RolloutSessions {
  /** The session, and those that it goes on from. */
  #own = new Set<string | undefined>();
  #hasLines = true;

  /**
   * A fork holds the lines of the session that it goes on from, with that one's beginning straight
   * after its own; any other beginning is that of another session.
   */
  begin(meta: JsonObject): readonly LogEntry[] {
    const isKnown = this.#own.has(stringMember(meta, "id"));
    const isAnother = this.#hasLines && !isKnown;
    const isFirst = this.#own.size === 0;
    if (isAnother) this.#own = new Set();
    const source = objectMember(objectMember(meta, "source"), "subagent");
    for (const said of [
      stringMember(meta, "id"),
      stringMember(meta, "forked_from_id"),
      stringMember(meta, "parent_thread_id"),
      stringMember(objectMember(source, "thread_spawn"), "parent_thread_id"),
    ])
      if (said !== undefined) this.#own.add(said);
    if (!isAnother) return [];
    this.#hasLines = false;
    return [{ ...sessionOf(meta), another: !isFirst }];
  }

  /** Takes note of a line that is no beginning. */
  go(): void {
    this.#hasLines = true;
  }
}

function lineEntries(
  type: string | undefined,
  record: JsonObject,
  payload: JsonObject | undefined,
): readonly LogEntry[] {
  if (type === "thread.started")
    return [{ kind: "session", id: stringMember(record, "thread_id") }];
  const item = objectMember(record, "item");
  if (item !== undefined) return once(type ?? "", streamedItem(item));
  if (payload === undefined || QUIET.has(type ?? "")) return unknownUnless(QUIET, type, record);
  if (type === "turn_context")
    return [
      {
        kind: "session",
        cwd: stringMember(payload, "cwd"),
        model: stringMember(payload, "model"),
        mode: stringMember(payload, "approval_policy"),
      },
    ];
  return itemEntries(payload);
}

function sessionOf(meta: JsonObject): SessionEntry {
  const id = stringMember(meta, "id");
  const source = objectMember(objectMember(meta, "source"), "subagent");
  const spawn = objectMember(source, "thread_spawn");
  const role = stringMember(meta, "agent_role") ?? stringMember(spawn, "agent_role");
  const above = stringMember(meta, "parent_thread_id") ?? stringMember(spawn, "parent_thread_id");
  const root = stringMember(meta, "session_id") ?? above;
  const isAgent = source !== undefined || above !== undefined;
  return {
    kind: "session",
    id: root ?? id,
    prefix: id,
    cwd: stringMember(meta, "cwd"),
    subagent: isAgent ? { name: role } : undefined,
  };
}

function itemEntries(item: JsonObject): readonly LogEntry[] {
  const type = stringMember(item, "type");
  const id = stringMember(item, "call_id") ?? stringMember(item, "id");
  const name = stringMember(item, "name");
  switch (type) {
    case "function_call":
      return [
        {
          kind: "call",
          id,
          name: spacedName(stringMember(item, "namespace"), name),
          args: member(item, "arguments"),
          starts: STARTS.has(name ?? ""),
        },
      ];
    case "custom_tool_call":
      return [{ kind: "call", id, name, args: freeArguments(member(item, "input")) }];
    case "local_shell_call":
      return [{ kind: "call", id, name: "local_shell", args: withoutType(member(item, "action")) }];
    case "tool_search_call":
    case "web_search_call":
    case "image_generation_call":
      return [
        {
          kind: "call",
          id,
          name: type.replace(/_call$/, ""),
          args: withoutType(member(item, "action") ?? member(item, "arguments")),
          answered: type === "tool_search_call" && id !== undefined,
        },
      ];
    case "function_call_output":
    case "custom_tool_call_output":
    case "tool_search_output":
      return outputEntries(id, member(item, "output"));
    case "message":
      return messageEntries(item);
    default:
      return eventEntries(type, id, item).map((entry) =>
        entry.kind === "call" ? { ...entry, more: true } : entry,
      );
  }
}

/** Events tell of what items leave out: servers, exits, approvals. */
function eventEntries(
  type: string | undefined,
  id: string | undefined,
  event: JsonObject,
): readonly LogEntry[] {
  switch (type) {
    case "mcp_tool_call_begin":
    case "mcp_tool_call_end":
      return once(type, mcpEntries(id, objectMember(event, "invocation"), event));
    case "exec_command_begin":
      return once(type, [shellCall(id, event)]);
    case "exec_command_end":
      return once(type, [
        shellCall(id, event),
        ...ended(id, event, exitStatus(member(event, "exit_code"))),
      ]);
    case "patch_apply_begin":
      return once(type, [patchCall(id, event)]);
    case "patch_apply_end":
      return once(type, [
        patchCall(id, event),
        ...ended(id, event, member(event, "success") === false ? "error" : "ok"),
      ]);
    case "item_started":
    case "item_completed":
      return once(type, turnItem(objectMember(event, "item") ?? {}));
    case "exec_approval_request":
    case "apply_patch_approval_request":
      return once(type, [
        type === "exec_approval_request" ? shellCall(id, event) : patchCall(id, event),
        { kind: "decision", id, effect: "require_approval", by: "host" },
      ]);
    default:
      return unknownUnless(QUIET, type, event);
  }
}

/** The entries of an event, of whose kind each run has one; what is updated may have more. */
function once(type: string, entries: readonly LogEntry[]): readonly LogEntry[] {
  if (type.endsWith("updated")) return entries;
  return entries.map((entry) => (entry.kind === "call" ? { ...entry, event: type } : entry));
}

function mcpEntries(
  id: string | undefined,
  invocation: JsonObject | undefined,
  event: JsonObject,
): readonly LogEntry[] {
  const call: LogEntry = {
    kind: "call",
    id,
    name: stringMember(invocation, "tool"),
    server: stringMember(invocation, "server"),
    args: member(invocation, "arguments"),
  };
  const result = objectMember(event, "result");
  if (result === undefined) return [call];
  const good = objectMember(result, "Ok");
  const failed = good === undefined || member(good, "isError") === true;
  const text = member(good, "content") ?? member(result, "Err");
  return [call, { kind: "result", id, status: failed ? "error" : "ok", text }];
}

/** What 0.140 and later keep of a call beside its item, under the same id. */
function turnItem(item: JsonObject): readonly LogEntry[] {
  const type = stringMember(item, "type");
  const id = stringMember(item, "id");
  const failed = stringMember(item, "status") === "failed";
  const status = exitStatus(member(item, "exit_code")) ?? (failed ? "error" : "ok");
  const done = stringMember(item, "status") === "in_progress" ? [] : ended(id, item, status);
  switch (type) {
    case "CommandExecution":
      return [shellCall(id, item), ...done];
    case "FileChange":
      return [patchCall(id, item), ...done];
    case "McpToolCall":
      return [...mcpEntries(id, item, {}), ...done];
    case "CollabAgentToolCall":
      return collabEntries(id, item);
    default:
      return unknownUnless(QUIET, type, item);
  }
}

/** A call to another agent, with the threads of those that it started. */
function collabEntries(id: string | undefined, item: JsonObject): readonly LogEntry[] {
  const name = stringMember(item, "tool");
  const call: LogEntry = { kind: "call", id, name, args: undefined, starts: true };
  const agents = member(item, "receiver_agents");
  const started = (Array.isArray(agents) ? agents : []).filter(isJsonObject).map(
    (agent): LogEntry => ({
      kind: "agent",
      call: id ?? "",
      name: stringMember(agent, "agent_role"),
      log: stringMember(agent, "thread_id"),
    }),
  );
  return name === "spawn_agent" ? [call, ...started] : [call];
}

function shellCall(id: string | undefined, event: JsonObject): LogEntry {
  const command = member(event, "command");
  return {
    kind: "call",
    id,
    name: "shell",
    args: command === undefined ? undefined : { command },
    byUser: /^user/.test(stringMember(event, "source") ?? ""),
  };
}

function patchCall(id: string | undefined, event: JsonObject): LogEntry {
  const changes = member(event, "changes");
  const args = changes === undefined ? undefined : { changes };
  return { kind: "call", id, name: "apply_patch", args };
}

function ended(
  id: string | undefined,
  event: JsonObject,
  status: "ok" | "error" | undefined,
): readonly LogEntry[] {
  const text = member(event, "aggregated_output") ?? member(event, "stdout");
  if (stringMember(event, "status") === "declined") return denied(id, "user");
  return [{ kind: "result", id, status, text }];
}

/** What the host writes in place of an output where nothing ran. */
const SENTENCES: readonly HostSentence[] = [
  [/^(?:(?:exec command|patch) )?rejected by user$/, "user"],
  [
    /^exec_command failed(?: for `.*`)?: CreateProcess \{ message: "Rejected\(\\"rejected by user\\"\)" \}$/s,
    "user",
  ],
  [
    /^exec_command failed(?: for `.*`)?: CreateProcess \{ message: "Rejected\(\\"[^"]*\\"\)" \}$/s,
    "host",
  ],
  [/^approval policy is \w+; reject command\b.*$/, "host"],
];
const UNSUPPORTED = /^unsupported (?:custom tool )?call: \S+$/;

function outputEntries(id: string | undefined, output: Json | undefined): readonly LogEntry[] {
  const text = contentText(output) ?? stringMember(objectIn(output), "content");
  const started = stringMember(objectIn(output), "agent_id");
  const name = stringMember(objectIn(output), "agent_type");
  const start: readonly LogEntry[] =
    started === undefined || id === undefined
      ? []
      : [{ kind: "agent", call: id, name, log: started }];
  const status = UNSUPPORTED.test(text ?? "") ? "error" : outputStatus(output, text);
  return [...start, ...answered(id, { status, text }, SENTENCES)];
}

/** As the host notes it: a member, or the head that it writes before what a command printed. */
function outputStatus(output: Json | undefined, text: string | undefined): "ok" | "error" {
  const object = objectIn(output);
  if (member(object, "success") === false) return "error";
  const noted = member(objectMember(object, "metadata"), "exit_code");
  const head =
    /^(?:Chunk ID: .*\n)?(?:Wall time: .*\n)?(?:Process exited with code|Exit code:) (-?\d+)\n/.exec(
      text ?? "",
    )?.[1];
  return exitStatus(noted ?? (head === undefined ? undefined : Number(head))) ?? "ok";
}

function exitStatus(code: Json | undefined): "ok" | "error" | undefined {
  return typeof code === "number" ? (code === 0 ? "ok" : "error") : undefined;
}

function messageEntries(item: JsonObject): readonly LogEntry[] {
  const text = contentText(member(item, "content"));
  const role = stringMember(item, "role");
  if (role === "assistant") return [{ kind: "response", text }];
  // the host's own notes to the model are written as the user's, in tags
  return role === "user" && text !== undefined && !/^\s*[<#]/.test(text)
    ? [{ kind: "prompt", text }]
    : [];
}

/** `codex exec --json`. */
function streamedItem(item: JsonObject): readonly LogEntry[] {
  const type = stringMember(item, "type");
  const id = stringMember(item, "id");
  const state = stringMember(item, "status");
  const status = state === "failed" ? "error" : "ok";
  const done: readonly LogEntry[] =
    state === "in_progress" ? [] : ended(id, item, exitStatus(member(item, "exit_code")) ?? status);
  switch (type) {
    case "command_execution":
      return [shellCall(id, item), ...done];
    case "file_change":
      return [patchCall(id, item), ...done];
    case "mcp_tool_call":
      return [...mcpEntries(id, item, {}), ...done];
    case "web_search":
      return [
        {
          kind: "call",
          id,
          name: "web_search",
          args: { query: member(item, "query") },
          more: true,
          answered: false,
        },
      ];
    case "agent_message":
      return [{ kind: "response", text: stringMember(item, "text") }];
    default:
      return unknownUnless(QUIET, type, item);
  }
}

function withoutType(value: Json | undefined): Json | undefined {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== "type"));
}

function spacedName(namespace: string | undefined, name: string | undefined): string | undefined {
  if (namespace === undefined || name === undefined || !namespace.startsWith("mcp__")) return name;
  return `${namespace.replace(/_*$/, "")}__${name}`;
}

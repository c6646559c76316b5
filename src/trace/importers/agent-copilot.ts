import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import type { AgentHost, LogEntry } from "./agent-log-entry.ts";
import { timed, unknownUnless } from "./agent-log-entry.ts";
import { RecentMap } from "./recent-map.ts";

const FAMILIES = new RegExp(
  String.raw`^(session|user|assistant|tool|subagent|permission|hook|skill|system` +
    String.raw`|external_tool|user_input|elicitation|command|exit_plan_mode|abort)(\.|$)`,
);

/** Events that tell of calls what others tell, or of none. */
const QUIET: ReadonlySet<string> = new Set([
  "tool.execution_partial_result",
  "tool.execution_progress",
  "assistant.intent",
  "assistant.reasoning",
  "assistant.reasoning_delta",
  "assistant.message_delta",
  "assistant.turn_start",
  "assistant.turn_end",
  "assistant.usage",
  "assistant.streaming_delta",
  "hook.start",
  "hook.end",
  "skill.invoked",
  "system.message",
  "system.notification",
  "session.shutdown",
  "session.idle",
  "session.info",
  "session.error",
  "session.warning",
  "session.truncation",
  "session.usage_info",
  "session.usage_record",
  "session.task_complete",
  "session.compaction_start",
  "session.compaction_complete",
  "session.tools_updated",
  "session.skills_loaded",
  "session.mcp_servers_loaded",
  "session.custom_agents_updated",
  "subagent.completed",
  "subagent.failed",
  "subagent.selected",
  "subagent.deselected",
  "external_tool.completed",
  "user_input.requested",
  "user_input.completed",
  "command.queued",
  "command.execute",
  "command.completed",
  "commands.changed",
  "abort",
]);

/** GitHub Copilot CLI (and its SDK): `events.jsonl` of a session, 0.0.350 to 1.0. */
export const COPILOT: AgentHost = {
  agent: "copilot",
  fits: (record) =>
    FAMILIES.test(stringMember(record, "type") ?? "") &&
    isJsonObject(member(record, "data")) &&
    (Object.hasOwn(record, "parentId") || Object.hasOwn(record, "timestamp")),
  open: () => {
    const log = new CopilotLog();
    return (record) => timed(member(record, "timestamp"), log.read(record));
  },
};

class CopilotLog {
  /** The calls that prompts ask about, and those that started agents, by the ids given to them. */
  readonly #asked = new RecentMap<string>(5000);
  readonly #started = new RecentMap<string>(5000);

  read(record: JsonObject): readonly LogEntry[] {
    const type = stringMember(record, "type");
    const data = objectMember(record, "data") ?? {};
    const id = stringMember(data, "toolCallId");
    switch (type) {
      case "session.start":
      case "session.resume":
      case "session.model_change":
      case "session.context_changed":
      case "session.mode_changed":
        return [sessionOf(data)];
      case "user.message":
        // what an agent tells its sub-agent is no word of the user's
        return /^agent-/.test(stringMember(data, "source") ?? "")
          ? []
          : [{ kind: "prompt", text: stringMember(data, "content") }];
      case "assistant.message":
        return this.#message(data, this.#under(record, data));
      case "tool.execution_start":
      case "tool.user_requested":
      case "external_tool.requested":
        return [
          {
            kind: "call",
            id,
            name: stringMember(data, "mcpToolName") ?? stringMember(data, "toolName"),
            server: stringMember(data, "mcpServerName"),
            args: member(data, "arguments"),
            model: stringMember(data, "model"),
            under: this.#under(record, data),
            byUser: type === "tool.user_requested",
            starts: stringMember(data, "toolName") === "task",
          },
        ];
      case "tool.execution_complete":
        return completed(id, data);
      case "subagent.started": {
        const agent = stringMember(record, "agentId");
        if (agent !== undefined && id !== undefined) this.#started.set(agent, id);
        const name = stringMember(data, "agentName");
        return id === undefined ? [] : [{ kind: "agent", call: id, name }];
      }
      case "permission.requested":
        return this.#ask(data);
      case "permission.completed":
        return this.#answer(data);
      default:
        return unknownUnless(QUIET, type, record);
    }
  }

  #under(record: JsonObject, data: JsonObject): string | undefined {
    const own = stringMember(record, "agentId");
    return (
      stringMember(data, "parentToolCallId") ??
      (own === undefined ? undefined : this.#started.get(own))
    );
  }

  #message(data: JsonObject, under: string | undefined): readonly LogEntry[] {
    const requests = member(data, "toolRequests");
    const calls = (Array.isArray(requests) ? requests : []).map((request: Json): LogEntry => {
      if (!isJsonObject(request)) return { kind: "unknown", what: "`toolRequests[]`", of: data };
      return {
        kind: "call",
        id: stringMember(request, "toolCallId"),
        name: stringMember(request, "mcpToolName") ?? stringMember(request, "name"),
        server: stringMember(request, "mcpServerName"),
        args: member(request, "arguments") ?? member(request, "input"),
        model: stringMember(data, "model"),
        under,
        starts: stringMember(request, "name") === "task",
      };
    });
    return [{ kind: "response", text: stringMember(data, "content") }, ...calls];
  }

  #ask(data: JsonObject): readonly LogEntry[] {
    const asked = objectMember(data, "permissionRequest");
    const id = stringMember(asked, "toolCallId") ?? stringMember(data, "toolCallId");
    const request = stringMember(data, "requestId");
    if (id !== undefined && request !== undefined) this.#asked.set(request, id);
    return id === undefined
      ? []
      : [{ kind: "decision", id, effect: "require_approval", by: "host" }];
  }

  #answer(data: JsonObject): readonly LogEntry[] {
    const id =
      stringMember(data, "toolCallId") ?? this.#asked.get(stringMember(data, "requestId") ?? "");
    const kind = stringMember(objectMember(data, "result"), "kind") ?? "";
    if (id === undefined) return [];
    if (/^denied/.test(kind))
      return [
        { kind: "decision", id, effect: "deny", by: /by-user$/.test(kind) ? "user" : "host" },
      ];
    // what is approved for longer was approved by a person; a mere yes may be a program's
    const by = /^approved-for/.test(kind) ? "user" : "somebody";
    return /^approved/.test(kind) ? [{ kind: "decision", id, effect: "allow", by }] : [];
  }
}

function sessionOf(data: JsonObject): LogEntry {
  const context = objectMember(data, "context");
  return {
    kind: "session",
    id: stringMember(data, "sessionId"),
    cwd: stringMember(context, "cwd") ?? stringMember(data, "cwd"),
    model: stringMember(data, "selectedModel") ?? stringMember(data, "newModel"),
    mode: stringMember(data, "newMode"),
  };
}

/** `error.code` says whether it ran: `rejected` by the user, `denied` by the rules. */
function completed(id: string | undefined, data: JsonObject): readonly LogEntry[] {
  const error = objectMember(data, "error");
  const code = stringMember(error, "code");
  if (code === "rejected" || code === "denied")
    return [
      { kind: "decision", id, effect: "deny", by: code === "rejected" ? "user" : "host" },
      { kind: "result", id, status: undefined },
    ];
  const text = member(objectMember(data, "result"), "content") ?? member(error, "message");
  // a command that ended badly was run with success
  const exit = member(objectMember(data, "shellExecution"), "exitCode");
  const failed = member(data, "success") === false || (typeof exit === "number" && exit !== 0);
  return [{ kind: "result", id, status: failed ? "error" : "ok", text }];
}

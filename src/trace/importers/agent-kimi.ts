import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import type { AgentHost, LogEntry } from "./agent-log-entry.ts";
import { listOf, saidEntry, timed, unknownUnless } from "./agent-log-entry.ts";
import { contentText } from "./call-values.ts";

const MESSAGES = new RegExp(
  String.raw`^(Turn(Begin|End)|SteerInput|Step(Begin|Interrupted)|Hook(Triggered|Resolved)` +
    String.raw`|Compaction(Begin|End)|MCPLoading(Begin|End)|StatusUpdate|Notification` +
    String.raw`|ContentPart|ToolCall(Part|Request)?|ToolResult|Approval(Request|Response` +
    String.raw`|RequestResolved)|Question(Request|Response)|SubagentEvent|PlanDisplay)$`,
);
/** Messages of the wire that tell of no call, or in part of one that others tell of. */
const QUIET: ReadonlySet<string> = new Set([
  "TurnEnd",
  "StepBegin",
  "StepInterrupted",
  "HookTriggered",
  "HookResolved",
  "CompactionBegin",
  "CompactionEnd",
  "MCPLoadingBegin",
  "MCPLoadingEnd",
  "Notification",
  "PlanDisplay",
  "QuestionRequest",
  "QuestionResponse",
  "ContentPart",
]);

/** Kimi CLI: `wire.jsonl` of a session, protocol 1.0 to 1.9. */
export const KIMI: AgentHost = {
  agent: "kimi-cli",
  fits: (record) => {
    const message = objectMember(record, "message");
    return (
      MESSAGES.test(stringMember(message, "type") ?? "") && isJsonObject(member(message, "payload"))
    );
  },
  open: () => {
    const log = new KimiLog();
    return (record) => {
      const message = objectMember(record, "message");
      const entries =
        message === undefined
          ? unknownUnless(HEADER, stringMember(record, "type"), record)
          : log.read(message);
      return timed(member(record, "timestamp"), entries);
    };
  },
};

const HEADER: ReadonlySet<string> = new Set(["metadata"]);

class KimiLog {
  /** The server of each tool that an MCP server offers, as the log's own status says. */
  readonly #servers = new Map<string, string>();
  /** The call that a question is about. */
  readonly #asked = new Map<string, string>();

  read(message: JsonObject, under?: string): readonly LogEntry[] {
    const type = stringMember(message, "type");
    const payload = objectMember(message, "payload");
    if (payload === undefined) return unknownUnless(HEADER, type, message);
    switch (type) {
      case "TurnBegin":
      case "SteerInput":
        return saidEntry("user", contentText(member(payload, "user_input")));
      case "StatusUpdate":
        this.#noteServers(objectMember(payload, "mcp_status"));
        return [];
      case "ToolCall":
        return this.#call(
          stringMember(payload, "id"),
          objectMember(payload, "function"),
          under,
          payload,
        );
      case "ToolCallRequest":
        return this.#call(stringMember(payload, "id"), payload, under, payload);
      case "ToolCallPart":
        return [];
      case "ToolResult":
        return resultEntries(payload);
      case "ApprovalRequest":
        return this.#ask(payload);
      case "ApprovalResponse":
      case "ApprovalRequestResolved":
        return this.#answer(payload);
      case "SubagentEvent":
        return this.#inner(payload);
      default:
        return unknownUnless(QUIET, type, message);
    }
  }

  #noteServers(status: JsonObject | undefined): void {
    for (const server of listOf(member(status, "servers")).filter(isJsonObject))
      for (const tool of listOf(member(server, "tools")))
        if (typeof tool === "string") this.#servers.set(tool, stringMember(server, "name") ?? "");
  }

  #call(
    id: string | undefined,
    call: JsonObject | undefined,
    under: string | undefined,
    payload: JsonObject,
  ): readonly LogEntry[] {
    const name = stringMember(call, "name");
    if (call === undefined) return unknownUnless(QUIET, "ToolCall", payload);
    return [
      {
        kind: "call",
        id,
        name,
        args: member(call, "arguments"),
        server: this.#servers.get(name ?? ""),
        // the host's own tools are written in capitals; a server's have the names that it gave them
        isHost: /^[A-Z][A-Za-z]*$/.test(name ?? ""),
        starts: name === "Task" || name === "Agent",
        under,
      },
    ];
  }

  #ask(payload: JsonObject): readonly LogEntry[] {
    const [request, id] = [stringMember(payload, "id"), stringMember(payload, "tool_call_id")];
    if (request !== undefined && id !== undefined) this.#asked.set(request, id);
    return [{ kind: "decision", id, effect: "require_approval", by: "host" }];
  }

  #answer(payload: JsonObject): readonly LogEntry[] {
    const id = this.#asked.get(stringMember(payload, "request_id") ?? "");
    const response = stringMember(payload, "response") ?? "";
    if (response === "reject") return [{ kind: "decision", id, effect: "deny", by: "user" }];
    return /^approve/.test(response)
      ? [{ kind: "decision", id, effect: "allow", by: "user" }]
      : unknownUnless(QUIET, "ApprovalResponse", payload);
  }

  #inner(payload: JsonObject): readonly LogEntry[] {
    const under =
      stringMember(payload, "parent_tool_call_id") ?? stringMember(payload, "task_tool_call_id");
    const event = objectMember(payload, "event");
    if (event === undefined || under === undefined)
      return unknownUnless(QUIET, "SubagentEvent", payload);
    const name = stringMember(payload, "subagent_type");
    // what is said to a sub-agent is no prompt of the user
    const entries = this.read(event, under).filter(
      ({ kind }) => kind !== "prompt" && kind !== "response",
    );
    return [
      { kind: "agent", call: under, name, log: stringMember(payload, "agent_id") },
      ...entries,
    ];
  }
}

function resultEntries(payload: JsonObject): readonly LogEntry[] {
  const id = stringMember(payload, "tool_call_id");
  const value: Json | undefined = member(payload, "return_value") ?? member(payload, "result");
  if (!isJsonObject(value)) return unknownUnless(QUIET, "ToolResult", payload);
  const status = member(value, "is_error") === true ? "error" : "ok";
  const text = contentText(member(value, "output")) ?? stringMember(value, "message");
  return [{ kind: "result", id, status, text }];
}

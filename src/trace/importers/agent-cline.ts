import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, stringMember } from "../../request/json.ts";
import type { AgentHost, LogEntry } from "./agent-log-entry.ts";
import { objectIn, timed, unknownUnless } from "./agent-log-entry.ts";
import { filled } from "./call-values.ts";

/** Cline (and its kin Roo Code): `ui_messages.json` of a task, 3.0 to 3.40. */
export const CLINE: AgentHost = {
  agent: "cline",
  fits: (record) =>
    typeof member(record, "ts") === "number" &&
    ((stringMember(record, "type") === "say" && stringMember(record, "say") !== undefined) ||
      (stringMember(record, "type") === "ask" && stringMember(record, "ask") !== undefined)),
  open: () => {
    const log = new ClineLog();
    return (record) => timed(member(record, "ts"), log.read(record));
  },
};

/** Messages that tell of no call. */
const QUIET: ReadonlySet<string> = new Set([
  "text",
  "task",
  "reasoning",
  "api_req_started",
  "api_req_finished",
  "api_req_retried",
  "api_req_failed",
  "checkpoint_created",
  "completion_result",
  "followup",
  "plan_mode_respond",
  "act_mode_respond",
  "new_task",
  "resume_task",
  "resume_completed_task",
  "mistake_limit_reached",
  "user_feedback",
  "user_feedback_diff",
  "browser_action_result",
  "mcp_server_request_started",
  "shell_integration_warning",
  "diff_error",
  "error",
  "info",
  "command_output",
  "mcp_server_response",
]);

class ClineLog {
  #count = 0;
  /** The call that the next output belongs to. */
  #open: string | undefined;

  read(record: JsonObject): readonly LogEntry[] {
    const kind = stringMember(record, "ask") ?? stringMember(record, "say");
    const text = stringMember(record, "text");
    if (member(record, "partial") === true) return [];
    if (kind === undefined) return [unknown("a message", record)];
    switch (kind) {
      case "task":
      case "user_feedback":
        return [{ kind: "prompt", text }];
      case "command":
        // what asks for approval says so behind the command
        return this.#call("execute_command", { command: text?.replace(/REQ_APP$/, "") });
      case "tool":
        return this.#tool(text, record);
      case "use_mcp_server":
        return this.#mcp(text, record);
      case "browser_action_launch":
        return this.#call("browser_action", { action: "launch", url: text });
      case "browser_action":
        return this.#call("browser_action", objectIn(text));
      case "command_output":
      case "mcp_server_response":
      case "browser_action_result":
        return this.#output(text);
      default:
        return unknownUnless(QUIET, kind, record);
    }
  }

  #tool(text: string | undefined, record: JsonObject): readonly LogEntry[] {
    const said = objectIn(text);
    const name = stringMember(said, "tool");
    if (said === undefined || name === undefined) return [unknown("tool", record)];
    const args = Object.entries(said).filter(([key]) => key !== "tool");
    return this.#call(name, Object.fromEntries(args));
  }

  #mcp(text: string | undefined, record: JsonObject): readonly LogEntry[] {
    const said = objectIn(text);
    const server = stringMember(said, "serverName");
    const uri = stringMember(said, "uri");
    if (said === undefined || server === undefined) return [unknown("use_mcp_server", record)];
    return uri === undefined
      ? this.#call(stringMember(said, "toolName"), member(said, "arguments"), server)
      : this.#call("resources/read", { uri }, server);
  }

  /** WHY answered is unknown here: only some kinds of calls have an output in this file. */
  #call(name: string | undefined, args: Json | undefined, server?: string): readonly LogEntry[] {
    const id = `call-${this.#count++}`;
    this.#open = id;
    const told = isJsonObject(args) ? filled(args) : args;
    return [{ kind: "call", id, name, args: told, server }];
  }

  #output(text: string | undefined): readonly LogEntry[] {
    const id = this.#open;
    this.#open = undefined;
    return id === undefined ? [] : [{ kind: "result", id, status: "ok", text }];
  }
}

function unknown(what: string, record: JsonObject): LogEntry {
  return { kind: "unknown", what: `\`${what}\``, of: record };
}

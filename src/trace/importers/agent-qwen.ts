import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import type { AgentHost, LogEntry } from "./agent-log-entry.ts";
import { denied, listOf, saidEntry, timed, unknownUnless } from "./agent-log-entry.ts";
import { contentText } from "./call-values.ts";

/** Qwen Code: `chats/*.jsonl`, 0.5 to 0.15. */
export const QWEN: AgentHost = {
  agent: "qwen-code",
  fits: (record) =>
    stringMember(record, "sessionId") !== undefined &&
    (Array.isArray(member(objectMember(record, "message"), "parts")) ||
      stringMember(record, "subtype") === "ui_telemetry"),
  open: () => {
    const log = new QwenLog();
    return (record) => timed(member(record, "timestamp"), log.read(record));
  },
};

const QUIET: ReadonlySet<string> = new Set(["text", "thought", "inlineData"]);

class QwenLog {
  /** Calls whose decision has not come, by tool and arguments. */
  readonly #waiting = new Map<string, string[]>();
  /** The calls that sub-agents work for, the last one last. */
  readonly #agents: { readonly id: string; readonly name: string | undefined }[] = [];
  #count = 0;

  read(record: JsonObject): readonly LogEntry[] {
    const session: LogEntry = {
      kind: "session",
      id: stringMember(record, "sessionId"),
      cwd: stringMember(record, "cwd"),
      model: stringMember(record, "model"),
    };
    const telemetry = objectMember(objectMember(record, "systemPayload"), "uiEvent");
    if (telemetry !== undefined) return [session, ...this.#telemetry(telemetry)];
    const parts = listOf(member(objectMember(record, "message"), "parts"));
    if (parts.length === 0)
      return [session, ...unknownUnless(QUIET, stringMember(record, "type"), record)];
    return [session, ...parts.flatMap((part) => this.#part(part, record))];
  }

  #part(part: Json, record: JsonObject): readonly LogEntry[] {
    if (!isJsonObject(part)) return [];
    const call = objectMember(part, "functionCall");
    if (call !== undefined) return this.#call(call);
    const response = objectMember(part, "functionResponse");
    if (response !== undefined)
      return this.#result(response, objectMember(record, "toolCallResult"));
    if (stringMember(part, "text") === undefined) return unknownUnless(QUIET, "a part", part);
    return member(part, "thought") === true
      ? []
      : saidEntry(stringMember(record, "type"), contentText([part]));
  }

  #call(call: JsonObject): readonly LogEntry[] {
    const [id, name] = [stringMember(call, "id"), stringMember(call, "name")];
    const args = member(call, "args");
    const starts = STARTS.has(name ?? "");
    if (id !== undefined) {
      const key = keyOf(name, args);
      this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), id]);
      const agent = isJsonObject(args) ? stringMember(args, "subagent_type") : undefined;
      if (starts) this.#agents.push({ id, name: agent });
    }
    const told: LogEntry = { kind: "call", id, name, args, starts };
    const agent = this.#agents.find((one) => one.id === id);
    return agent === undefined
      ? [told]
      : [told, { kind: "agent", call: agent.id, name: agent.name }];
  }

  #result(response: JsonObject, result: JsonObject | undefined): readonly LogEntry[] {
    const id = stringMember(response, "id") ?? stringMember(result, "callId");
    const at = this.#agents.findIndex((agent) => agent.id === id);
    if (at >= 0) this.#agents.splice(at, 1);
    if (stringMember(result, "errorType") === "execution_denied") return denied(id, "host");
    const said = objectMember(response, "response");
    const error = stringMember(said, "error");
    const state = stringMember(result, "status") ?? (error === undefined ? "success" : "error");
    const status = state === "success" ? "ok" : state === "cancelled" ? undefined : "error";
    return [{ kind: "result", id, status, text: error ?? member(said, "output") }];
  }

  /** The call that an event is of: by its arguments, which a user may have changed. */
  #take(name: string | undefined, args: Json | undefined): string | undefined {
    const equal = this.#waiting.get(keyOf(name, args));
    const start = keyOf(name, undefined).slice(0, -1);
    const other = [...this.#waiting].find(([key, ids]) => key.startsWith(start) && ids.length > 0);
    return equal?.shift() ?? other?.[1].shift();
  }

  /** The event of a call tells what was decided; of a sub-agent's call it is the only record. */
  #telemetry(event: JsonObject): readonly LogEntry[] {
    const kind = stringMember(event, "event.name");
    if (kind?.endsWith(".tool_call") !== true) return unknownUnless(QUIET, kind, event);
    const name = stringMember(event, "function_name");
    const args = member(event, "function_args");
    const agent = /#(.+)-[a-z0-9]{6}#\d+$/.exec(stringMember(event, "prompt_id") ?? "")?.[1];
    const known = agent === undefined ? this.#take(name, args) : undefined;
    if (known !== undefined) return decisionOf(known, event);
    if (agent === undefined) return unknownUnless(QUIET, "tool_call", event);
    const id = `telemetry-${this.#count++}`;
    const under = this.#agents.findLast((one) => one.name === agent) ?? this.#agents.at(-1);
    const status = member(event, "success") === true ? "ok" : "error";
    return [
      { kind: "call", id, name, args, under: under?.id, agent },
      ...decisionOf(id, event),
      { kind: "result", id, status },
    ];
  }
}

function decisionOf(id: string, event: JsonObject): readonly LogEntry[] {
  if (stringMember(event, "error_type") === "execution_denied") return denied(id, "host");
  switch (stringMember(event, "decision")) {
    case "auto_accept":
      return [{ kind: "decision", id, effect: "allow", by: "host" }];
    case "accept":
    case "modify":
      return [{ kind: "decision", id, effect: "allow", by: "user" }];
    case "reject":
      return denied(id, "user");
    default:
      return [];
  }
}

function keyOf(name: string | undefined, args: Json | undefined): string {
  return JSON.stringify([name, ...(args === undefined ? [] : [args])]);
}

const STARTS: ReadonlySet<string> = new Set(["agent", "task"]);

import { toolAddress } from "../api/trace-event.ts";
import { isJsonObject, stringMember, type Json, type JsonObject } from "../request/json.ts";
import type { HookInput } from "./host.ts";
import { HOST_SERVER } from "../request/host-server.ts";

/** Tools of coding agents that start another agent. */
const SUBAGENT_TOOLS: readonly string[] = [
  "Task",
  "Agent",
  "Workflow",
  "task",
  "agent",
  "invoke_agent",
  "spawn_agent",
];

/** A call as hosts name its parts. */
export interface ReadCall {
  readonly session: string | undefined;
  /** The host's own id of the call. */
  readonly id: string | undefined;
  readonly tool: string | undefined;
  readonly input: Json | undefined;
  readonly cwd: string | undefined;
  /** Set where a sub-agent calls. */
  readonly agent?: string | undefined;
  readonly permissionMode?: string | undefined;
}

/** Arguments that are an object, or the JSON text of one. */
function argsOf(input: Json | undefined): JsonObject | undefined {
  if (isJsonObject(input)) return input;
  if (typeof input !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(input);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The id under which a call of a host is recorded. */
export function callId(session: string | undefined, id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${session ?? "session"}/${id}`;
}

/** The canonical call of a host's; one without a tool's name cannot be decided. */
export function canonicalCall(call: ReadCall, subject: JsonObject): HookInput | string {
  const { session, tool, cwd, agent, permissionMode } = call;
  if (tool === undefined || tool === "") return "the call names no tool";
  const args = argsOf(call.input);
  if (call.input !== undefined && call.input !== null && args === undefined)
    return "the arguments of the call are not an object";
  const address = toolAddress(tool, HOST_SERVER);
  const id = callId(session, call.id);
  const isInvocation = SUBAGENT_TOOLS.includes(tool);
  const main = `${stringMember(subject, "type") ?? "agent"}:${stringMember(subject, "id") ?? ""}`;
  return {
    kind: "call",
    call: {
      ...(id !== undefined && { id }),
      ...(session !== undefined && session !== "" && { session }),
      subject: agent === undefined ? subject : { type: "agent", id: agent },
      action: {
        kind: isInvocation ? "subagent_invocation" : address.kind,
        ...(address.server !== undefined && { server: address.server }),
        ...(address.name !== undefined && { name: address.name }),
      },
      args: args ?? {},
      context: {
        ...(cwd !== undefined && { cwd }),
        ...(permissionMode !== undefined && { permission_mode: permissionMode }),
        delegation: agent === undefined ? [] : [main],
      },
    },
  };
}

/** The first of some members that is a text. */
export function textOf(value: JsonObject, ...names: readonly string[]): string | undefined {
  return names.map((name) => stringMember(value, name)).find((text) => text !== undefined);
}

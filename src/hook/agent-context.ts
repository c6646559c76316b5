import { isDeepStrictEqual } from "node:util";
import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../request/json.ts";
import { callId, canonicalCall } from "./read-call.ts";

/** What a host tells at one of its eight interception points, read (AGENT-HOOKS-0.1, 3). */
export type AgentStep =
  | { readonly kind: "call"; readonly call: JsonObject }
  | {
      readonly kind: "result";
      readonly id: string;
      readonly session: string;
      readonly value: Json;
      readonly isError: boolean;
    }
  | { readonly kind: "end"; readonly session: string }
  /** A point at which policies decide nothing. */
  | { readonly kind: "none" };

const SPEC = "agent-hooks/0.1";
const FRAMEWORK = /^[a-z0-9_-]+$/;
const POINTS: readonly string[] = [
  ...["agent_startup", "input", "pre_model_call", "post_model_call"],
  ...["pre_tool_call", "post_tool_call", "output", "agent_shutdown"],
];

function isText(value: Json | undefined): value is string {
  return typeof value === "string" && value !== "";
}

function isCount(value: Json | undefined): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** What is wrong with the members that every context has; undefined: nothing. */
function envelopeFault(context: JsonObject): string | undefined {
  const { spec, interception_point: point, timestamp, sequence } = context;
  const agent = objectMember(context, "agent");
  if (spec !== SPEC) return `\`spec\` has to be ${SPEC}`;
  if (!isText(point) || !POINTS.includes(point))
    return `\`interception_point\` has to be one of ${POINTS.join(", ")}`;
  if (!isText(timestamp) || Number.isNaN(Date.parse(timestamp))) return "`timestamp` is not a time";
  if (!isCount(sequence)) return "`sequence` is not a whole number from 0 on";
  if (!isText(member(agent, "id"))) return "`agent.id` is missing";
  if (!FRAMEWORK.test(stringMember(agent, "framework") ?? ""))
    return "`agent.framework` is missing";
  if (!isText(member(objectMember(context, "session"), "id"))) return "`session.id` is missing";
  return Object.hasOwn(context, "target") ? undefined : "`target` is missing";
}

/** For whom the agent acts, where the host names somebody. */
function actorOf(context: JsonObject): JsonObject {
  const actor = objectMember(context, "actor");
  const [type, id] = [stringMember(actor, "kind"), stringMember(actor, "id")];
  return type === undefined || id === undefined ? {} : { on_behalf_of: { type, id } };
}

function traceOf(context: JsonObject): JsonObject {
  const trace = objectMember(context, "trace");
  const [id, span] = [stringMember(trace, "trace_id"), stringMember(trace, "span_id")];
  const isW3c = /^[0-9a-f]{32}$/.test(id ?? "") && /^[0-9a-f]{16}$/.test(span ?? "");
  return isW3c ? { traceparent: `00-${id}-${span}-01` } : {};
}

/** What conditions may read besides, as the host has it. */
function besides(context: JsonObject): JsonObject {
  const names = ["agent", "tenant", "budgets", "extensions"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = member(context, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

interface ToolCall {
  readonly session: string;
  readonly id: string;
  readonly name: string;
  readonly args: JsonObject;
}

function toolCallOf(context: JsonObject): ToolCall | string {
  const call = objectMember(context, "tool_call");
  const [id, name, args] = [member(call, "id"), member(call, "name"), member(call, "args")];
  if (!isText(id)) return "`tool_call.id` is missing";
  if (!isText(name)) return "`tool_call.name` is missing";
  if (!isJsonObject(args)) return "`tool_call.args` is not an object";
  return { session: stringMember(objectMember(context, "session"), "id") ?? "", id, name, args };
}

function callOf(context: JsonObject, subject: JsonObject | undefined): AgentStep | string {
  const call = toolCallOf(context);
  if (typeof call === "string") return call;
  if (!isDeepStrictEqual(call.args, member(context, "target")))
    return "`target` is not `tool_call.args`, so it is not known what will run";
  const agent = stringMember(objectMember(context, "agent"), "id") ?? "";
  const read = canonicalCall(
    { session: call.session, id: call.id, tool: call.name, input: call.args, cwd: undefined },
    subject ?? { type: "agent", id: agent },
  );
  if (typeof read === "string" || read.kind !== "call") return "the call cannot be read";
  const more = { ...actorOf(context), ...traceOf(context), agent_hooks: besides(context) };
  return {
    kind: "call",
    call: { ...read.call, context: { ...objectMember(read.call, "context"), ...more } },
  };
}

function resultOf(context: JsonObject): AgentStep | string {
  const call = toolCallOf(context);
  if (typeof call === "string") return call;
  const result = objectMember(context, "tool_result");
  const [value, isError] = [member(result, "value"), member(result, "is_error")];
  if (typeof isError !== "boolean") return "`tool_result.is_error` is neither true nor false";
  if (result === undefined || !Object.hasOwn(result, "value"))
    return "`tool_result.value` is missing";
  if (!isDeepStrictEqual(value, member(context, "target")))
    return "`target` is not `tool_result.value`, so it is not known what the agent gets";
  const { session } = call;
  return {
    kind: "result",
    id: callId(session, call.id) ?? "",
    session,
    value: value ?? null,
    isError,
  };
}

/**
 * What a context tells; a text says why it cannot be read. `subject` calls, or by default the agent
 * that the context names.
 */
export function readContext(
  context: JsonObject,
  subject: JsonObject | undefined,
): AgentStep | string {
  const fault = envelopeFault(context);
  if (fault !== undefined) return fault;
  switch (context["interception_point"]) {
    case "pre_tool_call":
      return callOf(context, subject);
    case "post_tool_call":
      return resultOf(context);
    case "agent_shutdown":
      return { kind: "end", session: stringMember(objectMember(context, "session"), "id") ?? "" };
    default:
      return { kind: "none" };
  }
}

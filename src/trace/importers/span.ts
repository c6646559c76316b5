import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member } from "../../request/json.ts";
import { contentText } from "./call-values.ts";

/**
 * A recorded span or observation, as its format's decoder gives it; attributes by their full names.
 */
export interface Span {
  readonly trace: string;
  readonly id: string;
  readonly parent: string | undefined;
  readonly name: string;
  /** RFC 3339. */
  readonly start: string | undefined;
  /** Nanoseconds since 1970 as digits, or the time's text: orders spans of one trace. */
  readonly order: string;
  readonly attributes: JsonObject;
  /** Of the process that recorded it. */
  readonly resource: JsonObject;
  /** OTLP's span kind; 2: a server's side. */
  readonly kind: number | undefined;
  readonly failed: boolean;
  /** What kind of step it is, where the format says it outside the attributes: `TOOL`, `AGENT`. */
  readonly type: string | undefined;
  /** Input and output, where the format has them outside the attributes. */
  readonly input: Json | undefined;
  readonly output: Json | undefined;
  readonly line: number;
}

/** The first of these attributes that is a non-empty text (or a number, as text). */
export function textAttribute(
  attributes: JsonObject,
  names: readonly string[],
): string | undefined {
  for (const name of names) {
    const value = member(attributes, name);
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

/** The first of these attributes that is there at all. */
export function anyAttribute(attributes: JsonObject, names: readonly string[]): Json | undefined {
  for (const name of names) {
    const value = member(attributes, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** What a span says of the run that it is part of; ancestors are asked for what it does not say. */
export interface SpanContext {
  readonly agent: { readonly id: string; readonly name: string | undefined } | undefined;
  readonly session: string | undefined;
  readonly user: string | undefined;
  readonly model: string | undefined;
}

const AGENT_IDS = ["gen_ai.agent.id"] as const;
const AGENT_NAMES = [
  "gen_ai.agent.name",
  "agent.name",
  "agent_name",
  "ai.telemetry.functionId",
] as const;
const SESSIONS = [
  "gen_ai.conversation.id",
  "session.id",
  "langfuse.session.id",
  "mcp.session.id",
  "gcp.vertex.agent.session_id",
  "traceloop.association.properties.session_id",
  "traceloop.association.properties.thread_id",
  "traceloop.association.properties.chat_id",
  "langsmith.metadata.session_id",
  "langsmith.metadata.thread_id",
  "langsmith.trace.session_id",
  "ai.telemetry.metadata.sessionId",
  "mlflow.trace.session",
  "thread_id",
  "session_id",
] as const;
const USERS = [
  "user.id",
  "enduser.id",
  "langfuse.user.id",
  "traceloop.association.properties.user_id",
  "ai.telemetry.metadata.userId",
  "mlflow.trace.user",
] as const;
const MODELS = [
  "gen_ai.request.model",
  "gen_ai.response.model",
  "llm.model_name",
  "ai.model.id",
  "llm.request.model",
] as const;

/** What the span itself says. */
export function contextOf(span: Span): SpanContext {
  const { attributes } = span;
  return {
    agent: agentOf(span),
    session: textAttribute(attributes, SESSIONS),
    user: textAttribute(attributes, USERS),
    model: textAttribute(attributes, MODELS),
  };
}

/**
 * The agent whose run the span is, by id or name. A tool's span may carry the name of the agent
 * that calls it.
 */
function agentOf(span: Span): SpanContext["agent"] {
  const { attributes } = span;
  const named =
    textAttribute(attributes, AGENT_NAMES) ??
    agentInName(span) ??
    (isAgentSpan(span)
      ? textAttribute(attributes, ["graph.node.id", "traceloop.entity.name"])
      : undefined);
  const id = textAttribute(attributes, AGENT_IDS) ?? named;
  return id === undefined ? undefined : { id, name: named === id ? undefined : named };
}

/** WHY by name: Google's ADK wrote agents nowhere else in its first versions. */
function agentInName(span: Span): string | undefined {
  return /^(?:agent_run|invoke_agent) \[(.+)\]$/.exec(span.name)?.[1];
}

function isAgentSpan({ attributes, type }: Span): boolean {
  return (
    type === "AGENT" ||
    member(attributes, "openinference.span.kind") === "AGENT" ||
    member(attributes, "traceloop.span.kind") === "agent" ||
    member(attributes, "gen_ai.operation.name") === "invoke_agent"
  );
}

/** A call that a model proposed, or the answer to one, as found in messages. */
export interface Mention {
  readonly kind: "call" | "answer";
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly args: Json | undefined;
  readonly failed: boolean;
}

/**
 * Calls and answers in a value that holds messages, in any of the shapes that providers and
 * frameworks write.
 */
export function mentionsIn(value: Json | undefined, depth = 0): Mention[] {
  if (depth > 12 || value === undefined || value === null || typeof value !== "object") return [];
  if (!isJsonObject(value)) return value.flatMap((item) => mentionsIn(item, depth + 1));
  const own = mentionOf(value);
  if (own !== undefined) return [own];
  return NESTED.flatMap((key) => mentionsIn(member(value, key), depth + 1));
}

const NESTED = [
  "message",
  "messages",
  "content",
  "parts",
  "tool_calls",
  "toolCalls",
  "choices",
  "output",
  "delta",
  "kwargs",
  "generations",
] as const;

function mentionOf(value: JsonObject): Mention | undefined {
  const type = member(value, "type");
  const answered = anyAttribute(value, ["tool_call_id", "tool_use_id", "toolCallId"]);
  if (
    type === "tool_call_response" ||
    type === "tool_result" ||
    type === "tool-result" ||
    type === "function_call_output" ||
    ((member(value, "role") === "tool" || type === "tool") && answered !== undefined)
  ) {
    const id = answered ?? anyAttribute(value, ["id", "call_id"]);
    return {
      kind: "answer",
      id: typeof id === "string" ? id : undefined,
      name: undefined,
      args: undefined,
      failed: member(value, "is_error") === true || member(value, "status") === "error",
    };
  }
  const call = member(value, "function");
  const source = isJsonObject(call) ? call : value;
  const name = anyAttribute(source, ["name", "toolName"]);
  const args = anyAttribute(source, ["arguments", "args", "input"]);
  const isCall =
    isJsonObject(call) ||
    type === "tool_call" ||
    type === "tool_use" ||
    type === "tool-call" ||
    type === "function_call" ||
    member(value, "toolCallId") !== undefined;
  if (!isCall || typeof name !== "string") return undefined;
  const id = anyAttribute(value, ["call_id", "id", "toolCallId"]);
  return { kind: "call", id: typeof id === "string" ? id : undefined, name, args, failed: false };
}

/** The text of a span's result, whatever its shape. */
export function resultOf(value: Json | undefined): Json | undefined {
  return value === undefined ? undefined : (contentText(value) ?? value);
}

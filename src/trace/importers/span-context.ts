import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, stringMember } from "../../request/json.ts";
import { unpackJson } from "./call-values.ts";
import { textAttribute, type Span } from "./span.ts";

/** The agent whose run a span belongs to. */
export interface SpanAgent {
  /** By which policies name it: its id, or its name where the id is made anew at each start. */
  readonly id: string;
  readonly name: string | undefined;
  /** False: told by the span's own name alone, which need not be an agent's. */
  readonly certain: boolean;
}

/** What a span says of the run that it is part of; ancestors are asked for what it does not say. */
export interface SpanContext {
  readonly agent: SpanAgent | undefined;
  readonly session: string | undefined;
  /** A session of the connection to an MCP server, which is none of a run. */
  readonly connection: string | undefined;
  readonly user: string | undefined;
  readonly model: string | undefined;
  /** Its place in the graph of agents that the framework draws beside the tree of spans. */
  readonly node: { readonly id: string; readonly parent: string | undefined } | undefined;
}

const AGENT_NAMES = [
  "gen_ai.agent.name",
  "agent.name",
  "agent_name",
  "traceloop.association.properties.lc_agent_name",
  "langsmith.metadata.lc_agent_name",
  "lc_agent_name",
  "crewai.agent.role",
  "ai.telemetry.functionId",
] as const;
const AGENT_NODE_NAMES = ["graph.node.name", "graph.node.id", "traceloop.entity.name"] as const;
const SESSIONS = [
  "gen_ai.conversation.id",
  "session.id",
  "langfuse.session.id",
  "gcp.vertex.agent.session_id",
  "traceloop.association.properties.session_id",
  "traceloop.association.properties.thread_id",
  "traceloop.association.properties.chat_id",
  "traceloop.association.properties.conversation_id",
  "langsmith.metadata.session_id",
  "langsmith.metadata.thread_id",
  "langsmith.metadata.conversation_id",
  "langsmith.trace.session_id",
  "ai.telemetry.metadata.sessionId",
  "ai.telemetry.metadata.threadId",
  "ai.telemetry.metadata.chatId",
  "mlflow.trace.session",
  "thread_id",
  "session_id",
  "conversation_id",
  "group_id",
] as const;
const USERS = [
  "user.id",
  "enduser.id",
  "langfuse.user.id",
  "traceloop.association.properties.user_id",
  "langsmith.metadata.user_id",
  "ai.telemetry.metadata.userId",
  "mlflow.trace.user",
  "gcp.vertex.agent.user_id",
  "user_id",
  "user.email",
] as const;
const MODELS = [
  "gen_ai.request.model",
  "gen_ai.response.model",
  "llm.model_name",
  "ai.model.id",
  "llm.request.model",
] as const;
/** What frameworks write of the run as JSON text in one attribute. */
const METADATA = ["metadata", "langfuse.trace.metadata", "langfuse.observation.metadata"] as const;

/** What the span itself says. */
export function contextOf(span: Span): SpanContext {
  const said = [span.attributes, metadataOf(span.attributes), span.resource];
  return {
    agent: agentOf(span, said),
    session: firstText(said, SESSIONS),
    connection: textAttribute(span.attributes, ["mcp.session.id"]),
    user: firstText(said, USERS),
    model: firstText(said, MODELS),
    node: nodeOf(span.attributes),
  };
}

function metadataOf(attributes: JsonObject): JsonObject {
  for (const name of METADATA) {
    const found = unpackJson(member(attributes, name));
    if (isJsonObject(found)) return found;
  }
  return {};
}

/** The first of the names that one of the objects has, the earlier object before the later. */
function firstText(objects: readonly JsonObject[], names: readonly string[]): string | undefined {
  for (const object of objects) {
    const found = textAttribute(object, names);
    if (found !== undefined && found !== "null" && found !== "None") return found;
  }
  return undefined;
}

/**
 * The agent whose run the span is, by id or name. A tool's span may carry the name of the agent
 * that calls it.
 */
function agentOf(span: Span, said: readonly JsonObject[]): SpanAgent | undefined {
  const { attributes } = span;
  const isAgent = isAgentSpan(span);
  const named =
    firstText(said.slice(0, 2), AGENT_NAMES) ??
    agentInName(span) ??
    stringMember(span.resource, "gen_ai.agent.name") ??
    (isAgent ? firstLasting(attributes) : undefined);
  const id = textAttribute(attributes, ["gen_ai.agent.id"]);
  if (id !== undefined && (named === undefined || !isMadeAnew(id)))
    return { id, name: named === id ? undefined : named, certain: true };
  if (named !== undefined) return { id: named.trim(), name: undefined, certain: true };
  const guess = isAgent ? nameOfRun(span.name) : undefined;
  return guess === undefined ? undefined : { id: guess, name: undefined, certain: false };
}

/** The name of the agent's node, where it is not made anew at each start. */
function firstLasting(attributes: JsonObject): string | undefined {
  return AGENT_NODE_NAMES.map((name) => stringMember(attributes, name)).find(
    (name) => name !== undefined && name !== "" && !isMadeAnew(name),
  );
}

/** WHY these: UUIDs, ULIDs and long hexadecimal numbers are what frameworks number their runs by. */
const FRESH_ID = new RegExp(
  String.raw`[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}` +
    String.raw`|(?<![0-9a-z])(?=[a-f]*\d)[0-9a-f]{16,}(?![0-9a-z])` +
    String.raw`|(?<![0-9a-z])[0-7][0-9A-HJKMNP-TV-Z]{25}(?![0-9a-z])`,
  "i",
);

function isMadeAnew(id: string): boolean {
  return FRESH_ID.test(id);
}

/** WHY by name: Google's ADK wrote agents nowhere else in its first versions. */
function agentInName(span: Span): string | undefined {
  const found = /^(?:agent_run|invoke_agent) \[(.+)\]$/.exec(span.name)?.[1];
  if (found !== undefined) return found;
  return isLogfireAgentRun(span)
    ? (stringMember(span.attributes, "name") ?? /^Agent run: '(.+)'$/.exec(span.name)?.[1])
    : undefined;
}

function isLogfireAgentRun({ name, attributes }: Span): boolean {
  const template = stringMember(attributes, "logfire.msg_template") ?? name;
  return template.startsWith("Agent run: ");
}

const AGENT_KINDS: readonly (readonly [string, RegExp])[] = [
  ["openinference.span.kind", /^agent$/i],
  ["traceloop.span.kind", /^agent$/i],
  ["gen_ai.operation.name", /^invoke_agent$/],
  ["langfuse.observation.type", /^agent$/i],
  ["mlflow.spanType", /^"?agent"?$/i],
];

/** Whether the span is an agent's run, and nothing tells whose: no name, or one made anew. */
export function isNamelessAgent(span: Span): boolean {
  if (!isAgentSpan(span)) return false;
  const rest = span.name.replace(METHOD, "").trim();
  return rest === "" || isMadeAnew(rest);
}

function isAgentSpan({ attributes, type }: Span): boolean {
  return type === "AGENT" || saysKind(attributes, AGENT_KINDS);
}

/** Whether one of the attributes has a value that fits. */
export function saysKind(
  attributes: JsonObject,
  kinds: readonly (readonly [string, RegExp])[],
): boolean {
  return kinds.some(([name, fits]) => {
    const value: Json | undefined = member(attributes, name);
    return typeof value === "string" && fits.test(value);
  });
}

/** What the name of an agent's span says besides the method that was called. */
const METHOD = new RegExp(
  String.raw`^(?:invoke_agent|agent_run|agent:)\s+|(?:\.(?:a?run|a?invoke|a?call|a?chat` +
    String.raw`|forward|workflow|agent|agent_run|kickoff|execute_task|_execute_core` +
    String.raw`|on_messages|on_messages_stream|run_stream|stream)(?:_async)?)+$`,
  "g",
);
/** Words that frameworks give every agent. */
const ANY_AGENT = new RegExp(
  String.raw`^(?:agents?|agent_?(?:executor|loop|node|run|step)|call_?(?:agent|model)` +
    String.raw`|lang_?graph|runnable\w*|chain|graph|crew|team|swarm|workflow|supervisor_graph` +
    String.raw`|.*\bworkflow|base_?chat_?agent|openai\W?agents.*)$`,
  "i",
);

function nameOfRun(name: string): string | undefined {
  const rest = name.replace(METHOD, "").trim();
  return rest === "" || ANY_AGENT.test(rest) || isMadeAnew(rest) ? undefined : rest;
}

function nodeOf(attributes: JsonObject): SpanContext["node"] {
  const id = stringMember(attributes, "graph.node.id");
  const parent = stringMember(attributes, "graph.node.parent_id");
  return id === undefined ? undefined : { id, parent: parent === "" ? undefined : parent };
}

import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, stringMember } from "../../request/json.ts";
import { parsePythonLiteral } from "./python-literal.ts";
import { filled, readArguments, toolAddress, unpackJson } from "./call-values.ts";
import { handoffOf, type Handoff } from "./span-handoff.ts";
import { saysKind } from "./span-context.ts";
import { stageOf, type Stage } from "./span-stage.ts";
import { anyAttribute, SERVER, textAttribute, type Span } from "./span.ts";

/** What a span says of the tool that it runs. */
export interface SpanCall {
  readonly kind: string;
  readonly server: string | undefined;
  readonly name: string | undefined;
  readonly callId: string | undefined;
  readonly args: JsonObject | undefined;
  /** Why the arguments cannot be read, if they are there. */
  readonly cause: string | undefined;
  /**
   * The arguments as they were written, where they may be the bare value of the only one: LangChain
   * hands a tool of one argument that value, and instrumentations write it down.
   */
  readonly bare: Json | undefined;
  readonly result: Json | undefined;
  readonly resource: JsonObject | undefined;
  readonly failed: boolean;
  readonly error: string | undefined;
  /**
   * True for the client's or server's side of an MCP request: another span may tell of the same
   * call.
   */
  readonly isMcp: boolean;
  /** The agents of a hand-off. */
  readonly handoff: Handoff | undefined;
  /** Of a framework that writes a span for each stage of a call. */
  readonly stage: Stage | undefined;
}

/** MCP methods that act on something; the others (lists, handshakes, pings) are no calls. */
export const MCP_CALLS: ReadonlySet<string> = new Set([
  "tools/call",
  "resources/read",
  "prompts/get",
]);

const MEMORY: ReadonlyMap<string, string> = new Map([
  ["search_memory", "memory_read"],
  ["create_memory", "memory_write"],
  ["update_memory", "memory_write"],
  ["upsert_memory", "memory_write"],
  ["delete_memory", "memory_write"],
  ["create_memory_store", "memory_write"],
  ["delete_memory_store", "memory_write"],
]);

const TOOL_KINDS: readonly (readonly [string, RegExp])[] = [
  ["gen_ai.operation.name", /^execute_tool$/],
  ["openinference.span.kind", /^tool$/i],
  ["logfire.msg_template", /^Function: /],
  ["traceloop.span.kind", /^tool$/i],
  ["langsmith.span.kind", /^tool$/i],
  ["mlflow.spanType", /^"?tool"?$/i],
  ["langfuse.observation.type", /^tool$/i],
  ["ai.operationId", /^ai\.toolCall/],
  ["operation.name", /^ai\.toolCall/],
  ["spring.ai.kind", /^tool_call$/],
];

const NAMES = [
  "gen_ai.tool.name",
  "tool.name",
  "ai.toolCall.name",
  "spring.ai.tool.definition.name",
  "traceloop.entity.name",
  "tool_name",
] as const;
const CALL_IDS = [
  "gen_ai.tool.call.id",
  "ai.toolCall.id",
  "tool.id",
  "tool_call.id",
  "tool_call_id",
] as const;
const ARGUMENTS = [
  "gen_ai.tool.call.arguments",
  "gcp.vertex.agent.tool_call_args",
  "ai.toolCall.args",
  "ai.toolCall.input",
  "tool_arguments",
  "spring.ai.tool.call.arguments",
  "gen_ai.tool.arguments",
  "langfuse.observation.input",
  "input.value",
  "traceloop.entity.input",
  "mlflow.spanInputs",
  "gen_ai.tool.input",
  "input",
  "inputs",
] as const;
const RESULTS = [
  "gen_ai.tool.call.result",
  "gcp.vertex.agent.tool_response",
  "ai.toolCall.result",
  "ai.toolCall.output",
  "tool_response",
  "spring.ai.tool.call.result",
  "gen_ai.tool.output",
  "langfuse.observation.output",
  "output.value",
  "traceloop.entity.output",
  "mlflow.spanOutputs",
  "output",
] as const;

/** The call that a span stands for; undefined where it stands for none. */
export function spanCall(span: Span): SpanCall | undefined {
  const { attributes } = span;
  const method = methodOf(attributes);
  const operation = stringMember(attributes, "gen_ai.operation.name");
  if (method !== undefined && !MCP_CALLS.has(method)) return undefined;
  if (operation !== undefined && MEMORY.has(operation)) return memoryCall(span, operation);
  const handoff = handoffOf(span);
  if (handoff !== undefined) return handoffCall(span, handoff);
  if (method === undefined && !isTool(span, operation)) return undefined;
  return toolCall(span, method);
}

/** The method of an MCP request, which Logfire writes as that of a remote call. */
function methodOf(attributes: JsonObject): string | undefined {
  return (
    stringMember(attributes, "mcp.method.name") ??
    (isJsonRpc(attributes) ? stringMember(attributes, "rpc.method") : undefined)
  );
}

function isJsonRpc(attributes: JsonObject): boolean {
  return stringMember(attributes, "rpc.system") === "jsonrpc";
}

/** The parameters of a request that Logfire writes whole. */
function requestParams(attributes: JsonObject): JsonObject | undefined {
  const request = isJsonRpc(attributes) ? unpackJson(member(attributes, "request")) : undefined;
  const root = isJsonObject(request) ? member(request, "root") : undefined;
  const params = isJsonObject(request)
    ? member(isJsonObject(root) ? root : request, "params")
    : undefined;
  return isJsonObject(params) ? params : undefined;
}

function toolCall(span: Span, method: string | undefined): SpanCall {
  const { attributes } = span;
  const stage = stageOf(span);
  const params = requestParams(attributes);
  const written =
    stage?.tool ??
    textAttribute(attributes, NAMES) ??
    stringMember(params, "name") ??
    nameOf(span, method);
  const address =
    written === undefined ? undefined : toolAddress(written, undefined, serverOf(span, method));
  const given =
    stage === undefined ? (member(params, "arguments") ?? argumentsOf(span)) : stage.args;
  const read = readArguments(given);
  const result =
    unpackJson(span.output) ?? anyAttribute(attributes, [...RESULTS, ...promptOf(attributes, 1)]);
  const answer = answerIn(result);
  const error = errorOf(attributes);
  const onServer = method !== undefined || address?.server !== undefined;
  return {
    kind: onServer ? "mcp_request" : (address?.kind ?? "tool_call"),
    server: address?.server,
    name: method === undefined || method === "tools/call" ? address?.name : method,
    callId: textAttribute(attributes, CALL_IDS) ?? answer?.id,
    args: read.args ?? mcpTarget(attributes, method),
    cause: read.cause,
    bare: bareArgument(attributes, given),
    result,
    resource: undefined,
    failed:
      span.failed ||
      error !== undefined ||
      answer?.failed === true ||
      stringMember(attributes, "gen_ai.tool.status") === "error" ||
      stringMember(attributes, "rpc.response.status_code") !== undefined,
    error,
    isMcp: method !== undefined,
    handoff: undefined,
    stage,
  };
}

/** WHY no more than this: what is kept of a span is held until its trace is whole. */
const LONGEST_BARE = 4096;

function bareArgument(attributes: JsonObject, given: Json | undefined): Json | undefined {
  const written = member(attributes, "input.value") ?? given;
  const text = typeof written === "string" ? written : given;
  if (typeof text === "string") return text.length <= LONGEST_BARE ? text : undefined;
  return isJsonObject(text) ? undefined : text;
}

/** The message that LangChain makes of a tool's result names the call that it answers. */
function answerIn(
  result: Json | undefined,
): { readonly id: string | undefined; readonly failed: boolean } | undefined {
  if (typeof result === "string" && !/"(?:tool_call_id|isError)"/.test(result)) return undefined;
  const outer = unpackJson(result);
  if (!isJsonObject(outer)) return undefined;
  const inner = isJsonObject(member(outer, "output")) ? member(outer, "output") : outer;
  for (const name of ["", "data", "kwargs"]) {
    const message = name === "" || !isJsonObject(inner) ? inner : member(inner, name);
    if (!isJsonObject(message)) continue;
    const id = stringMember(message, "tool_call_id");
    if (id !== undefined) return { id, failed: member(message, "status") === "error" };
    if (member(message, "isError") === true) return { id: undefined, failed: true };
  }
  return undefined;
}

function errorOf(attributes: JsonObject): string | undefined {
  const named = textAttribute(attributes, ["error.type", "gen_ai.tool.error", "exception.type"]);
  if (named !== undefined || !saysKind(attributes, LOGFIRE)) return named;
  const error = unpackJson(member(attributes, "error"));
  return isJsonObject(error) ? (stringMember(error, "message") ?? "error") : undefined;
}

const LOGFIRE: typeof TOOL_KINDS = [["logfire.msg_template", /^Function: /]];

function handoffCall(span: Span, handoff: Handoff): SpanCall {
  return {
    kind: "subagent_invocation",
    server: undefined,
    name: handoff.tool,
    callId: textAttribute(span.attributes, CALL_IDS),
    args: undefined,
    cause: undefined,
    bare: undefined,
    result: undefined,
    resource: handoff.to === undefined ? undefined : { type: "agent", id: handoff.to },
    failed: span.failed,
    error: errorOf(span.attributes),
    isMcp: false,
    handoff,
    stage: undefined,
  };
}

function isTool(span: Span, operation: string | undefined): boolean {
  const { attributes, type } = span;
  if (type === "TOOL") return true;
  if (saysKind(attributes, TOOL_KINDS) || /^Function: |^Function$/.test(span.name)) return true;
  // frameworks that name the tool and leave the operation out; model calls carry other operations
  return (
    operation === undefined &&
    stringMember(attributes, "gen_ai.tool.name") !== undefined &&
    stringMember(attributes, "gen_ai.request.model") === undefined
  );
}

function nameOf(span: Span, method: string | undefined): string | undefined {
  if (method !== undefined)
    return method === "tools/call" ? /^tools\/call (.+)$/s.exec(span.name)?.[1] : method;
  if (/^Function: ?/.test(span.name))
    return (
      stringMember(span.attributes, "name") ??
      /^Function: ([^{\s]+)/.exec(stringMember(span.attributes, "logfire.msg") ?? span.name)?.[1]
    );
  const name = span.name
    .replace(/^(?:execute_tool|running tool:?|tool:|ai\.toolCall)\s*/i, "")
    .replace(/\.tool$/, "");
  return name === "" ? undefined : name;
}

/** WHY the resource only on the server's side: on the client's it is the agent's own process. */
function serverOf(span: Span, method: string | undefined): string | undefined {
  const named =
    textAttribute(span.attributes, ["mcp.server.name", "gen_ai.mcp.server.name"]) ??
    mcpDataServer(span.attributes);
  if (named !== undefined || method === undefined) return named;
  const service = span.kind === SERVER ? stringMember(span.resource, "service.name") : undefined;
  return service !== undefined && !service.startsWith("unknown_service")
    ? service
    : textAttribute(span.attributes, ["server.address"]);
}

/** How the SDK of OpenAI's agents tells the server of a tool. */
function mcpDataServer(attributes: JsonObject): string | undefined {
  const data = unpackJson(member(attributes, "mcp_data"));
  return isJsonObject(data) ? stringMember(data, "server") : undefined;
}

/** LangSmith's spans have a tool's input and output where a model's have prompt and completion. */
function promptOf(attributes: JsonObject, at: 0 | 1): readonly string[] {
  return saysKind(attributes, [["langsmith.span.kind", /^tool$/i]])
    ? [["gen_ai.prompt", "gen_ai.completion"][at] ?? ""]
    : [];
}

function argumentsOf(span: Span): Json | undefined {
  const { attributes } = span;
  const written = [
    span.input,
    ...[...ARGUMENTS, ...promptOf(attributes, 0)].map((name) => member(attributes, name)),
    stringMember(objectOf(attributes, "gen_ai.tool.message"), "content"),
  ];
  const found = written.filter((value) => value !== undefined && value !== "");
  // what is an object beats a text of one: some frameworks log both
  const value = found.map(unpackJson).find(isJsonObject);
  return value === undefined ? found[0] : (wrapped(value, attributes) ?? value);
}

/**
 * LangChain's and OpenLLMetry's spans hold the arguments inside what the framework was called with.
 */
function wrapped(value: JsonObject, attributes: JsonObject): Json | undefined {
  const keys = Object.keys(value);
  const handed = stringMember(value, "input_str");
  if (handed !== undefined && Object.hasOwn(value, "tags"))
    return isJsonObject(member(value, "inputs"))
      ? member(value, "inputs")
      : (parsePythonLiteral(handed) ?? handed);
  const inner = unpackJson(
    member(value, "input") ?? member(value, "inputs") ?? member(value, "kwargs"),
  );
  if (!isJsonObject(inner)) return undefined;
  if (stringMember(attributes, "langsmith.span.kind") !== undefined)
    return keys.length === 1 ? inner : undefined;
  if (stringMember(attributes, "traceloop.span.kind") === undefined) return undefined;
  const args = member(value, "args");
  return args === undefined ||
    (Array.isArray(args) && args.length === 0) ||
    !Object.hasOwn(value, "kwargs")
    ? inner
    : undefined;
}

function objectOf(attributes: JsonObject, name: string): JsonObject | undefined {
  const value = member(attributes, name);
  return isJsonObject(value) ? value : undefined;
}

function mcpTarget(attributes: JsonObject, method: string | undefined): JsonObject | undefined {
  if (method === "resources/read")
    return filled({ uri: stringMember(attributes, "mcp.resource.uri") });
  return undefined;
}

function memoryCall(span: Span, operation: string): SpanCall {
  const store = textAttribute(span.attributes, [
    "gen_ai.memory.store.id",
    "gen_ai.memory.store.name",
  ]);
  const error = stringMember(span.attributes, "error.type");
  return {
    kind: MEMORY.get(operation) ?? "memory_read",
    server: undefined,
    name: operation,
    callId: undefined,
    args: undefined,
    cause: undefined,
    bare: undefined,
    result: undefined,
    resource: store === undefined ? undefined : { type: "memory_store", id: store },
    failed: span.failed || error !== undefined,
    error,
    isMcp: false,
    handoff: undefined,
    stage: undefined,
  };
}

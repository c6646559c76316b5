import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, stringMember } from "../../request/json.ts";
import { filled, readArguments, toolAddress, unpackJson } from "./call-values.ts";
import { anyAttribute, textAttribute, type Span } from "./span.ts";

/** What a span says of the tool that it runs. */
export interface SpanCall {
  readonly kind: string;
  readonly server: string | undefined;
  readonly name: string | undefined;
  readonly callId: string | undefined;
  readonly args: JsonObject | undefined;
  /** Why the arguments cannot be read, if they are there. */
  readonly cause: string | undefined;
  readonly result: Json | undefined;
  readonly resource: JsonObject | undefined;
  readonly failed: boolean;
  readonly error: string | undefined;
  /**
   * True for the client's or server's side of an MCP request: another span may tell of the same
   * call.
   */
  readonly isMcp: boolean;
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
  const method = stringMember(attributes, "mcp.method.name");
  const operation = stringMember(attributes, "gen_ai.operation.name");
  if (method !== undefined && !MCP_CALLS.has(method)) return undefined;
  if (operation !== undefined && MEMORY.has(operation)) return memoryCall(span, operation);
  if (method === undefined && !isTool(span, operation)) return undefined;
  const written = textAttribute(attributes, NAMES) ?? nameOf(span, method);
  const address =
    written === undefined ? undefined : toolAddress(written, undefined, serverOf(span, method));
  const read = readArguments(argumentsOf(span));
  const error = textAttribute(attributes, ["error.type", "gen_ai.tool.error", "exception.type"]);
  return {
    kind: method === undefined ? (address?.kind ?? "tool_call") : "mcp_request",
    server: address?.server,
    name: method === undefined || method === "tools/call" ? address?.name : method,
    callId: textAttribute(attributes, CALL_IDS),
    args: read.args ?? mcpTarget(attributes, method),
    cause: read.cause,
    result: span.output ?? anyAttribute(attributes, RESULTS),
    resource: undefined,
    failed:
      span.failed ||
      error !== undefined ||
      stringMember(attributes, "rpc.response.status_code") !== undefined,
    error,
    isMcp: method !== undefined,
  };
}

function isTool(span: Span, operation: string | undefined): boolean {
  const { attributes, type } = span;
  if (type === "TOOL") return true;
  for (const [name, fits] of TOOL_KINDS) {
    const value = member(attributes, name);
    if (typeof value === "string" && fits.test(value)) return true;
  }
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
  const name = span.name
    .replace(/^(?:execute_tool|running tool:?|tool:|ai\.toolCall)\s*/i, "")
    .replace(/\.tool$/, "");
  return name === "" ? undefined : name;
}

/** WHY the resource only on the server's side: on the client's it is the agent's own process. */
function serverOf(span: Span, method: string | undefined): string | undefined {
  const named = textAttribute(span.attributes, ["mcp.server.name", "gen_ai.mcp.server.name"]);
  if (named !== undefined || method === undefined) return named;
  const service = span.kind === 2 ? stringMember(span.resource, "service.name") : undefined;
  return service !== undefined && !service.startsWith("unknown_service")
    ? service
    : textAttribute(span.attributes, ["server.address"]);
}

function argumentsOf(span: Span): Json | undefined {
  const { attributes } = span;
  const written = [
    span.input,
    ...ARGUMENTS.map((name) => member(attributes, name)),
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
    result: undefined,
    resource: store === undefined ? undefined : { type: "memory_store", id: store },
    failed: span.failed || error !== undefined,
    error,
    isMcp: false,
  };
}

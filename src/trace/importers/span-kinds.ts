import { member, stringMember } from "../../request/json.ts";
import { BROKEN } from "./span-attributes.ts";
import type { Span } from "./span.ts";

/** Attributes by which instrumentations say what kind of step a span is. */
const KINDS = [
  "gen_ai.operation.name",
  "openinference.span.kind",
  "traceloop.span.kind",
  "langsmith.span.kind",
  "mlflow.spanType",
  "langfuse.observation.type",
  "ai.operationId",
  "operation.name",
  "spring.ai.kind",
  "mcp.method.name",
  "rpc.method",
  "sdk_span_type",
] as const;
/** Operations that may run something; what lists tools runs none. */
const ACTS = /^(?!list|.*list$).*(?:tool|command|skill|function|script|shell|browser|computer)/i;
/** Attributes that instrumentations of agents write. */
const AGENTS = new RegExp(
  String.raw`^(?:gen_ai|openinference|traceloop|langsmith|ml_obs|mlflow|langfuse|spring\.ai` +
    String.raw`|ai|llm|logfire\.msg_template|input\.value|output\.value|mcp` +
    String.raw`|gcp\.vertex\.agent)(?:\.|$)`,
);
/** Attributes that tell of a tool's use; those of what a model is offered or proposes do not. */
const TOOLS = new RegExp(
  String.raw`^(?!llm\.|gen_ai\.(?:prompt|completion|request|response|tool\.definitions` +
    String.raw`|agent\.tools)|model_request)(?:.*[._])?(?:tool|function)[._-]?(?:name|call` +
    String.raw`|args?|arguments|input|parameters|id|result|response|output)\b`,
  "i",
);
const NAMES = new RegExp(
  String.raw`^(?:execute_tool|running tool\b|tool[:. ]|function:|call_tool|tools\/call` +
    String.raw`|mcp[:. ])|(?:\.tool|\.call_tool|_tool_call)$`,
  "i",
);
/** What Logfire writes of the SDK of OpenAI's agents besides calls. */
const TEMPLATES = new RegExp(
  String.raw`^(?:Agent run|OpenAI Agents trace|Turn|Task|Handoff|Guardrail|Generation` +
    String.raw`|Responses API|Chat Completion|Message|Embedding|Speech|Transcription|Custom` +
    String.raw`|running \d+ tools?|.* run$|preparing model|chat )`,
  "i",
);

/**
 * How to call a span that may be a call and is not understood; undefined where it says what else it
 * is, or has nothing to do with tools.
 */
export function mayBeCall(span: Span): string | undefined {
  const { attributes, name, type } = span;
  if (member(attributes, BROKEN) !== undefined)
    return "a span with an attribute that lacks its name or its value";
  const operation = stringMember(attributes, "gen_ai.operation.name");
  if (operation !== undefined && ACTS.test(operation))
    return `a span with the operation \`${withoutNumbers(operation)}\``;
  if (type !== undefined || KINDS.some((key) => stringMember(attributes, key) !== undefined))
    return undefined;
  const keys = Object.keys(attributes);
  const told = keys.find((key) => TOOLS.test(key));
  if (told !== undefined) return `a span with the attribute \`${told}\``;
  if (NAMES.test(name)) return `a span called \`${withoutNumbers(name)}\``;
  const template = stringMember(attributes, "logfire.msg_template");
  if (template !== undefined && TEMPLATES.test(template)) return undefined;
  if (member(attributes, "gen_ai.request.model") !== undefined) return undefined;
  const agents = keys.find((key) => AGENTS.test(key));
  return agents === undefined
    ? undefined
    : `a span with \`${agents}\` that does not say what kind it is`;
}

/** WHY: kinds are counted, and frameworks number their spans. */
function withoutNumbers(name: string): string {
  return name.replace(/\d+/g, "#").slice(0, 60);
}

import type { Json, JsonObject } from "../../request/json.ts";
import { unpackJson } from "./call-values.ts";
import { mentionsIn, type Mention, type Span } from "./span.ts";

/** What the messages of a model's span, or of a step beside it, say of calls. */
export interface SpanMessages {
  /** Calls that a model proposes. */
  readonly proposed: readonly Mention[];
  /** Answers that it was given. */
  readonly answered: readonly Mention[];
  /** Calls that a step was given to run: they say no more than which arguments a call has. */
  readonly handed: readonly Mention[];
}

/** Of a span that is a call itself. */
export const NO_MESSAGES: SpanMessages = { proposed: [], answered: [], handed: [] };

const OUTPUTS = [
  "gen_ai.output.messages",
  "gen_ai.completion",
  "gen_ai.event.output",
  "llm.output_messages",
  "ai.response.toolCalls",
  "ai.response.messages",
  "langfuse.observation.output",
] as const;
const INPUTS = [
  "gen_ai.input.messages",
  "gen_ai.prompt",
  "gen_ai.event.input",
  "llm.input_messages",
  "ai.prompt.messages",
  "langfuse.observation.input",
] as const;

/** The calls and answers in what a span was given and gave. */
export function messagesOf(span: Span): SpanMessages {
  const { attributes } = span;
  const out = [
    ...OUTPUTS.map((name) => attributes[name] ?? undefined),
    span.output,
    ...flattened(attributes, ["llm.output_messages.", "gen_ai.completion."]),
  ];
  const input = [
    ...INPUTS.map((name) => attributes[name] ?? undefined),
    span.input,
    ...flattened(attributes, ["llm.input_messages.", "gen_ai.prompt."]),
  ];
  const given = mentions([...input, handedTo(span)]);
  return {
    proposed: mentions(out).filter(({ kind }) => kind === "call"),
    answered: given.filter(({ kind }) => kind === "answer"),
    handed: given.filter(({ kind }) => kind === "call"),
  };
}

function mentions(values: readonly (Json | undefined)[]): Mention[] {
  return values.flatMap((value) =>
    typeof value === "string" && !mayMention(value) ? [] : mentionsIn(unpackJson(value)),
  );
}

/** What JSON text has that tells of a call. WHY the test: such texts are long, and few do. */
function mayMention(text: string): boolean {
  return text.includes("tool") || text.includes("function") || text.includes(ESCAPED);
}

/** How a letter is written that somebody need not have escaped. */
export const ESCAPED = "\\u00";

/** LangGraph's step of tools is given the calls that it is to run. WHY the test: such texts are long. */
function handedTo({ attributes }: Span): Json | undefined {
  const input = attributes["input.value"];
  return typeof input === "string" &&
    /^\s*[[{]/.test(input) &&
    /"type"\s*:\s*"tool_call"/.test(input.slice(0, 20_000))
    ? input
    : undefined;
}

/** The message, the call and the member that a flat name names. */
const FLAT_NAME = new RegExp(
  String.raw`^(.*?\.\d+)\.(?:message\.)?(?:(tool_calls\.\d+)\.)?(?:tool_call\.)?(?:function` +
    String.raw`\.)?(role|tool_call_id|id|name|arguments)$`,
);

/**
 * Messages whose members are attributes of their own
 * (`llm.output_messages.0.message.tool_calls.0.tool_call.id`).
 */
function flattened(attributes: JsonObject, prefixes: readonly string[]): JsonObject[] {
  const messages = new Map<string, { [key: string]: string }>();
  for (const name of Object.keys(attributes)) {
    if (!prefixes.some((prefix) => name.startsWith(prefix))) continue;
    const value = attributes[name];
    if (typeof value !== "string") continue;
    const match = FLAT_NAME.exec(name);
    if (match?.[1] === undefined || match[3] === undefined) continue;
    const key = match[2] === undefined ? match[1] : `${match[1]}.${match[2]}`;
    const found = messages.get(key) ?? {};
    found[match[3]] = value;
    if (match[2] !== undefined) found["type"] = "tool_call";
    messages.set(key, found);
  }
  return [...messages.values()];
}

import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { timeText, unpackJson } from "./call-values.ts";
import type { CallEntry, ChatAnswer, ChatEntry, ChatMessage } from "./chat-entry.ts";
import { shownKind, unknownEntry } from "./chat-entry.ts";
import { callEntry } from "./chat-parts.ts";

const TRACES = [
  "orchestrationTrace",
  "customOrchestrationTrace",
  "routingClassifierTrace",
  "preProcessingTrace",
  "postProcessingTrace",
  "failureTrace",
  "guardrailTrace",
] as const;

/** Whether a record is a step of an agent of Bedrock's, as `InvokeAgent` streams it. */
export function isAgentTrace(record: JsonObject): boolean {
  const trace = traceOf(record);
  return TRACES.some((name) => Object.hasOwn(trace, name));
}

/** The step by itself, in its part, or in the event of a stream. */
function traceOf(record: JsonObject): JsonObject {
  const outer = objectMember(record, "trace") ?? record;
  return objectMember(outer, "trace") ?? outer;
}

/** What a step holds: a call, its result, or nothing that is either. */
export function agentTraceMessages(record: JsonObject): readonly ChatMessage[] {
  const part = objectMember(record, "trace");
  const about = part !== undefined && Object.hasOwn(part, "trace") ? part : record;
  const trace = traceOf(record);
  const step =
    objectMember(trace, "orchestrationTrace") ?? objectMember(trace, "routingClassifierTrace");
  const speaker = {
    agent:
      stringMember(about, "collaboratorName") ??
      stringMember(about, "agentName") ??
      stringMember(about, "agentId"),
    above: undefined,
    time: timeText(member(about, "eventTime")),
  };
  return [{ speaker, entries: step === undefined ? [] : stepEntries(step) }];
}

function stepEntries(step: JsonObject): readonly ChatEntry[] {
  const input = objectMember(step, "invocationInput");
  if (input !== undefined) return invocation(input);
  const observation = objectMember(step, "observation");
  if (observation !== undefined) return observed(observation);
  const other = Object.keys(step).find((name) => !QUIET_STEPS.has(name));
  return other === undefined
    ? []
    : [unknownEntry(`a step has an unknown kind: ${shownKind(other)}`)];
}

const QUIET_STEPS: ReadonlySet<string> = new Set([
  "rationale",
  "modelInvocationInput",
  "modelInvocationOutput",
]);

/** Kinds of invocations: the member that holds it, and how its call is read. */
const INVOCATIONS: readonly (readonly [string, (input: JsonObject) => Partial<CallEntry>])[] = [
  ["actionGroupInvocationInput", actionGroup],
  [
    "knowledgeBaseLookupInput",
    (input) => ({
      name: "knowledge_base_lookup",
      server: stringMember(input, "knowledgeBaseId"),
      args: pick(input, ["text"]),
    }),
  ],
  [
    "codeInterpreterInvocationInput",
    (input) => ({ name: "code_interpreter", args: pick(input, ["code", "files"]) }),
  ],
  [
    "agentCollaboratorInvocationInput",
    (input) => ({
      name: stringMember(input, "agentCollaboratorName"),
      action: "subagent_invocation",
      args: objectMember(input, "input"),
    }),
  ],
];

function invocation(input: JsonObject): readonly ChatEntry[] {
  const id = stringMember(input, "traceId");
  for (const [name, read] of INVOCATIONS) {
    const found = objectMember(input, name);
    if (found !== undefined) return [callEntry({}, { id, ...read(found) })];
  }
  const type = stringMember(input, "invocationType");
  return type === "FINISH"
    ? []
    : [unknownEntry(`an invocation has an unknown kind: ${shownKind(type)}`)];
}

/** An action group's function, or the operation of its API. */
function actionGroup(input: JsonObject): Partial<CallEntry> {
  const operation = [stringMember(input, "verb"), stringMember(input, "apiPath")]
    .filter((each) => each !== undefined)
    .join(" ");
  const content = objectMember(objectMember(input, "requestBody"), "content");
  const bodies =
    content === undefined
      ? []
      : Object.values(content).flatMap((each) => (Array.isArray(each) ? each : []));
  return {
    name: stringMember(input, "function") ?? (operation === "" ? undefined : operation),
    server: stringMember(input, "actionGroupName"),
    args: Object.fromEntries([
      ...parametersOf(member(input, "parameters")),
      ...parametersOf(bodies),
    ]),
  };
}

/** `{name, type, value}`: values are texts, whatever their type. */
function parametersOf(list: Json | undefined): readonly (readonly [string, Json])[] {
  if (!Array.isArray(list)) return [];
  return list.filter(isJsonObject).flatMap((each) => {
    const [name, value] = [stringMember(each, "name"), member(each, "value")];
    return name === undefined || value === undefined
      ? []
      : [[name, typedValue(value, stringMember(each, "type"))] as const];
  });
}

function typedValue(value: Json, type: string | undefined): Json {
  if (typeof value !== "string" || type === undefined || type === "string") return value;
  const read = unpackJson(type === "array" || type === "object" ? value : undefined);
  if (read !== undefined) return read;
  if (type === "boolean" && /^(true|false)$/i.test(value)) return value.toLowerCase() === "true";
  const isNumber =
    (type === "number" || type === "integer") && /^-?\d{1,15}(\.\d{1,6})?$/.test(value);
  return isNumber ? Number(value) : value;
}

const OUTPUTS = [
  "actionGroupInvocationOutput",
  "knowledgeBaseLookupOutput",
  "codeInterpreterInvocationOutput",
  "agentCollaboratorInvocationOutput",
] as const;

function observed(observation: JsonObject): readonly ChatEntry[] {
  const id = stringMember(observation, "traceId");
  for (const name of OUTPUTS) {
    const found = objectMember(observation, name);
    if (found !== undefined)
      return [{ kind: "result", id, name: undefined, answer: outputOf(found) }];
  }
  const final = objectMember(observation, "finalResponse");
  if (final !== undefined)
    return [{ kind: "said", who: "response", text: stringMember(final, "text") }];
  return [];
}

function outputOf(output: JsonObject): ChatAnswer {
  const failed =
    member(output, "executionTimeout") === true ||
    stringMember(output, "executionError") !== undefined;
  const text = stringMember(output, "text") ?? stringMember(output, "executionOutput");
  return { status: failed ? "error" : "ok", text };
}

function pick(input: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = member(input, name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

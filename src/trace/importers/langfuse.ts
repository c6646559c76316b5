import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { timeText, unpackJson } from "./call-values.ts";
import type { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportOptions, ImportSample } from "./importer.ts";
import { importSpans } from "./import-spans.ts";
import { anyAttribute, type Span } from "./span.ts";
import { spanCall } from "./span-tool.ts";
import type { SplitRule } from "./split-document.ts";
import type { SpanForest } from "./span-forest.ts";
import { ESCAPED } from "./span-messages.ts";

/**
 * Langfuse exports: traces with their observations, or observations alone
 * (docs/importers/langfuse.md).
 */
export const langfuse: Importer = {
  name: "langfuse",
  title: "Langfuse exports: traces with observations, lists of observations",
  recognises,
  convert,
};

function recognises({ text }: ImportSample): boolean {
  return (
    /"observations"\s*:\s*\[/.test(text) ||
    /"type"\s*:\s*"(trace|span|generation|event|tool|agent)-create"/.test(text) ||
    /"(parentObservationId|parent_observation_id)"\s*:/.test(text) ||
    (/"trace"\s*:\s*\{/.test(text) && /"projectId"\s*:/.test(text))
  );
}

function convert(
  file: ImportFile,
  options: ImportOptions,
  tally: ImportTally,
): AsyncGenerator<readonly JsonObject[]> {
  return importSpans(
    { file, options, tally },
    (forest) => new LangfuseReader(file, tally, forest),
    PARTS,
  );
}

const PARTS: SplitRule = { lists: ["observations", "data", "batch"], about: ["trace", "id"] };

class LangfuseReader {
  readonly #file: ImportFile;
  readonly #tally: ImportTally;
  readonly #forest: SpanForest;

  constructor(file: ImportFile, tally: ImportTally, forest: SpanForest) {
    this.#file = file;
    this.#tally = tally;
    this.#forest = forest;
  }

  read(value: unknown, line: number): void {
    if (!isJsonObject(value)) return this.#refuse("a value is not an object", line);
    const body = objectMember(value, "body");
    if (body !== undefined && stringMember(value, "type") !== undefined)
      return this.#readIngested(value, body, line);
    if (body !== undefined) return this.#countOverlooked({ inner: body }, line);
    const trace = objectMember(value, "trace") ?? value;
    const observations = member(value, "observations") ?? member(trace, "observations");
    const page = member(value, "data") ?? member(value, "batch");
    if (Array.isArray(observations)) this.#readTrace(trace, observations, line);
    else if (Array.isArray(page)) for (const item of page) this.read(item, line);
    else if (traceOf(value) !== undefined) this.#readObservation(value, { trace: undefined, line });
    else if (stringMember(value, "id") !== undefined && member(value, "timestamp") !== undefined)
      this.#describe(value);
    else this.#refuse("an object is neither a trace nor an observation", line);
    this.#countOverlooked(value, line);
  }

  /** Counts what may be calls in members that are none of this format. */
  #countOverlooked(value: JsonObject, line: number): void {
    const held = Object.entries(value).filter(([name]) => !READ.has(name));
    for (const [, inner] of held)
      for (let left = seemingCalls(inner); left > 0; left--)
        this.#tally.addNotUnderstood(
          "an object that may be an observation of a call, in an unknown place",
          this.#file.name,
          line,
        );
  }

  /** An event as it was sent to Langfuse. */
  #readIngested(value: JsonObject, body: JsonObject, line: number): void {
    const type = stringMember(value, "type") ?? "";
    if (type === "trace-create") return this.#describe(body);
    const kind = /^(span|generation|event|tool|agent|chain|retriever)-create$/.exec(type)?.[1];
    if (kind !== undefined)
      this.#readObservation({ type: kind.toUpperCase(), ...body }, { trace: undefined, line });
    else if (/-update$/.test(type)) this.#amend(body);
    else if (!/-create$/.test(type))
      this.#refuse("an object is neither a trace nor an observation", line);
  }

  /** What was sent of an observation when it ended. */
  #amend(body: JsonObject): void {
    const [trace, id] = [traceOf(body), stringMember(body, "id")];
    if (trace !== undefined && id !== undefined)
      this.#forest.amend(trace, id, {
        failed: stringMember(body, "level") === "ERROR",
        result: unpackJson(member(body, "output")),
      });
  }

  #readTrace(trace: JsonObject, observations: readonly Json[], line: number): void {
    this.#describe(trace);
    const id = stringMember(trace, "id");
    for (const observation of observations) {
      if (isJsonObject(observation)) this.#readObservation(observation, { trace: id, line });
      else if (typeof observation !== "string")
        this.#refuse("an observation is not an object", line);
      else
        this.#tally.addNote(
          "a trace has only the ids of its observations: export it with the observations",
        );
    }
  }

  #describe(trace: JsonObject): void {
    const id = stringMember(trace, "id");
    if (id === undefined) return;
    this.#forest.describe(id, {
      session: text(trace, ["sessionId", "session_id"]) ?? threadOf(trace),
      user: text(trace, ["userId", "user_id"]),
    });
  }

  #readObservation(
    observation: JsonObject,
    place: { trace: string | undefined; line: number },
  ): void {
    const [trace, id] = [traceOf(observation) ?? place.trace, stringMember(observation, "id")];
    if (trace === undefined || id === undefined)
      return this.#refuse("an observation has no id or no trace", place.line);
    const span = spanOf(observation, { trace, id, line: place.line });
    // without one of its two kinds of marks a tool's step looks like any other
    const doubt = span.type === undefined ? "without a type" : doubtOf(observation, span);
    if (doubt !== undefined)
      this.#tally.addNotUnderstood(`an observation ${doubt}`, this.#file.name, place.line);
    this.#forest.add(span);
  }

  #refuse(cause: string, line: number): void {
    this.#tally.addUnreadable(cause, this.#file.name, line);
  }
}

/** Members whose observations are read, and those that hold none. */
const READ: ReadonlySet<string> = new Set([
  ...["trace", "observations", "data", "batch", "body", "meta", "metadata", "scores"],
  ...["input", "output", "modelParameters", "usage", "usageDetails", "costDetails"],
]);

/** How many objects in a value look like observations of calls. */
function seemingCalls(value: Json | undefined, depth = 0): number {
  if (depth > 12 || typeof value !== "object" || value === null) return 0;
  const isObservation =
    isJsonObject(value) &&
    stringMember(value, "id") !== undefined &&
    OBSERVED.some((name) => member(value, name) !== undefined);
  if (!isObservation)
    return Object.values(value).reduce<number>((sum, one) => sum + seemingCalls(one, depth + 1), 0);
  const span = spanOf(value, { trace: "", id: "", line: 0 });
  const mayBe = span.type === undefined || doubtOf(value, span) !== undefined;
  return mayBe || spanCall(span) !== undefined ? 1 : 0;
}

const OBSERVED = ["traceId", "trace_id", "startTime", "start_time", "parentObservationId"] as const;

/** Why an observation that is read as no call may be one. */
function doubtOf(observation: JsonObject, span: Span): string | undefined {
  if (spanCall(span) !== undefined) return undefined;
  const output = isJsonObject(span.output) ? span.output : undefined;
  if (stringMember(output, "type") === "tool" || member(output, "tool_call_id") !== undefined)
    return "whose output may be the answer of a tool";
  const isTold = Object.entries(observation).some(
    ([name, held]) => !KNOWN.has(name) && tellsOfTool(held),
  );
  return isTold ? "with an unknown member that may tell of a tool" : undefined;
}

/** The members of an observation. */
const KNOWN: ReadonlySet<string> = new Set([
  ...[
    "id",
    "traceId",
    "trace_id",
    "type",
    "name",
    "startTime",
    "endTime",
    "start_time",
    "end_time",
  ],
  ...["completionStartTime", "model", "modelId", "providedModelName", "modelParameters", "input"],
  ...["output", "metadata", "version", "level", "statusMessage", "usage", "usageDetails"],
  ...["costDetails", "promptId", "promptName", "promptVersion", "environment", "projectId"],
  ...["parentObservationId", "parent_observation_id", "latency", "timeToFirstToken", "createdAt"],
  ...["updatedAt", "timestamp", "toolCalls", "toolDefinitions", "toolCallNames", "tags"],
]);

/** WHY by the text: such a member may have any shape. */
function tellsOfTool(held: Json | undefined): boolean {
  if (typeof held !== "object" && typeof held !== "string") return false;
  const text = typeof held === "string" ? held : JSON.stringify(held);
  return /tool_call_id|execute_tool|gen_ai\.tool|"type"\s*:\s*"tool"|ai\.toolCall|"tool"/i.test(
    text,
  );
}

function spanOf(observation: JsonObject, place: { trace: string; id: string; line: number }): Span {
  const metadata = objectOf(member(observation, "metadata"));
  const start = timeText(anyAttribute(observation, ["startTime", "start_time", "timestamp"]));
  const output = mayBeToolMessage(member(observation, "output"));
  const tool = toolMessage(output);
  const model = text(observation, ["model", "providedModelName"]);
  return {
    ...place,
    parent: text(observation, ["parentObservationId", "parent_observation_id"]),
    name: tool?.name ?? stringMember(observation, "name") ?? "",
    start,
    order: start ?? "",
    attributes: {
      ...(model !== undefined && { "gen_ai.request.model": model }),
      ...metadata,
      ...objectOf(member(metadata, "attributes")),
      ...(tool !== undefined && {
        "gen_ai.tool.name": tool.name,
        "gen_ai.tool.call.id": tool.callId,
      }),
    },
    resource: objectOf(member(metadata, "resourceAttributes")),
    scope: text(objectOf(member(metadata, "scope")), ["name"]),
    kind: undefined,
    failed:
      stringMember(observation, "level") === "ERROR" ||
      (tool !== undefined && stringMember(objectOf(output), "status") === "error"),
    type: tool === undefined ? stringMember(observation, "type") : "TOOL",
    input: member(observation, "input"),
    output,
    line: place.line,
  };
}

/**
 * The tool's name, where a step's output is the message that LangChain and LangGraph make of a
 * tool's result.
 */
function toolMessage(output: Json | undefined): ToolMessage | undefined {
  const message = isJsonObject(output) ? output : undefined;
  const [name, callId] = [stringMember(message, "name"), stringMember(message, "tool_call_id")];
  return stringMember(message, "type") === "tool" && name !== undefined && callId !== undefined
    ? { name, callId }
    : undefined;
}

/** An output, read where it may be such a message. WHY: they are long, and few are one. */
function mayBeToolMessage(output: Json | undefined): Json | undefined {
  const mayBe =
    typeof output !== "string" || output.includes("tool_call_id") || output.includes(ESCAPED);
  return mayBe ? unpackJson(output) : output;
}

interface ToolMessage {
  readonly name: string;
  readonly callId: string;
}

function traceOf(observation: JsonObject): string | undefined {
  return text(observation, ["traceId", "trace_id"]);
}

function threadOf(trace: JsonObject): string | undefined {
  return stringMember(objectOf(member(trace, "metadata")), "thread_id");
}

function text(value: JsonObject, names: readonly string[]): string | undefined {
  return names
    .map((name) => stringMember(value, name))
    .find((found) => found !== undefined && found !== "");
}

/** An object, or JSON text of one; else an empty one. */
function objectOf(value: Json | undefined): JsonObject {
  const found = unpackJson(value);
  return isJsonObject(found) ? found : {};
}

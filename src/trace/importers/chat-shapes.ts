import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { timeText, unpackJson } from "./call-values.ts";
import { agentTraceMessages, isAgentTrace } from "./chat-bedrock.ts";
import type { ChatEntry, ChatMessage } from "./chat-entry.ts";
import { shownKind, unknownEntry } from "./chat-entry.ts";
import { readEvent, isEvent } from "./chat-event-logs.ts";
import { countCallShapes, isChatMessage, readMessage } from "./chat-messages.ts";
import type { ChatAbout } from "./chat-origin.ts";
import { aboutOf, bySession, originOf, pathOf, valueAt, type MemberPath } from "./chat-origin.ts";
import { answerOfPieces, isPiece } from "./model-stream.ts";
import type { ChatRun } from "./chat-sessions.ts";
import type { ImportFile } from "./importer.ts";

/** A value by itself, told as a message, an item, or an event of a run: reads it. */
export function looseMessage(value: unknown): ChatMessage | undefined {
  if (!isJsonObject(value)) return undefined;
  if (isEvent(value)) return readEvent(value);
  return isChatMessage(value) ? readMessage(value) : undefined;
}

/** Where a request keeps its messages, and what holds the request. */
const REQUESTS = [
  "",
  "request.body",
  "request_body",
  "requestBody",
  "requestBodyJson",
  "request_data",
  "proxy_server_request.body",
  "proxy_server_request",
  "body",
  "request",
  "input.inputBodyJson",
  "input",
  "inputs",
  "data",
  "state",
  "values",
  "channel_values",
  "checkpoint.channel_values",
  "info",
  "params",
].map(pathOf);
const MESSAGE_LISTS = [
  "messages",
  "traj",
  "contents",
  "input",
  "items",
  "history",
  "events",
  "chat_history",
  "chatHistory",
  "message_history",
  "all_messages",
  "conversation",
  "input_messages",
  "trajectory",
  "turns",
] as const;
/** What holds the model's answer. */
const RESPONSES = [
  "",
  "response.body",
  "response_body",
  "responseBody",
  "responseBodyJson",
  "response",
  "output.outputBodyJson",
  "output",
  "result.message",
  "result",
].map(pathOf);

/** The value at a path, read from JSON text; the record itself for an empty path. */
function heldAt(record: JsonObject, path: MemberPath): Json | undefined {
  return unpackJson(valueAt(record, path));
}

/** The messages of a record: those that it was asked with, or undefined where there are none. */
function askedIn(record: JsonObject): readonly Json[] | undefined {
  for (const path of REQUESTS) {
    const held = heldAt(record, path);
    if (Array.isArray(held) && path.length > 0 && held.some(isLoose)) return held;
    if (!isJsonObject(held)) continue;
    for (const name of MESSAGE_LISTS) {
      const list = withoutPairs(unpackJson(member(held, name)));
      if (Array.isArray(list) && (list.some(isLoose) || (path.length === 0 && name === "messages")))
        return list;
      const text = name === "input" && path.length > 0 ? list : undefined;
      if (typeof text === "string" && Object.hasOwn(held, "model"))
        return [{ role: "user", content: text }];
    }
  }
  return undefined;
}

/** OpenHands' older evaluations keep an action and what came of it as a list of two. */
function withoutPairs(list: Json | undefined): Json | undefined {
  return Array.isArray(list) && list.length > 0 && list.every(Array.isArray) ? list.flat() : list;
}

function isLoose(value: Json): boolean {
  return isJsonObject(value) && (isEvent(value) || isChatMessage(value));
}

/** The messages with which a model answered: OpenAI's, Anthropic's, Gemini's, Bedrock's. */
function answeredIn(record: JsonObject): readonly Json[] | undefined {
  const kept = keptCalls(record) ?? proxiedCall(record) ?? loggedTool(record);
  if (kept !== undefined) return kept;
  for (const path of RESPONSES) {
    const given = heldAt(record, path);
    const held = Array.isArray(given) ? streamedAnswer(given) : given;
    const found = Array.isArray(held) && path.length > 0 ? listedAnswer(held) : undefined;
    if (found !== undefined) return found;
    const answer = isJsonObject(held) ? answerIn(held, path) : undefined;
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** promptfoo: the calls that an answer is, and those that an agent's provider keeps. */
function keptCalls(record: JsonObject): readonly Json[] | undefined {
  const response = objectMember(record, "response");
  const said = saidCalls(member(response, "output"));
  if (said !== undefined) return said;
  const metadata = objectMember(response, "metadata") ?? {};
  const calls = member(metadata, "toolCalls");
  if (Array.isArray(calls) && calls.some(isLoose)) return calls;
  const text = Object.hasOwn(record, "prompt") ? stringMember(response, "output") : undefined;
  const mayHold = Object.values(metadata).some(Array.isArray) || answerParts(text).length > 0;
  return text !== undefined && !mayHold ? [{ role: "assistant", content: text }] : undefined;
}

/** The messages that an answer comes to whose calls its provider has written as the answer. */
function saidCalls(output: Json | undefined): readonly Json[] | undefined {
  const parts = answerParts(output).filter(isJsonObject);
  if (parts.some(isCallOf))
    return [
      {
        role: "assistant",
        tool_calls: parts.filter((part) => isCallOf(part) || countCallShapes(part) > 0),
      },
    ];
  if (parts.some((part) => objectMember(part, "functionCall") !== undefined))
    return [{ role: "model", parts }];
  return parts.some(isLoose) ? parts.filter(isLoose) : undefined;
}

/** WHY paragraphs: text and calls of Anthropic's stand in one text, the calls as JSON. */
function answerParts(output: Json | undefined): readonly Json[] {
  const value = unpackJson(output);
  if (Array.isArray(value)) return value;
  if (isJsonObject(value)) return [value];
  return typeof output === "string" && output.includes("{")
    ? output.split("\n\n").flatMap((part) => unpackJson(part) ?? [])
    : [];
}

/** LiteLLM: a request to an MCP server, which its proxy passed on. */
function proxiedCall(record: JsonObject): readonly Json[] | undefined {
  const call = valueAt(record, MCP_CALL);
  if (!isJsonObject(call)) return undefined;
  const failed = stringMember(record, "status") === "failure";
  return [
    {
      type: "mcp_call",
      id: stringMember(record, "id") ?? stringMember(record, "request_id"),
      name: member(call, "name"),
      arguments: member(call, "arguments"),
      server_label: member(call, "mcp_server_name"),
      ...(failed ? { error: stringMember(record, "error_str") ?? "failure" } : { output: "" }),
    },
  ];
}

const MCP_CALL = pathOf("metadata.mcp_tool_call_metadata");
const LOGGED = [pathOf("request_body"), pathOf("response_body")] as const;

/** Helicone: a tool's run that the program logs by itself. */
function loggedTool(record: JsonObject): readonly Json[] | undefined {
  const [request, response] = LOGGED.map((path) => heldAt(record, path));
  if (!isJsonObject(request) || member(request, "_type") !== "tool") return undefined;
  const id = stringMember(record, "request_id") ?? "";
  const call = { name: member(request, "toolName"), arguments: member(request, "input") };
  const asked = { role: "assistant", content: null, tool_calls: [{ id, function: call }] };
  if (!isJsonObject(response)) return [asked];
  const failed = /^(?:error|failure|failed)$/.test(stringMember(response, "status") ?? "");
  return [asked, { role: "tool", tool_call_id: id, content: "", is_error: failed }];
}

function isCallOf(value: JsonObject): boolean {
  const type = stringMember(value, "type");
  return (
    objectMember(value, "function") !== undefined ||
    type === "tool_use" ||
    // the older call of a function
    (type === undefined &&
      stringMember(value, "name") !== undefined &&
      stringMember(value, "arguments") !== undefined)
  );
}

function listedAnswer(held: readonly Json[]): readonly Json[] | undefined {
  return held.some(isLoose) ? held.filter(isLoose) : undefined;
}

/** An answer that was logged piece by piece as what it comes to; any other list as it is. */
function streamedAnswer(held: readonly Json[]): Json {
  const pieces = held.filter(isJsonObject).filter(isPiece);
  return (pieces.length > 0 ? answerOfPieces(pieces) : undefined) ?? held;
}

function answerIn(held: JsonObject, path: MemberPath): readonly Json[] | undefined {
  const choices = member(held, "choices");
  if (Array.isArray(choices))
    return choices.filter(isJsonObject).flatMap((choice) => {
      const message = member(choice, "message") ?? member(choice, "delta");
      return message === undefined ? [] : [message];
    });
  const candidates = member(held, "candidates");
  if (Array.isArray(candidates))
    return candidates.filter(isJsonObject).flatMap((each) => {
      const content = member(each, "content");
      return content === undefined ? [] : [content];
    });
  const output = member(held, "output");
  if (Array.isArray(output) && output.some(isLoose)) return output;
  const message =
    objectMember(objectMember(held, "output"), "message") ?? objectMember(held, "message");
  if (
    message !== undefined &&
    (Object.hasOwn(message, "role") || Object.hasOwn(message, "content"))
  )
    return [message];
  return path.length > 0 && isLoose(held) ? [held] : undefined;
}

/** Members that hold runs of their own. */
const RUN_LISTS = [
  "simulations",
  "samples",
  "results",
  "data",
  "runs",
  "sessions",
  "threads",
  "logs",
  "conversations",
  "chats",
  "events",
  "logEvents",
  "attempts",
] as const;

/**
 * The runs that a record holds; undefined where none of the shapes fits. `inList`: the record
 * stands in a list.
 */
export function runsIn(
  record: JsonObject,
  file: ImportFile,
  inList: boolean,
): readonly ChatRun[] | undefined {
  return shapedRuns(record, file, inList) ?? wrappedRuns(record, file, inList);
}

function shapedRuns(
  record: JsonObject,
  file: ImportFile,
  inList: boolean,
): readonly ChatRun[] | undefined {
  if (isAgentTrace(record)) return [agentTraceRun(record, file, inList)];
  if (OTHER_REQUEST.test(stringMember(record, "call_type") ?? "")) return [];
  if (hasSamples(record)) return sampleRuns(record, file);
  const steps = sweAgentSteps(record);
  if (steps !== undefined) return [sweAgentRun(record, steps, { file, inList })];
  const asked = askedIn(record);
  const answered = answeredIn(record);
  if (asked !== undefined || answered !== undefined)
    return exchangeRuns(record, { asked: asked ?? [], answered: answered ?? [] }, { file, inList });
  return nestedRuns(record, file);
}

/** LiteLLM's kinds of requests that hold no conversation. */
const OTHER_REQUEST =
  /embedding|rerank|moderation|image|speech|transcription|text_completion|vector_store|batch|file|ocr|video/;
/** Members that hold a whole record: of a callback, and as text in the events of a log. */
const WRAPPERS = [
  "standard_logging_object",
  "kwargs.standard_logging_object",
  "message",
  "@message",
].map(pathOf);

function wrappedRuns(
  record: JsonObject,
  file: ImportFile,
  inList: boolean,
): readonly ChatRun[] | undefined {
  for (const path of WRAPPERS) {
    const held = heldAt(record, path);
    const runs = isJsonObject(held) ? shapedRuns(held, file, inList) : undefined;
    if (runs !== undefined) return runs;
  }
  return undefined;
}

function nestedRuns(record: JsonObject, file: ImportFile): readonly ChatRun[] | undefined {
  for (const name of RUN_LISTS) {
    const held = member(record, name);
    const list = isJsonObject(held) ? member(held, name) : held;
    if (!Array.isArray(list)) continue;
    const runs = list.flatMap((each) =>
      isJsonObject(each) ? (runsIn(each, file, true) ?? lostRuns(each, name, file)) : [],
    );
    if (runs.some(({ messages }) => messages.length > 0)) return runs;
  }
  return undefined;
}

/** What stands for a record in a list of runs that is none, if it may hold calls. */
function lostRuns(record: JsonObject, list: string, file: ImportFile): readonly ChatRun[] {
  // an attempt is a run, whatever it holds
  const lost = Math.max(callsSeemingIn(record), list === "attempts" ? 1 : 0);
  if (lost === 0) return [];
  const entries = new Array<ChatEntry>(lost).fill(
    unknownEntry("a record without a list of messages"),
  );
  const messages = [{ speaker: NOBODY, entries }];
  return [{ about: { ...aboutOf(record, file), isWhole: true }, messages, inList: true }];
}

const OWN_RESPONSES = ["", "response", "response.body", "response_body"].map(pathOf);

/**
 * A request with its answer, or a conversation; several where it does not name its session, and its
 * messages name those that they are of.
 */
function exchangeRuns(
  record: JsonObject,
  exchange: { asked: readonly Json[]; answered: readonly Json[] },
  place: { file: ImportFile; inList: boolean },
): readonly ChatRun[] {
  const run = exchangeRun(record, exchange, place);
  if (run.about.session !== undefined || run.about.isWhole || exchange.answered.length > 0)
    return [run];
  const numbered = exchange.asked.map((message, index) => ({ message, index }));
  const groups = bySession(numbered, ({ message }) =>
    originOf(isJsonObject(message) ? message : {}),
  );
  const [first = [], ...others] = groups.map(({ messages }) =>
    messages.flatMap(({ index }) => run.messages[index] ?? []),
  );
  const rest = run.messages.slice(exchange.asked.length);
  return [[...first, ...rest], ...others].map((messages, index) => {
    const said = groups[index]?.about;
    return {
      ...run,
      about: {
        ...run.about,
        session: said?.session,
        user: run.about.user ?? said?.user,
        model: run.about.model ?? said?.model,
      },
      messages,
    };
  });
}

/** A request with its answer, or a conversation. */
function exchangeRun(
  record: JsonObject,
  exchange: { asked: readonly Json[]; answered: readonly Json[] },
  { file, inList }: { file: ImportFile; inList: boolean },
): ChatRun {
  const about = innerAbout(record, aboutOf(record, file));
  // only the answer is of the record's own time
  const { time, ...rest } = about;
  const answers = exchange.answered.map((each) => {
    const read = readItem(each);
    return { ...read, speaker: { ...read.speaker, time: read.speaker.time ?? time } };
  });
  const response = OWN_RESPONSES.map((path) => heldAt(record, path)).find(
    (held) => isJsonObject(held) && stringMember(held, "object") === "response",
  );
  const body = isJsonObject(response) ? response : record;
  const messages = exchange.asked.map(readItem);
  messages.push(...answers);
  if (!about.isWhole)
    messages.push(
      overlooked(record, callIds(messages), new Set([...exchange.asked, ...exchange.answered])),
    );
  return {
    about: rest,
    messages,
    inList,
    id: stringMember(body, "id"),
    previous: stringMember(body, "previous_response_id") ?? previousOf(record),
  };
}

/** The ids of the calls that messages hold. */
function callIds(messages: readonly ChatMessage[]): ReadonlySet<string | undefined> {
  return new Set(
    messages.flatMap(({ entries }) =>
      entries.flatMap((entry) => (entry.kind === "call" ? [entry.id] : [])),
    ),
  );
}

function previousOf(record: JsonObject): string | undefined {
  for (const path of REQUESTS) {
    const held = heldAt(record, path);
    const previous = isJsonObject(held) ? stringMember(held, "previous_response_id") : undefined;
    if (previous !== undefined) return previous;
  }
  return undefined;
}

const ABOUT = [
  "request.body",
  "request_body",
  "body",
  "request",
  "proxy_server_request.body",
  "input.inputBodyJson",
  "response.body",
  "response_body",
  "response",
  "values",
  "checkpoint",
].map(pathOf);

/** What the record says of the run, or else the request or response inside it. */
function innerAbout(record: JsonObject, own: ChatAbout): ChatAbout {
  if (own.isWhole) return own;
  let about = own;
  for (const path of ABOUT) {
    const held = heldAt(record, path);
    if (!isJsonObject(held)) continue;
    const inner = aboutOf(held, NO_FILE);
    about = {
      ...about,
      session: about.session ?? inner.session,
      user: about.user ?? inner.user,
      model: about.model ?? inner.model,
      time: about.time ?? inner.time,
    };
  }
  return about;
}

const NO_FILE: ImportFile = {
  name: "",
  path: "",
  relative: "",
  open: async function* () {},
};

function readItem(value: Json): ChatMessage {
  return isJsonObject(value) && isEvent(value) ? readEvent(value) : readMessage(value);
}

/** A step of an agent of Bedrock's; those of one session are one run. */
function agentTraceRun(record: JsonObject, file: ImportFile, inList: boolean): ChatRun {
  const about = aboutOf(record, file);
  return { about, messages: agentTraceMessages(record), inList };
}

/**
 * The steps of a trajectory of SWE-agent: what was done, and what came of it. One without its action
 * is a step too.
 */
function sweAgentSteps(record: JsonObject): readonly JsonObject[] | undefined {
  const steps = member(record, "trajectory");
  if (!Array.isArray(steps)) return undefined;
  const isStep = (step: JsonObject): boolean =>
    STEP_MEMBERS.filter((name) => typeof step[name] === "string").length > 1 &&
    !Object.hasOwn(step, "source");
  const found = steps.filter(isJsonObject);
  return found.some(isStep) ? found : undefined;
}

const STEP_MEMBERS = ["action", "observation", "response", "thought"] as const;

/**
 * SWE-agent: the history has the calls of models that make some; the other models' actions are
 * lines for its shell.
 */
function sweAgentRun(
  record: JsonObject,
  steps: readonly JsonObject[],
  { file, inList }: { file: ImportFile; inList: boolean },
): ChatRun {
  const history = member(record, "history");
  const messages = (Array.isArray(history) ? history : []).map(readItem);
  const about = aboutOf(record, file);
  if (callIds(messages).size > 0) return { about, messages, inList };
  return { about, messages: steps.map(readItem), inList };
}

function hasSamples(record: JsonObject): boolean {
  const samples = member(record, "samples");
  return (
    Array.isArray(samples) &&
    (Object.hasOwn(record, "eval") ||
      samples.some((each) => isJsonObject(each) && Object.hasOwn(each, "epoch")))
  );
}

/** inspect_ai: a run for each sample and epoch. */
function sampleRuns(record: JsonObject, file: ImportFile): readonly ChatRun[] {
  const evaluation = objectMember(record, "eval");
  const samples = member(record, "samples");
  if (!Array.isArray(samples)) return [];
  return samples.filter(isJsonObject).map((sample) => {
    const epoch = String(member(sample, "epoch") ?? 1);
    const place = [stringMember(evaluation, "task"), idOf(sample), epoch];
    const named =
      stringMember(sample, "uuid") ?? place.filter((each) => each !== undefined).join("/");
    const model = stringMember(evaluation, "model") ?? aboutOf(record, file).model;
    return {
      about: { session: named, task: idOf(sample), model, isWhole: true },
      messages: sampleMessages(sample),
      inList: true,
    };
  });
}

/**
 * The messages of a sample, timed by the transcript's events; then the calls that only those tell
 * of (sub-agents keep messages of their own), and who approved.
 */
function sampleMessages(sample: JsonObject): ChatMessage[] {
  const [messages, events] = [member(sample, "messages"), member(sample, "events")];
  const logged = Array.isArray(events) ? events.filter(isJsonObject).filter(isEvent) : [];
  const times = new Map(
    logged.map((event) => [stringMember(event, "id"), timeText(member(event, "timestamp"))]),
  );
  const read = (Array.isArray(messages) ? messages : []).map((each) => {
    const message = readItem(each);
    const time = message.entries
      .map((entry) => (entry.kind === "call" ? times.get(entry.id) : undefined))
      .find((found) => found !== undefined);
    return { ...message, speaker: { ...message.speaker, time: message.speaker.time ?? time } };
  });
  const known = callIds(read);
  const others = logged
    .filter(
      (event) => stringMember(event, "event") !== "tool" || !known.has(stringMember(event, "id")),
    )
    .map(readEvent);
  const nameless = (Array.isArray(events) ? events : []).filter(
    (event) =>
      stringMember(isJsonObject(event) ? event : {}, "event") === undefined &&
      countCallShapes(event) > 0,
  );
  const lost = nameless.map(() => unknownEntry("an event of a transcript without a kind"));
  const rest = Object.entries(sample).filter(([name]) => name !== "messages" && name !== "events");
  const elsewhere = overlooked(Object.fromEntries(rest), known, new Set());
  return [...read, ...others, { speaker: NOBODY, entries: lost }, elsewhere];
}

const NOBODY = { agent: undefined, above: undefined, time: undefined };

/** Calls elsewhere in a record than in what was read, but for those with the ids of others. */
function overlooked(
  record: JsonObject,
  known: ReadonlySet<string | undefined>,
  read: ReadonlySet<Json>,
): ChatMessage {
  const isNew = (entry: ChatEntry): boolean =>
    entry.kind === "call" && (entry.id === undefined || !known.has(entry.id));
  const entries = Object.entries(record).flatMap(([name, value]) => {
    const count = callsHeld(value ?? null, read).filter(isNew).length;
    const cause = `a call in an unknown place of a record, in ${shownKind(name)}`;
    return new Array<ChatEntry>(count).fill(unknownEntry(cause));
  });
  return { speaker: NOBODY, entries };
}

/** What messages anywhere in a value hold, but for those that were read. */
function callsHeld(written: Json, read: ReadonlySet<Json>, depth = 0): readonly ChatEntry[] {
  const value = typeof written === "string" ? (unpackJson(written) ?? null) : written;
  if (typeof value !== "object" || value === null || depth > 12 || read.has(value)) return [];
  const streamed = Array.isArray(value) ? streamedAnswer(value) : value;
  if (streamed !== value && isJsonObject(streamed))
    return (answerIn(streamed, []) ?? []).flatMap((each) => readItem(each).entries);
  const isRead = Object.values(value).some((inner) => read.has(inner ?? null));
  if (isLoose(value) && !isRead) return readItem(value).entries;
  return Object.values(value).flatMap((inner) => callsHeld(inner ?? null, read, depth + 1));
}

/** How many calls a record seems to hold that is of no known shape. */
export function callsSeemingIn(record: JsonObject): number {
  const read = callsHeld(record, new Set()).filter(({ kind }) => kind === "call").length;
  return Math.max(read, countCallShapes(record));
}

function idOf(sample: JsonObject): string | undefined {
  const id = member(sample, "id");
  return typeof id === "string" || typeof id === "number" ? String(id) : undefined;
}

import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member } from "../../request/json.ts";
import type { ChatCall, ChatStep, ChatText } from "./chat-messages.ts";
import { ChatMessages, isChatMessage } from "./chat-messages.ts";
import type { ChatOrigin } from "./chat-origin.ts";
import { originOf } from "./chat-origin.ts";
import type { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportOptions, ImportSample } from "./importer.ts";
import type { JsonItem } from "./read-json.ts";
import { readJson } from "./read-json.ts";

/**
 * Chat messages: AgentDojo runs, tau-bench results, and plain chat logs (docs/importers/chat.md).
 */
export const chat: Importer = {
  name: "chat",
  title: "chat messages with tool calls: AgentDojo runs, tau-bench results, OpenAI-style logs",
  recognises,
  convert,
};

/** Who speaks, behind other members, such as an id, that hold no others. */
const SPEAKER = String.raw`[^{}[\]]{0,500}"(role"\s*:\s*"(system|developer|user|assistant|tool)"|type"\s*:\s*"(human|ai|system|tool)"|lc"\s*:\s*1\b)`;
const MESSAGES = new RegExp(
  String.raw`"(messages|traj)"\s*:\s*\[\s*\{(\s*"(role|content)"\s*:|${SPEAKER})`,
);
const MESSAGE_LIST = new RegExp(String.raw`^\s*\[?\s*\{(\s*"content"\s*:|${SPEAKER})`);

function recognises(sample: ImportSample): boolean {
  return MESSAGES.test(sample.text) || MESSAGE_LIST.test(sample.text);
}

/** Recorded messages with what surrounds them. */
interface Run {
  readonly about: JsonObject;
  readonly messages: readonly unknown[];
  readonly line: number;
  /** True if the file may hold others: it stands in a list. */
  readonly inList: boolean;
}

async function* convert(
  file: ImportFile,
  options: ImportOptions,
  tally: ImportTally,
): AsyncGenerator<readonly JsonObject[]> {
  let [ordinal, first]: [number, Run | undefined] = [0, undefined];
  for await (const run of readRuns(file, tally)) {
    // WHY held back: only the second run shows that the first is not the file's only one
    if (ordinal++ === 0 && !run.inList) {
      first = run;
      continue;
    }
    if (first !== undefined) yield toEvents(first, 0, { file, options, tally });
    first = undefined;
    yield toEvents(run, ordinal - 1, { file, options, tally });
  }
  if (first !== undefined) yield toEvents(first, undefined, { file, options, tally });
}

/** The runs of a file; messages that stand in one list, or in lines of their own, are one run. */
async function* readRuns(file: ImportFile, tally: ImportTally): AsyncGenerator<Run> {
  let open: { messages: unknown[]; line: number; list: number | undefined } | undefined;
  for await (const items of readJson(file, tally)) {
    for (const item of items) {
      const isLoose = isChatMessage(item.value);
      if (open !== undefined && (!isLoose || item.list !== open.list)) {
        yield { about: {}, messages: open.messages, line: open.line, inList: false };
        open = undefined;
      }
      if (!isLoose) yield* runsOf(item, file, tally);
      else if (open === undefined)
        open = { messages: [item.value], line: item.line, list: item.list };
      else open.messages.push(item.value);
    }
  }
  if (open !== undefined)
    yield { about: {}, messages: open.messages, line: open.line, inList: false };
}

function* runsOf(item: JsonItem, file: ImportFile, tally: ImportTally): Generator<Run> {
  if (!isJsonObject(item.value))
    return tally.addUnreadable("a value is no run: not an object", file.name, item.line);
  const simulations = member(item.value, "simulations");
  if (Array.isArray(simulations)) {
    for (const value of simulations)
      yield* runsOf({ value, line: item.line, list: item.line }, file, tally);
    return;
  }
  const messages = messagesOf(item.value);
  if (messages === undefined)
    tally.addUnreadable("an object has no list of messages", file.name, item.line);
  else yield { about: item.value, messages, line: item.line, inList: item.list !== undefined };
}

function messagesOf(run: JsonObject): readonly Json[] | undefined {
  const [messages, traj] = [member(run, "messages"), member(run, "traj")];
  return Array.isArray(messages) ? messages : Array.isArray(traj) ? traj : undefined;
}

interface Work {
  readonly file: ImportFile;
  readonly options: ImportOptions;
  readonly tally: ImportTally;
}

function toEvents(
  run: Run,
  ordinal: number | undefined,
  { file, options, tally }: Work,
): JsonObject[] {
  const reader = new ChatMessages({
    unreadable: (cause) => tally.addUnreadable(cause, file.name, run.line),
    note: (note) => tally.addNote(note),
  });
  for (const message of run.messages) reader.read(message);
  const origin = originOf({ about: run.about, ordinal }, file);
  const writer = new EventWriter(
    { ...origin, session: tally.claimSession(origin.session) },
    options,
  );
  return [...reader.steps.map((step) => writer.event(step)), writer.end()];
}

/** Writes one run's steps as canonical events. */
class EventWriter {
  readonly #origin: ChatOrigin;
  readonly #options: ImportOptions;
  readonly #shared: { subject?: JsonObject; context: JsonObject };
  #texts = { prompt: 0, response: 0 };

  constructor(origin: ChatOrigin, options: ImportOptions) {
    this.#origin = origin;
    this.#options = options;
    const model = options.model ?? origin.model;
    this.#shared = {
      ...(options.subject !== undefined && { subject: { ...options.subject } }),
      context: {
        ...(origin.task !== undefined && { task: { id: origin.task } }),
        ...(model !== undefined && { model: { name: model } }),
        ...(origin.user !== undefined && { on_behalf_of: { type: "human", id: origin.user } }),
      },
    };
  }

  event(step: ChatStep): JsonObject {
    return step.kind === "call" ? this.#call(step) : this.#text(step);
  }

  /**
   * WHY an end: the record is complete here, and a replay may forget what it kept for the session.
   */
  end(): JsonObject {
    return {
      id: `${this.#origin.session}/end`,
      session: this.#origin.session,
      type: "session_end",
    };
  }

  #call(call: ChatCall): JsonObject {
    const { subject, context } = this.#shared;
    const server = this.#options.server ?? call.server ?? this.#origin.server;
    const said = call.request === undefined ? context : { ...context, request: call.request };
    return {
      id: `${this.#origin.session}/${call.index}`,
      ...(call.time !== undefined && { time: call.time }),
      session: this.#origin.session,
      ...(subject !== undefined && { subject }),
      action: {
        kind: call.server === undefined ? "tool_call" : "mcp_request",
        ...(server !== undefined && { server }),
        ...(call.name !== undefined && { name: call.name }),
      },
      ...(call.args !== undefined && { args: call.args }),
      ...(Object.keys(said).length > 0 && { context: said }),
      ...(call.outcome !== undefined && {
        outcome: this.#outcome(call.outcome.status, call.outcome.text),
      }),
    };
  }

  #outcome(status: string, text: string | undefined): JsonObject {
    return this.#options.results && text !== undefined ? { status, result: text } : { status };
  }

  #text({ kind, text, time }: ChatText): JsonObject {
    const kept = this.#options.results && text !== undefined;
    return {
      id: `${this.#origin.session}/${kind === "prompt" ? "p" : "r"}${this.#texts[kind]++}`,
      ...(time !== undefined && { time }),
      session: this.#origin.session,
      type: kind,
      ...(kept &&
        (kind === "prompt" ? { context: { request: text } } : { outcome: { result: text } })),
    };
  }
}

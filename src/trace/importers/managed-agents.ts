import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { contentText, filled, readArguments, timeText } from "./call-values.ts";
import { stemOf } from "./chat-origin.ts";
import { HeldEvents, type HeldEvent } from "./held-events.ts";
import type { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportOptions, ImportSample } from "./importer.ts";
import { readJson } from "./read-json.ts";
import { RecentMap } from "./recent-map.ts";

/** A type of event that only these sessions have. */
const SESSION_EVENT = new RegExp(
  String.raw`"type"\s*:\s*"(agent\.(mcp_|custom_)?tool_use|agent\.(message|thinking)` +
    String.raw`|session\.(status|thread)_[a-z_]+|span\.model_request_(start|end)` +
    String.raw`|user\.tool_confirmation)"`,
);

/**
 * Sessions of Anthropic's Managed Agents API: events as streamed, listed or recorded by a client
 * (docs/importers/managed-agents.md).
 */
export const managedAgents: Importer = {
  name: "managed-agents",
  title: "Managed Agents sessions: event streams, event lists, recordings of the client's calls",
  recognises: ({ text }: ImportSample) =>
    SESSION_EVENT.test(text) || /"client\.beta\.sessions\./.test(text),
  convert,
};

async function* convert(
  file: ImportFile,
  options: ImportOptions,
  tally: ImportTally,
): AsyncGenerator<readonly JsonObject[]> {
  const log = new SessionLog({ file, options, tally });
  for await (const items of readJson(file, tally)) {
    let record: { readonly list: number; readonly values: unknown[] } | undefined;
    for (const { value, line, list } of items) {
      // a recording's line is a list of the call's name and what it gave; the reader takes lists
      // apart
      if (list !== undefined && typeof value === "string") record = { list, values: [value] };
      else log.read(value, line, record?.list === list ? record?.values[0] : undefined);
    }
    yield log.held.take();
  }
  yield log.held.end();
}

interface Work {
  readonly file: ImportFile;
  readonly options: ImportOptions;
  readonly tally: ImportTally;
}

interface Agent {
  readonly id: string;
  readonly name?: string;
}

/** A session as far as the file has told of it. */
interface Session {
  readonly id: string;
  agent?: Agent;
  model?: string;
  request?: string;
  /** The thread of the session's own agent: the first that is named. */
  mainThread?: string;
  /** The agents of threads, by name. */
  readonly threads: Map<string, string>;
}

const CALLS: ReadonlySet<string> = new Set([
  "agent.tool_use",
  "agent.mcp_tool_use",
  "agent.custom_tool_use",
]);
const RESULTS: ReadonlyMap<string, string> = new Map([
  ["agent.tool_result", "tool_use_id"],
  ["agent.mcp_tool_result", "mcp_tool_use_id"],
  ["user.custom_tool_result", "custom_tool_use_id"],
]);
const EFFECTS: ReadonlyMap<string, string> = new Map([
  ["allow", "allow"],
  ["ask", "require_approval"],
  ["deny", "deny"],
]);

class SessionLog {
  readonly held = new HeldEvents();
  readonly #work: Work;
  readonly #sessions = new RecentMap<Session>(1000);
  readonly #open = new RecentMap<HeldEvent>(5000);
  readonly #seen = new RecentMap<true>(50_000);
  /** WHY: a streamed event does not name its session; it is the one that the file spoke of last. */
  #current: Session | undefined;

  constructor(work: Work) {
    this.#work = work;
  }

  /** `call` is the client's call that the value came of, where a recording says so. */
  read(value: unknown, line: number, call?: unknown): void {
    if (Array.isArray(value)) return this.#readSent(value, line);
    if (typeof value === "string" && call === undefined) return void this.#openSession(value);
    if (!isJsonObject(value)) return this.#refuse("a value is not an event", line);
    const [events, data] = [member(value, "events"), member(value, "data")];
    const type = stringMember(value, "type");
    if (type === "session" || (type === undefined && objectMember(value, "agent") !== undefined))
      this.#describe(value);
    if (Array.isArray(events)) for (const event of events) this.read(event, line);
    else if (Array.isArray(data)) for (const event of data) this.read(event, line);
    else if (isJsonObject(data) && (type === undefined || !type.includes(".")))
      this.read(data, line);
    else if (type !== undefined) this.#readEvent(value, type, line);
    else if (call === undefined || isJsonObject(member(value, "input")))
      this.#refuse("an object is not an event", line);
  }

  /** `[session id, {events}]`: what a client sent. */
  #readSent(list: readonly Json[], line: number): void {
    for (const item of list) {
      if (typeof item === "string") this.#openSession(item);
      else this.read(item, line, "sent");
    }
  }

  #openSession(id: string): Session {
    const known = this.#sessions.get(id) ?? { id, threads: new Map<string, string>() };
    this.#sessions.set(id, known);
    this.#current = known;
    return known;
  }

  #describe(value: JsonObject): void {
    const id = stringMember(value, "id");
    const session = id === undefined ? this.#session(value) : this.#openSession(id);
    const agent = objectMember(value, "agent");
    const agentId = stringMember(agent, "id") ?? stringMember(value, "agent");
    const name = stringMember(agent, "name");
    const model = stringMember(objectMember(agent, "model"), "id") ?? stringMember(agent, "model");
    if (agentId !== undefined) session.agent = { id: agentId, ...(name !== undefined && { name }) };
    if (model !== undefined) session.model = model;
  }

  #session(event: JsonObject): Session {
    const named = stringMember(event, "session_id");
    return named === undefined
      ? (this.#current ?? this.#openSession(stemOf(this.#work.file)))
      : this.#openSession(named);
  }

  #readEvent(event: JsonObject, type: string, line: number): void {
    const session = this.#session(event);
    this.#noteThread(session, event, type);
    const id = stringMember(event, "id");
    const answered = RESULTS.get(type);
    if (answered !== undefined)
      return this.#answer(
        event,
        stringMember(event, answered) ?? stringMember(event, "tool_use_id"),
        line,
      );
    if (type === "user.tool_confirmation") return this.#confirm(event);
    if (id !== undefined && this.#repeated(id)) return;
    if (CALLS.has(type)) return this.#call(event, { session, type, line });
    if (type === "user.message") return this.#prompt(event, session);
    if (type === "agent.message") return this.#say(event, session, line);
    if (type === "session.status_terminated" || type === "session.deleted")
      this.held.add({
        id: `${session.id}/${id ?? `line-${line}`}`,
        time: timeText(member(event, "processed_at")),
        session: session.id,
        type: "session_end",
      });
  }

  /**
   * INVARIANT: a stream that was taken up again, or is listed besides, repeats events under their
   * ids.
   */
  #repeated(id: string): boolean {
    if (this.#seen.get(id) !== undefined) return true;
    this.#seen.set(id, true);
    return false;
  }

  #noteThread(session: Session, event: JsonObject, type: string): void {
    const [thread, name] = [
      stringMember(event, "session_thread_id"),
      stringMember(event, "agent_name"),
    ];
    if (thread === undefined || !type.startsWith("session.thread_")) return;
    if (name !== undefined) session.threads.set(thread, name);
    if (type !== "session.thread_created") session.mainThread ??= thread;
  }

  #call(event: JsonObject, place: { session: Session; type: string; line: number }): void {
    const { options } = this.#work;
    const { session, type, line } = place;
    const name = stringMember(event, "name");
    if (name === undefined) this.#refuse("a tool call has no name", line);
    const { args, cause } = readArguments(member(event, "input"));
    if (cause !== undefined) this.#refuse(cause, line);
    const id = stringMember(event, "id");
    const server =
      type === "agent.mcp_tool_use"
        ? stringMember(event, "mcp_server_name")
        : type === "agent.tool_use"
          ? "host"
          : undefined;
    const effect = EFFECTS.get(stringMember(event, "evaluated_permission") ?? "");
    const model = options.model ?? session.model;
    const held = this.held.hold({
      id: `${session.id}/${id ?? `line-${line}`}`,
      time: timeText(member(event, "processed_at")),
      session: session.id,
      subject: this.#subject(session, event),
      action: {
        kind: type === "agent.mcp_tool_use" ? "mcp_request" : "tool_call",
        server: options.server ?? server,
        name,
      },
      args,
      context: filled({
        model: model === undefined ? undefined : { name: model },
        request: session.request,
        on_behalf_of: options.onBehalfOf && { ...options.onBehalfOf },
        delegation: this.#delegation(session, event),
      }),
      decision: effect === undefined ? undefined : { effect, pdp: "managed-agents" },
    });
    if (id === undefined) held.settled = true;
    else this.#open.set(id, held);
  }

  /** The agent of the event's own thread, where that is not the session's. */
  #threadAgent(session: Session, event: JsonObject): string | undefined {
    const thread = stringMember(event, "session_thread_id");
    return thread === undefined || thread === session.mainThread
      ? undefined
      : session.threads.get(thread);
  }

  #subject(session: Session, event: JsonObject): JsonObject | undefined {
    const { options } = this.#work;
    const own = this.#threadAgent(session, event);
    if (own !== undefined) return { type: "agent", id: own };
    return options.subject === undefined
      ? session.agent && { type: "agent", ...session.agent }
      : { ...options.subject };
  }

  #delegation(session: Session, event: JsonObject): readonly string[] | undefined {
    const main =
      this.#work.options.subject ?? (session.agent && { type: "agent", id: session.agent.id });
    if (this.#threadAgent(session, event) !== undefined) return main && [`${main.type}:${main.id}`];
    return stringMember(event, "session_thread_id") === undefined ||
      stringMember(event, "session_thread_id") === session.mainThread
      ? []
      : undefined;
  }

  /** Who answers a permission prompt is a person, whom the events do not name. */
  #confirm(event: JsonObject): void {
    const held = this.#open.get(stringMember(event, "tool_use_id") ?? "");
    const result = stringMember(event, "result");
    if (held === undefined || (result !== "allow" && result !== "deny")) return;
    const { approver } = this.#work.options;
    const approval = filled({
      id: stringMember(event, "id"),
      by: approver === undefined ? { type: "human" } : `${approver.type}:${approver.id}`,
      // WHY not `at`: the call waited for the answer, and an approval counts only if it was there
      // before the call
      answered: timeText(member(event, "processed_at")),
      decision: result === "allow" ? "granted" : "refused",
    });
    const context = { ...objectMember(held.event, "context"), approvals: [approval ?? {}] };
    held.event = {
      ...held.event,
      context,
      ...(result === "deny" && { decision: { effect: "deny", pdp: "user" } }),
    };
  }

  #answer(event: JsonObject, id: string | undefined, line: number): void {
    const held = id === undefined ? undefined : this.#open.get(id);
    if (held === undefined || id === undefined) {
      if (id === undefined || this.#seen.get(`answer:${id}`) === undefined)
        this.#refuse("a result belongs to no call", line);
      return;
    }
    this.#open.delete(id);
    this.#seen.set(`answer:${id}`, true);
    const text = this.#work.options.results ? contentText(member(event, "content")) : undefined;
    const denied = stringMember(objectMember(held.event, "decision"), "effect") === "deny";
    const status = member(event, "is_error") === true ? "error" : "ok";
    if (!denied) held.event = { ...held.event, outcome: filled({ status, result: text }) };
    held.settled = true;
  }

  #prompt(event: JsonObject, session: Session): void {
    const text = contentText(member(event, "content"));
    if (text !== undefined) session.request = text;
    const id = stringMember(event, "id");
    // what was sent comes back in the stream, with its id and time
    if (id === undefined) return;
    const kept =
      this.#work.options.results && text !== undefined ? { context: { request: text } } : {};
    this.held.add({
      id: `${session.id}/${id}`,
      time: timeText(member(event, "processed_at")),
      session: session.id,
      type: "prompt",
      ...kept,
    });
  }

  #say(event: JsonObject, session: Session, line: number): void {
    const text = contentText(member(event, "content"));
    const kept =
      this.#work.options.results && text !== undefined ? { outcome: { result: text } } : {};
    this.held.add({
      id: `${session.id}/${stringMember(event, "id") ?? `line-${line}`}`,
      time: timeText(member(event, "processed_at")),
      session: session.id,
      type: "response",
      subject: this.#subject(session, event),
      ...kept,
    });
  }

  #refuse(cause: string, line: number): void {
    this.#work.tally.addUnreadable(cause, this.#work.file.name, line);
  }
}

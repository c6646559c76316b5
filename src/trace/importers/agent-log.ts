import { canonicalJson } from "../../request/canonical-json.ts";
import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, objectMember, stringMember } from "../../request/json.ts";
import type {
  AgentCall,
  AgentDecision,
  AgentHost,
  AgentResult,
  AgentStart,
  LogEntry,
  SessionEntry,
} from "./agent-log-entry.ts";
import { callShapes } from "./call-shapes.ts";
import { contentText, filled, readArguments, toolAddress } from "./call-values.ts";
import { stemOf } from "./chat-origin.ts";
import { refusal } from "./claude-code-verdict.ts";
import type { HeldEvent } from "./held-events.ts";
import { HeldEvents } from "./held-events.ts";
import type { ImportTally } from "./import-tally.ts";
import type { ImportFile, ImportOptions } from "./importer.ts";
import { RecentMap } from "./recent-map.ts";

/** A file being converted. */
export interface AgentLogWork {
  readonly file: ImportFile;
  readonly options: ImportOptions;
  readonly tally: ImportTally;
  /** What other files say of the logs of sub-agents. */
  readonly starts: LogStarts;
}

/** How a sub-agent's log came about: by the call (an event's id) of the log that it names. */
export interface LogStart {
  readonly parent: string;
  readonly by: string;
  /** The session of that log. */
  readonly session: string | undefined;
  readonly name: string | undefined;
}

/** The starts of logs, by their sessions' `prefix`. */
export type LogStarts = ReadonlyMap<string, LogStart>;

/** A call that was told, and by whom it was made; without `held`: one that was not understood. */
interface Told {
  readonly held?: HeldEvent;
  readonly under?: string | undefined;
  answered: boolean;
  /** How it was told; another record of the same call may say more. */
  call?: TimedCall;
  /** The last event that told of it beside its record. */
  side?: TimedCall | undefined;
  /** The kinds of events that told of it, each with its time. */
  readonly events?: Map<string, string | undefined>;
  /** How many calls of the session had the id, this one included. */
  readonly count?: number;
}

type TimedCall = AgentCall & { readonly time?: string | undefined };

/** Puts what the log of a coding agent says together as events: one for each call. */
export class AgentLog {
  readonly held = new HeldEvents();
  readonly #work: AgentLogWork;
  readonly #host: AgentHost;
  /** By {@link #key}: a session's ids say nothing of another's. */
  readonly #told = new RecentMap<Told>(50_000);
  /** The sub-agents, by {@link #key} of the call that started them. */
  readonly #agents = new RecentMap<string>(5000);
  #session: Omit<SessionEntry, "kind">;
  #request: string | undefined;
  #count = 0;

  constructor(work: AgentLogWork, host: AgentHost) {
    this.#work = work;
    this.#host = host;
    this.#session = { id: stemOf(work.file) };
  }

  add(entry: LogEntry, line: number): void {
    switch (entry.kind) {
      case "session":
        return this.#begin(entry);
      case "call":
        return this.#call(entry, line);
      case "result":
        return this.#result(entry, line);
      case "decision":
        return this.#decide(entry, line);
      case "agent":
        return this.#name(entry);
      case "unknown":
        return this.#unknown(entry, line);
      default:
        return this.#say(entry, line);
    }
  }

  #begin(entry: SessionEntry): void {
    // what one chat's user said is no request of the next
    if (entry.id !== undefined && entry.id !== this.#session.id) this.#request = undefined;
    if (entry.another === true) this.#session = {};
    const said = Object.entries(entry).filter(([, value]) => value !== undefined);
    this.#session = { ...this.#session, ...Object.fromEntries(said) };
  }

  #call(call: TimedCall, line: number): void {
    const known = this.#knownCall(call.id);
    if (known !== undefined && isSameCall(known, call)) return this.#complete(known, call);
    const count = (known?.count ?? 0) + 1;
    const { tally, file } = this.#work;
    if (call.name === undefined) tally.addUnreadable("a tool call has no name", file.name, line);
    const { args, cause } = readArguments(call.args);
    if (cause !== undefined) tally.addUnreadable(cause, file.name, line);
    const event = {
      // models may count their calls anew: `call_0` in every answer
      id: `${this.#idOf(call.id, line)}${count > 1 ? `#${count}` : ""}`,
      time: call.time,
      session: this.#runOf(),
      parent: call.under === undefined ? this.#start()?.parent : this.#parentOf(call.under, line),
      subject: this.#subjectOf(call),
      action: this.#actionOf(call),
      args,
      context: this.#contextOf(call),
    };
    const held = this.held.hold(event);
    if (call.id === undefined || call.answered === false) held.settled = true;
    if (call.id === undefined) return;
    const { under, answered } = call;
    this.#told.set(this.#key(call.id), {
      held,
      under,
      answered: answered === false,
      call,
      side: call.more === true ? call : undefined,
      events: new Map(call.event === undefined ? [] : [[call.event, call.time]]),
      count,
    });
    if (call.starts === true && call.agent !== undefined)
      this.#agents.set(this.#key(call.id), call.agent);
  }

  #key(id: string): string {
    return JSON.stringify([this.#session.prefix ?? this.#session.id, id]);
  }

  #knownCall(id: string | undefined): Told | undefined {
    return id === undefined ? undefined : this.#told.get(this.#key(id));
  }

  #parentOf(call: string, line: number): string {
    return stringMember(this.#knownCall(call)?.held?.event, "id") ?? this.#idOf(call, line);
  }

  /** Another record of the same call may know its server, or its arguments. */
  #complete(known: Told, call: TimedCall): void {
    const { held } = known;
    if (held === undefined) return;
    if (call.more === true) known.side = call;
    if (call.event !== undefined) known.events?.set(call.event, call.time);
    if (known.call?.more === true && call.more !== true) known.call = call;
    const { args } = readArguments(call.args);
    const action = call.server === undefined ? undefined : this.#actionOf(call);
    held.event = {
      ...held.event,
      ...(held.event["args"] === undefined && { args }),
      ...(action !== undefined && { action }),
    };
  }

  #actionOf({ name, server, starts, isHost }: AgentCall): JsonObject {
    if (server !== undefined) return { kind: "mcp_request", server, name: bareName(name, server) };
    const address =
      name === undefined
        ? undefined
        : toolAddress(name, isHost === false ? undefined : "host", this.#work.options.server);
    const kind = starts === true ? "subagent_invocation" : (address?.kind ?? "tool_call");
    return { kind, server: address?.server, name: address?.name };
  }

  #subjectOf({ under, agent, starts, byUser }: AgentCall): JsonObject {
    if (byUser === true) return { type: "human", id: this.#session.user };
    if (under !== undefined) return { type: "agent", id: this.#agents.get(this.#key(under)) };
    const start = this.#start();
    if (this.#session.subagent !== undefined || start !== undefined)
      return { type: "agent", id: this.#session.subagent?.name ?? start?.name };
    if (starts !== true && agent !== undefined && this.#work.options.subject === undefined)
      return { type: "agent", id: agent };
    return { ...this.#main() };
  }

  #main(): { readonly type: string; readonly id: string } {
    return this.#work.options.subject ?? { type: "agent", id: this.#host.agent };
  }

  /** The agents above, root first. */
  #delegation(under: string | undefined): readonly string[] {
    const { type, id } = this.#main();
    const main = `${type}:${id}`;
    const above = this.#logsAbove();
    if (under === undefined) {
      const isMain = this.#session.subagent === undefined && this.#start() === undefined;
      return isMain ? [] : [main, ...above];
    }
    const inner: string[] = [];
    let call = this.#knownCall(under)?.under;
    for (let depth = 0; call !== undefined && depth < 20; depth++) {
      const name = this.#agents.get(this.#key(call));
      if (name !== undefined) inner.unshift(`agent:${name}`);
      call = this.#knownCall(call)?.under;
    }
    return [main, ...above, ...inner];
  }

  #start(): LogStart | undefined {
    return this.#work.starts.get(this.#session.prefix ?? this.#session.id ?? "");
  }

  /** The session that a user began: a sub-agent's log belongs to that of the outermost one. */
  #runOf(): string | undefined {
    let session = this.#session.id;
    let start = this.#start();
    for (let depth = 0; start !== undefined && depth < 20; depth++) {
      session = start.session ?? session;
      start = this.#work.starts.get(start.by);
    }
    return session;
  }

  /** The sub-agents whose logs stand between the main one and this one. */
  #logsAbove(): string[] {
    const above: string[] = [];
    for (let log = this.#start()?.by; log !== undefined && above.length < 20; ) {
      const start = this.#work.starts.get(log);
      if (start?.name !== undefined) above.unshift(`agent:${start.name}`);
      log = start?.by;
    }
    return above;
  }

  #contextOf(call: AgentCall): JsonObject | undefined {
    const { options } = this.#work;
    const model = options.model ?? call.model ?? this.#session.model;
    const user = this.#session.user;
    return filled({
      cwd: this.#session.cwd,
      permission_mode: this.#session.mode,
      model: model === undefined ? undefined : { name: model },
      request: call.under === undefined ? this.#request : undefined,
      on_behalf_of:
        options.onBehalfOf === undefined
          ? user === undefined || call.byUser === true
            ? undefined
            : { type: "human", id: user }
          : { ...options.onBehalfOf },
      delegation: call.byUser === true ? [] : this.#delegation(call.under),
    });
  }

  #result({ id, status, text }: AgentResult, line: number): void {
    const told = this.#knownCall(id);
    if (told === undefined) {
      if (id !== undefined) this.#told.set(this.#key(id), { answered: true });
      const { tally, file } = this.#work;
      return tally.addNotUnderstood("a result without its call", file.name, line);
    }
    if (told.held === undefined || told.answered) return;
    told.answered = true;
    const { held } = told;
    const refused = effectOf(held) === "deny";
    const kept = this.#work.options.results ? (contentText(text) ?? text) : undefined;
    if (status !== undefined && !refused)
      held.event = { ...held.event, outcome: filled({ status, result: kept }) };
    held.settled = true;
  }

  #decide({ id, effect, by }: AgentDecision, line: number): void {
    const held = this.#knownCall(id)?.held;
    if (held === undefined) {
      const { tally, file } = this.#work;
      return tally.addUnreadable("a decision belongs to no call", file.name, line);
    }
    const asked = by !== "host" || effectOf(held) === "require_approval";
    const answered = by !== "host" && effect !== "require_approval";
    held.event = {
      ...held.event,
      ...(answered && {
        context: {
          ...objectMember(held.event, "context"),
          approvals: [this.#approval(effect, by)],
        },
      }),
      // a prompt that was granted was a prompt
      decision:
        effect === "allow" && asked
          ? { effect: "require_approval", pdp: this.#host.agent }
          : { effect, pdp: by === "user" ? "user" : this.#host.agent },
    };
  }

  #approval(effect: "allow" | "deny", by: "user" | "somebody"): JsonObject {
    const decision = effect === "allow" ? "granted" : "refused";
    return by === "user" ? { ...refusal(this.#work.options.approver), decision } : { decision };
  }

  #name({ call, name }: AgentStart): void {
    if (name !== undefined) this.#agents.set(this.#key(call), name);
    const held = this.#knownCall(call)?.held;
    if (held === undefined) return;
    const action = { ...objectMember(held.event, "action"), kind: "subagent_invocation" };
    held.event = { ...held.event, action };
  }

  #unknown(entry: { readonly what: string; readonly of: JsonObject }, line: number): void {
    const { tally, file } = this.#work;
    const ids = idsIn(entry.of);
    // what is told a second time, of a call that is known, is no further call
    if (ids.length > 0 && ids.every((id) => this.#knownCall(id) !== undefined)) return;
    for (const id of ids) this.#told.set(this.#key(id), { answered: true });
    for (let left = countPossibleCalls(entry.of); left > 0; left--)
      tally.addNotUnderstood(`${entry.what} of ${this.#host.agent}`, file.name, line);
  }

  #say(
    entry: { kind: "prompt" | "response"; text: string | undefined; time?: string | undefined },
    line: number,
  ): void {
    const { kind, text, time } = entry;
    if (text === undefined || text === "") return;
    if (kind === "prompt") this.#request = text;
    const kept = kind === "prompt" ? { context: { request: text } } : { outcome: { result: text } };
    this.held.add({
      id: this.#idOf(undefined, line),
      time,
      session: this.#runOf(),
      type: kind,
      ...(kind === "response" && { subject: { ...this.#main() } }),
      ...(this.#work.options.results && kept),
    });
  }

  #idOf(id: string | undefined, line: number): string {
    const prefix = this.#session.prefix ?? this.#session.id ?? "";
    return `${prefix}/${id ?? `line-${line}.${this.#count++}`}`;
  }
}

/**
 * Whether `call` is a call that was told before, under the same id: with the same name and
 * arguments, and not after that one was answered, unless as a copy of its record.
 */
function isSameCall(told: Told, call: TimedCall): boolean {
  if (call.more === true) return !isOtherRun(told, call);
  const { call: known, held, answered } = told;
  if (known === undefined || held === undefined) return false;
  if (known.more === true) return true;
  if (isOtherRecord(known, call) || isToldAgain(told, call)) return false;
  if (!isSameTool(known, call) || !isSameArguments(known.args, call.args)) return false;
  const isTimed = known.time !== undefined && call.time !== undefined;
  return !answered || !isTimed || known.time === call.time;
}

/**
 * Whether an event beside the records of calls tells of another run than the one before: of its kind
 * that has one already; or that one is over, and this is part of another request, or has other
 * arguments, written in the same way.
 */
function isOtherRun(told: Told, call: TimedCall): boolean {
  const { call: known, side, held, answered } = told;
  if (side === undefined || held === undefined) return false;
  if (known?.more === true && isToldAgain(told, call)) return true;
  return (
    answered &&
    (isOtherRecord(side, call) ||
      (shapeOf(side.args) === shapeOf(call.args) && !isSameArguments(side.args, call.args)))
  );
}

/**
 * Whether a run has had an event of that kind, and this is no copy of it. WHY not after a failure:
 * hosts try again, outside their sandbox, under the same id.
 */
function isToldAgain({ held, events }: Told, { event, time }: TimedCall): boolean {
  if (held === undefined || event === undefined || events?.has(event) !== true) return false;
  const isCopy = time !== undefined && events.get(event) === time;
  return !isCopy && objectMember(held.event, "outcome")?.["status"] !== "error";
}

function isOtherRecord(one: AgentCall, other: AgentCall): boolean {
  return one.record !== undefined && other.record !== undefined && one.record !== other.record;
}

/** The names of arguments, each with what type of value it has. */
function shapeOf(args: Json | undefined): string {
  if (!isJsonObject(args)) return "";
  const types = Object.entries(args).map(([name, value]) => [
    name,
    Array.isArray(value) ? "list" : typeof value,
  ]);
  return JSON.stringify(types.sort());
}

/** WHY not where one alone has a server: hosts write it into the name, or leave it out. */
function isSameTool(one: AgentCall, other: AgentCall): boolean {
  const isSaid = one.name !== undefined && other.name !== undefined;
  if (!isSaid || (one.server === undefined) !== (other.server === undefined)) return true;
  return one.name === other.name && one.server === other.server;
}

/** What one record leaves out, the other adds. */
function isSameArguments(one: Json | undefined, other: Json | undefined): boolean {
  const [first, second] = [argumentsText(one), argumentsText(other)];
  return first === undefined || second === undefined || first === second;
}

function argumentsText(written: Json | undefined): string | undefined {
  const { args, cause } = readArguments(written);
  if (args !== undefined) return canonicalJson(args);
  return cause === undefined ? undefined : canonicalJson(written ?? null);
}

function effectOf(held: HeldEvent): string | undefined {
  return stringMember(objectMember(held.event, "decision"), "effect");
}

/** A tool's own name, where a host writes its server before it. */
function bareName(name: string | undefined, server: string): string | undefined {
  const known = [`mcp__${server}__`, `${server}__`].find((start) => name?.startsWith(start));
  return known === undefined ? name : name?.slice(known.length);
}

/** How many calls a part may hold that is not understood: one at least. */
export function countPossibleCalls(value: JsonObject): number {
  const shapes = [...callShapes(value, { loose: true }).values()];
  const ids = new Set(idsIn(value));
  return Math.max(
    1,
    ids.size,
    shapes.reduce((sum, { count }) => sum + count, 0),
  );
}

/** What calls are known by in a part: texts under `call_id` and its kin, or else under `id`. */
function idsIn(value: JsonObject): readonly string[] {
  const calls = textsUnder(/^(?!parent|task).*call_?id$/i, value, 0);
  return calls.length > 0 ? calls : textsUnder(/^id$/, value, 0);
}

function textsUnder(name: RegExp, value: Json | undefined, depth: number): readonly string[] {
  if (depth > 8 || typeof value !== "object" || value === null) return [];
  if (!isJsonObject(value)) return value.flatMap((item) => textsUnder(name, item, depth + 1));
  return Object.entries(value).flatMap(([key, found]) => {
    if (typeof found !== "string") return textsUnder(name, found, depth + 1);
    return name.test(key) ? [found] : [];
  });
}

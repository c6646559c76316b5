import type { JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { filled, readArguments, toolAddress, unpackJson } from "./call-values.ts";
import { SUBAGENT_TOOLS } from "./claude-code-survey.ts";
import { HeldEvents, type HeldEvent } from "./held-events.ts";
import { isUserSource, LOG_WORDS, toolOf, type LogWords } from "./otel-log-words.ts";
import { RecentMap } from "./recent-map.ts";
import type { LogRecord } from "./span-reader.ts";
import type { SpanWork } from "./span-node.ts";
import { textAttribute } from "./span.ts";

/** WHY with underscores: Loki's labels have no dots. */
const SESSIONS = [
  "session.id",
  "conversation.id",
  "session_id",
  "conversation_id",
  "gen_ai.conversation.id",
] as const;
const IDS = ["tool_use_id", "call_id", "gen_ai.tool.call.id", "tool_call_id"] as const;
const USERS = [
  "user.email",
  "enduser.id",
  "user.id",
  "user.account_uuid",
  "user.account_id",
  "user_email",
  "user_id",
  "user_account_uuid",
  "user_account_id",
] as const;

/** A record of a coding agent, with what is read of it often. */
interface Note {
  readonly record: LogRecord;
  readonly words: LogWords;
  readonly event: string;
  readonly session: string | undefined;
  readonly user: string | undefined;
  readonly tool: { readonly name: string | undefined; readonly server: string | undefined };
  readonly parameters: JsonObject | undefined;
}

/** A call with an id, and the events that told of it, each with what it said of tool and input. */
interface OpenCall {
  readonly held: HeldEvent;
  readonly events: Map<string, string>;
  /** How many calls of the session had the id, this one included. */
  readonly count: number;
}

/**
 * Reads the log events of coding agents: the decision on a call and what came of it are one call,
 * told by its id, or where there is none by session and tool, in their order.
 */
export class AgentLog {
  readonly #work: SpanWork;
  readonly #held = new HeldEvents();
  readonly #open = new RecentMap<OpenCall>(5000);
  /** Calls without an id that wait for their result, by session and tool. */
  readonly #waiting = new RecentMap<HeldEvent[]>(5000);
  #count = 0;

  constructor(work: SpanWork) {
    this.#work = work;
  }

  add(record: LogRecord): void {
    const words = wordsOf(record);
    const event = record.name.replace(/^[\w-]+\./, "");
    if (words === undefined) return this.#overlook(record, /tool|function_call|mcp/i);
    if (words.decided.has(event) || words.ran.has(event))
      this.#addCall(noteOf(record, words, event));
    else if (!KNOWN.test(event)) this.#overlook(record, /tool|function_call/i);
  }

  /** The events whose turn has come. */
  take(): JsonObject[] {
    return this.#held.take();
  }

  /** All that is left. */
  end(): JsonObject[] {
    return this.#held.end();
  }

  /** Counts a record that may be of a call. */
  #overlook({ name, attributes, line }: LogRecord, says: RegExp): void {
    const hints = Object.keys(attributes).filter((key) => TOOL_ATTRIBUTE.test(key));
    if (hints.length === 0 && !says.test(name)) return;
    const kind =
      name === "" ? `a log record with \`${hints[0] ?? ""}\`` : `a log event \`${name}\``;
    this.#work.tally.addNotUnderstood(kind, this.#work.file.name, line);
  }

  #addCall(note: Note): void {
    const held = this.#find(note) ?? this.#begin(note);
    if (held.settled) return;
    held.event = this.#with(held.event, note);
    const denied = stringMember(objectMember(held.event, "decision"), "effect") === "deny";
    held.settled = denied || note.words.ran.has(note.event);
    if (!held.settled) this.#await(note, held);
  }

  /** Without an id, a result is told by the tool; what was refused waits for none. */
  #await(note: Note, held: HeldEvent): void {
    if (textAttribute(note.record.attributes, IDS) !== undefined) return;
    const key = callKey(note, note.tool.name ?? "");
    this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), held]);
  }

  #find(note: Note): HeldEvent | undefined {
    const id = textAttribute(note.record.attributes, IDS);
    if (id !== undefined) {
      const known = this.#open.get(callKey(note, id));
      if (known === undefined || isAnother(known, note)) return undefined;
      known.events.set(note.event, inputOf(note));
      return known.held;
    }
    if (note.words.decided.has(note.event)) return undefined;
    const waiting = this.#waiting.get(callKey(note, note.tool.name ?? ""));
    return waiting?.shift();
  }

  #begin(note: Note): HeldEvent {
    const { file, tally } = this.#work;
    const id = textAttribute(note.record.attributes, IDS);
    const key = callKey(note, id ?? "");
    const count = id === undefined ? 1 : (this.#open.get(key)?.count ?? 0) + 1;
    const name = id ?? `line-${note.record.line}.${this.#count++}`;
    const held = this.#held.hold(this.#event(note, count > 1 ? `${name}#${count}` : name));
    if (note.tool.name === undefined)
      tally.addUnreadable("a tool call has no name", file.name, note.record.line);
    const events = new Map([[note.event, inputOf(note)]]);
    if (id !== undefined) this.#open.set(key, { held, events, count });
    return held;
  }

  #event(note: Note, id: string): JsonObject {
    const { options, file } = this.#work;
    const { attributes, time } = note.record;
    const main = options.subject ?? { type: "agent", id: note.words.agent };
    const agent = textAttribute(attributes, ["agent.name", "agent_name", "subagent_name"]);
    const model = options.model ?? textAttribute(attributes, ["model"]);
    return {
      id: `${note.session ?? file.relative}/${id}`,
      time,
      session: note.session,
      subject: agent === undefined ? { ...main } : { type: "agent", id: agent },
      action: this.#action(note),
      context: filled({
        model: model === undefined ? undefined : { name: model },
        on_behalf_of: options.onBehalfOf
          ? { ...options.onBehalfOf }
          : note.user === undefined
            ? undefined
            : { type: "human", id: note.user },
        delegation: agent === undefined ? undefined : [`${main.type}:${main.id}`],
      }),
    };
  }

  #action({ tool, words, record }: Note): JsonObject {
    const { options } = this.#work;
    const { name, server } = tool;
    if (server !== undefined) {
      const own = name?.replace(/^mcp__/, "");
      const bare = own?.startsWith(`${server}__`) ? own.slice(server.length + 2) : own;
      return { kind: "mcp_request", server, name: bare };
    }
    const hidden = stringMember(record.attributes, "tool_name") === "mcp_tool";
    if (name === undefined) return { kind: hidden ? "mcp_request" : "tool_call", name: undefined };
    const isMcp = stringMember(record.attributes, "tool_type") === "mcp";
    const address = toolAddress(name, isMcp ? undefined : "host", options.server);
    const subagent = words.agent === "claude-code" && SUBAGENT_TOOLS.has(name);
    const kind = subagent ? "subagent_invocation" : isMcp ? "mcp_request" : address.kind;
    return { kind, server: address.server, name: address.name };
  }

  /** The event, with what the record says of decision, arguments and outcome. */
  #with(event: JsonObject, note: Note): JsonObject {
    const { attributes } = note.record;
    const decided = this.#decision(note);
    const decision = objectMember(event, "decision") ?? decided?.decision;
    const denied = stringMember(decision, "effect") === "deny";
    const context = filled({
      ...objectMember(event, "context"),
      ...(objectMember(event, "decision") === undefined && decided?.context),
    });
    const action = objectMember(event, "action");
    return {
      ...event,
      action: stringMember(action, "name") === undefined ? this.#action(note) : action,
      args: objectMember(event, "args") ?? this.#args(note),
      unrecorded: member(event, "unrecorded") ?? truncated(note),
      context,
      decision,
      outcome:
        note.words.ran.has(note.event) && !denied
          ? outcomeOf(attributes)
          : member(event, "outcome"),
    };
  }

  #decision(
    note: Note,
  ): { readonly decision: JsonObject; readonly context: JsonObject } | undefined {
    const { attributes, line } = note.record;
    const said = textAttribute(attributes, ["decision", "decision_type"])?.toLowerCase();
    if (said === undefined) return undefined;
    const meant =
      note.words.decisions.get(said) ?? note.words.decisions.get(said.split(/\W/)[0] ?? "");
    if (meant === undefined) {
      const { tally, file } = this.#work;
      tally.addUnreadable(`the decision \`${said}\` is unknown`, file.name, line);
      return undefined;
    }
    const source = textAttribute(attributes, ["source", "decision_source"]);
    const byUser = meant.by === "user" || (meant.by === undefined && isUserSource(source));
    const pdp = note.words.agent;
    if (!byUser)
      return {
        decision: filled({ effect: meant.permitted ? "allow" : "deny", pdp, rule: source }) ?? {},
        context: {},
      };
    const decision = meant.permitted
      ? { effect: "require_approval", pdp }
      : { effect: "deny", pdp: "user" };
    return { decision, context: { approvals: [this.#approval(note, meant.permitted)] } };
  }

  #approval({ user, record }: Note, granted: boolean): JsonObject {
    const { approver } = this.#work.options;
    const by =
      approver === undefined
        ? user === undefined
          ? { type: "human" }
          : `human:${user}`
        : `${approver.type}:${approver.id}`;
    return filled({ by, at: record.time, decision: granted ? "granted" : "refused" }) ?? {};
  }

  #args({ record, parameters, words }: Note): JsonObject | undefined {
    const { tally, file } = this.#work;
    const { attributes, line } = record;
    const written = INPUTS.map((name) => member(attributes, name)).find(
      (value) => value !== undefined,
    );
    if (written !== undefined) {
      const { args, cause } = readArguments(written);
      if (cause !== undefined) tally.addUnreadable(cause, file.name, line);
      if (args !== undefined) return args;
    }
    const command = stringMember(parameters, "full_command");
    if (words.agent !== "claude-code" || command === undefined) return undefined;
    return filled({
      command,
      timeout: member(parameters, "timeout"),
      description: member(parameters, "description"),
      dangerouslyDisableSandbox: member(parameters, "dangerouslyDisableSandbox"),
    });
  }
}

/** Attributes that only records of tools have. */
const TOOL_ATTRIBUTE = new RegExp(
  String.raw`^(?:tool_name|tool_use_id|call_id|tool_call_id|function_name|tool_input` +
    String.raw`|function_args|tool_parameters|arguments|gen_ai\.tool\.(?:name|call\..*))$`,
);
/** Events that tell more of a call that other events tell of, and of what is no call. */
const KNOWN = new RegExp(
  String.raw`^(?:sandbox_assessment\w*|sandbox_outcome|tool_output_truncated|file_operation` +
    String.raw`|edit_strategy|edit_correction|api_\w+|hook_\w+|user_prompt` +
    String.raw`|assistant_response)$`,
);

function wordsOf({ name, resource }: LogRecord): LogWords | undefined {
  const service = textAttribute(resource, ["service.name"]) ?? "";
  return (
    LOG_WORDS.find(({ app }) => app.test(name)) ??
    LOG_WORDS.find(({ app }) => app.test(service)) ??
    (/^tool_(?:decision|result)$/.test(name) ? LOG_WORDS[0] : undefined)
  );
}

function noteOf(record: LogRecord, words: LogWords, event: string): Note {
  const said = unpackJson(member(record.attributes, "tool_parameters"));
  const parameters = isJsonObject(said) ? said : undefined;
  const all = [record.attributes, record.resource];
  const first = (names: readonly string[]): string | undefined =>
    all.map((one) => textAttribute(one, names)).find((found) => found !== undefined);
  return {
    record,
    words,
    event,
    session: first(SESSIONS),
    user: first(USERS),
    tool: toolOf(record.attributes, parameters),
    parameters,
  };
}

/**
 * Whether a record tells of another call than the one of that id before, which is over: that has had
 * such a record, of another tool or input.
 */
function isAnother({ held, events }: OpenCall, note: Note): boolean {
  const before = events.get(note.event);
  return held.settled && before !== undefined && before !== inputOf(note);
}

function inputOf({ tool, parameters, record }: Note): string {
  const written = INPUTS.map((name) => member(record.attributes, name));
  return JSON.stringify([tool.name, tool.server, written, parameters]);
}

const INPUTS = ["tool_input", "arguments", "function_args"] as const;

function callKey({ session, words }: Note, id: string): string {
  return JSON.stringify([words.agent, session, id]);
}

/** By the record's own `success`; undefined where it does not say. */
function outcomeOf(attributes: JsonObject): JsonObject | undefined {
  const success = member(attributes, "success");
  const ran = success === true || success === "true";
  if (!ran && success !== false && success !== "false") return undefined;
  const error = textAttribute(attributes, ["error_type", "error.type"]);
  return filled({ status: ran ? "ok" : "error", error: ran ? undefined : error });
}

/** WHY: Claude Code cuts long values of arguments, and says so at their end. */
const CUT = /(?:\[(?:\.\.\.)?\s*truncated[^\]]*\]|…\[truncated[^\]]*\]|\.\.\.\[truncated\])\s*$/i;

function truncated({ record }: Note): readonly string[] | undefined {
  const input = unpackJson(
    member(record.attributes, "tool_input") ?? member(record.attributes, "arguments"),
  );
  if (!isJsonObject(input)) return undefined;
  const cut = Object.keys(input).filter((key) => CUT.test(stringMember(input, key) ?? ""));
  return cut.length === 0 ? undefined : cut.map((key) => `args.${key}`);
}

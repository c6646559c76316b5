import type { Json, JsonObject } from "../../request/json.ts";
import { filled } from "./call-values.ts";
import type { ChatCall, ChatStep, ChatText } from "./chat-conversation.ts";
import type { ChatApproval } from "./chat-entry.ts";
import type { ChatOrigin } from "./chat-origin.ts";
import type { ImportOptions } from "./importer.ts";

/** A run's steps as canonical events, with the end of its session. */
export function chatEvents(
  steps: readonly ChatStep[],
  origin: ChatOrigin,
  options: ImportOptions,
): JsonObject[] {
  const writer = new EventWriter(origin, options, new HandOffs(steps));
  return [...steps.map((step) => writer.event(step)), writer.end()];
}

/** Who handed the run to whom: the agents above each call's own. */
class HandOffs {
  /** Agents' names as a tool's name holds them. */
  readonly #agents: ReadonlyMap<string, string>;
  readonly #above = new Map<string, readonly string[]>();

  constructor(steps: readonly ChatStep[]) {
    const names = new Set(steps.map(({ speaker }) => speaker.agent));
    this.#agents = new Map(
      [...names].flatMap((name) => (name === undefined ? [] : [[inToolName(name), name] as const])),
    );
  }

  above({ speaker }: ChatCall): readonly string[] | undefined {
    return speaker.above ?? this.#above.get(speaker.agent ?? "");
  }

  /** The agent that a call hands the run to, if it does. */
  target(call: ChatCall): string | undefined {
    if (call.action === "subagent_invocation") {
      const named = call.args?.["agent_name"] ?? call.args?.["agentName"];
      if (typeof named === "string") return named;
    }
    return call.name?.startsWith(TRANSFER) === true
      ? this.#agents.get(inToolName(call.name.slice(TRANSFER.length)))
      : undefined;
  }

  /** Notes that a call hands the run over. An agent that gets it back stands where it stood. */
  note(call: ChatCall): void {
    const [from, to] = [call.speaker.agent, this.target(call)];
    if (from === undefined || to === undefined || call.answer?.refused === true) return;
    const above = this.#above.get(from) ?? [];
    if (!above.includes(to)) this.#above.set(to, [...above, from]);
  }
}

const TRANSFER = "transfer_to_";

function inToolName(agent: string): string {
  return agent.toLowerCase().replace(/[^a-z0-9]+/g, "_");
}

/** Writes one run's steps as canonical events. */
class EventWriter {
  readonly #origin: ChatOrigin;
  readonly #options: ImportOptions;
  readonly #handOffs: HandOffs;
  /** What holds for each call. */
  readonly #context: { readonly [key: string]: Json };
  #texts = { prompt: 0, response: 0 };

  constructor(origin: ChatOrigin, options: ImportOptions, handOffs: HandOffs) {
    this.#origin = origin;
    this.#options = options;
    this.#handOffs = handOffs;
    const model = options.model ?? origin.model;
    const context = {
      task: origin.task === undefined ? undefined : { id: origin.task },
      model: model === undefined ? undefined : { name: model },
      on_behalf_of:
        options.onBehalfOf !== undefined
          ? { ...options.onBehalfOf }
          : origin.user === undefined
            ? undefined
            : { type: "human", id: origin.user },
    };
    this.#context = filled(context) ?? {};
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
    const server = this.#options.server ?? call.server ?? this.#origin.server;
    const kind = this.#kindOf(call);
    const above = this.#handOffs.above(call);
    this.#handOffs.note(call);
    return {
      id: `${this.#origin.session}/${call.index}`,
      time: call.speaker.time ?? this.#origin.time,
      session: this.#origin.session,
      subject: this.#subject(call),
      action: {
        kind,
        ...(server !== undefined && { server }),
        ...(call.name !== undefined && { name: call.name }),
      },
      args: call.args,
      context: this.#contextOf(call, above ?? []),
      decision: decisionOf(call),
      outcome: this.#outcome(call),
    };
  }

  #contextOf({ request, approvals }: ChatCall, above: readonly string[]): JsonObject | undefined {
    const context: { [key: string]: Json } = { ...this.#context };
    if (request !== undefined) context["request"] = request;
    if (above.length > 0) context["delegation"] = above.map((agent) => `agent:${agent}`);
    if (approvals.length > 0) context["approvals"] = approvals.map((each) => this.#approval(each));
    return Object.keys(context).length === 0 ? undefined : context;
  }

  #kindOf(call: ChatCall): string {
    if (this.#handOffs.target(call) !== undefined) return "subagent_invocation";
    return call.action ?? "tool_call";
  }

  #subject({ speaker }: ChatCall): JsonObject | undefined {
    const agent = speaker.agent ?? this.#origin.agent;
    if (this.#options.subject !== undefined) return { ...this.#options.subject };
    return agent === undefined ? undefined : { type: "agent", id: agent };
  }

  /** WHY not `at`: no format says when, and an approval counts only if it was there before. */
  #approval({ id, granted, byPerson }: ChatApproval): JsonObject {
    const { approver } = this.#options;
    const person = approver === undefined ? { type: "human" } : `${approver.type}:${approver.id}`;
    return (
      filled({
        id,
        by: byPerson ? person : undefined,
        decision: granted ? "granted" : "refused",
      }) ?? {}
    );
  }

  #outcome({ answer }: ChatCall): JsonObject | undefined {
    if (answer?.status === undefined) return undefined;
    return this.#options.results && answer.text !== undefined
      ? { status: answer.status, result: answer.text }
      : { status: answer.status };
  }

  #text({ kind, text, speaker }: ChatText): JsonObject {
    const kept = this.#options.results && text !== undefined;
    const time = speaker.time ?? this.#origin.time;
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

/** What the record says of permission: a refused call did not run, one that waited was asked for. */
function decisionOf({ answer, asked }: ChatCall): JsonObject | undefined {
  if (answer?.refused === true) return { effect: "deny" };
  return asked ? { effect: "require_approval" } : undefined;
}

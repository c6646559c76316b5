import type { JsonObject } from "../../request/json.ts";
import { isJsonObject } from "../../request/json.ts";
import { filled, readArguments, toolAddress, unpackJson } from "./call-values.ts";
import type { ImportTally } from "./import-tally.ts";
import type { ImportFile, ImportOptions } from "./importer.ts";
import {
  contextOf,
  mentionsIn,
  resultOf,
  textAttribute,
  type Mention,
  type Span,
  type SpanContext,
} from "./span.ts";
import { spanCall, type SpanCall } from "./span-tool.ts";

/** A file being converted. */
export interface SpanWork {
  readonly file: ImportFile;
  readonly options: ImportOptions;
  readonly tally: ImportTally;
}

/** What is kept of a span until its trace is whole: not its texts, which may be large. */
interface Node {
  readonly id: string;
  readonly parent: string | undefined;
  readonly start: string | undefined;
  readonly order: string;
  readonly line: number;
  readonly context: SpanContext;
  readonly service: string | undefined;
  readonly call: SpanCall | undefined;
  readonly proposed: readonly Mention[];
  readonly answered: readonly Mention[];
  readonly decision: JsonObject | undefined;
}

interface Trace {
  readonly id: string;
  readonly nodes: Map<string, Node>;
  weight: number;
  about: Partial<SpanContext>;
}

/** How much is held while traces are put together: spans, and characters of their arguments. */
const MAX_SPANS = 50_000;
const MAX_WEIGHT = 64 * 1024 * 1024;

/**
 * Puts spans together as traces, in whatever order they come, and gives the calls in them: a span
 * that runs a tool is one call; what it does not say of agent, session and user its ancestors do.
 * All is held to the end of the file; of a file too large for that the traces that have rested
 * longest are finished first.
 */
export class SpanForest {
  readonly #work: SpanWork;
  readonly #traces = new Map<string, Trace>();
  #spans = 0;
  #weight = 0;

  constructor(work: SpanWork) {
    this.#work = work;
  }

  add(span: Span): void {
    const trace = this.#trace(span.trace);
    const node = this.#node(span);
    if (trace.nodes.has(span.id))
      return this.#work.tally.addNote("spans that stand in the file more than once are taken once");
    trace.nodes.set(span.id, node);
    const weight =
      200 +
      (node.call?.args === undefined ? 0 : JSON.stringify(node.call.args).length) +
      (this.#work.options.results && node.call?.result !== undefined
        ? JSON.stringify(node.call.result).length
        : 0);
    trace.weight += weight;
    this.#weight += weight;
    this.#spans++;
  }

  /** What a format tells later of a span that was added: how the call ended. */
  amend(trace: string, id: string, { failed, result }: Pick<SpanCall, "failed" | "result">): void {
    const nodes = this.#traces.get(trace)?.nodes;
    const node = nodes?.get(id);
    if (node?.call !== undefined)
      nodes?.set(id, {
        ...node,
        call: {
          ...node.call,
          failed: node.call.failed || failed,
          result: result ?? node.call.result,
        },
      });
  }

  /** What the format says of a whole trace. */
  describe(id: string, about: Partial<SpanContext>): void {
    this.#trace(id).about = about;
  }

  /** The calls of traces that cannot be held any longer. */
  take(): JsonObject[] {
    const events: JsonObject[] = [];
    while (this.#spans > MAX_SPANS || this.#weight > MAX_WEIGHT) {
      const [oldest] = this.#traces.values();
      if (oldest === undefined) break;
      this.#work.tally.addNote(
        "the file is too large to hold: spans that come long after their trace's others are taken as a trace of their own",
      );
      events.push(...this.#finish(oldest));
    }
    return events;
  }

  /** All that is left, in the order of time. */
  end(): JsonObject[] {
    const events = [...this.#traces.values()].flatMap((trace) => this.#finish(trace));
    return events
      .map((event, index) => ({ event, index }))
      .sort((a, b) => byTime(a.event, b.event) || a.index - b.index)
      .map(({ event }) => event);
  }

  #trace(id: string): Trace {
    const known = this.#traces.get(id) ?? {
      id,
      nodes: new Map<string, Node>(),
      weight: 0,
      about: {},
    };
    // the traces that were added to last stand last
    this.#traces.delete(id);
    this.#traces.set(id, known);
    return known;
  }

  #node(span: Span): Node {
    const { tally, file } = this.#work;
    const call = spanCall(span);
    if (call !== undefined && call.name === undefined)
      tally.addUnreadable("a tool call has no name", file.name, span.line);
    if (call?.cause !== undefined) tally.addUnreadable(call.cause, file.name, span.line);
    const service = textAttribute(span.resource, ["service.name"]);
    const mentioned = call === undefined ? messagesOf(span) : { proposed: [], answered: [] };
    return {
      id: span.id,
      parent: span.parent,
      start: span.start,
      order: span.order,
      line: span.line,
      context: contextOf(span),
      service:
        service === undefined || service.startsWith("unknown_service") || span.kind === 2
          ? undefined
          : service,
      call,
      ...mentioned,
      decision: decisionOf(span),
    };
  }

  #finish(trace: Trace): JsonObject[] {
    this.#traces.delete(trace.id);
    this.#spans -= trace.nodes.size;
    this.#weight -= trace.weight;
    return new TraceReader(trace, this.#work).events();
  }
}

const OUTPUTS = [
  "gen_ai.output.messages",
  "gen_ai.completion",
  "ai.response.toolCalls",
  "ai.response.messages",
  "langfuse.observation.output",
] as const;
const INPUTS = [
  "gen_ai.input.messages",
  "gen_ai.prompt",
  "ai.prompt.messages",
  "langfuse.observation.input",
] as const;

/** The calls that a model's span proposes, and the answers that it was given. */
function messagesOf(span: Span): { proposed: readonly Mention[]; answered: readonly Mention[] } {
  const out = [
    ...OUTPUTS.map((name) => span.attributes[name] ?? undefined),
    span.output,
    ...flattened(span.attributes, ["llm.output_messages.", "gen_ai.completion."]),
  ];
  const input = [
    ...INPUTS.map((name) => span.attributes[name] ?? undefined),
    span.input,
    ...flattened(span.attributes, ["llm.input_messages.", "gen_ai.prompt."]),
  ];
  return {
    proposed: out
      .flatMap((value) => mentionsIn(unpackJson(value)))
      .filter(({ kind }) => kind === "call"),
    answered: input
      .flatMap((value) => mentionsIn(unpackJson(value)))
      .filter(({ kind }) => kind === "answer"),
  };
}

/**
 * Messages whose members are attributes of their own
 * (`llm.output_messages.0.message.tool_calls.0.tool_call.id`).
 */
function flattened(attributes: JsonObject, prefixes: readonly string[]): JsonObject[] {
  const messages = new Map<string, { [key: string]: string }>();
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value !== "string" || !prefixes.some((prefix) => name.startsWith(prefix))) continue;
    const match =
      /^(.*?\.\d+)\.(?:message\.)?(?:(tool_calls\.\d+)\.)?(?:tool_call\.)?(?:function\.)?(role|tool_call_id|id|name|arguments)$/.exec(
        name,
      );
    if (match?.[1] === undefined || match[3] === undefined) continue;
    const key = match[2] === undefined ? match[1] : `${match[1]}.${match[2]}`;
    const found = messages.get(key) ?? {};
    found[match[3]] = value;
    if (match[2] !== undefined) found["type"] = "tool_call";
    messages.set(key, found);
  }
  return [...messages.values()];
}

/** A decision that a span carries under this tool's own names. */
function decisionOf({ attributes }: Span): JsonObject | undefined {
  const effect = textAttribute(attributes, ["agentz.decision.effect"]);
  if (effect !== "allow" && effect !== "deny" && effect !== "require_approval") return undefined;
  return filled({
    effect,
    rule: textAttribute(attributes, ["agentz.decision.rule"]),
    policy: textAttribute(attributes, ["agentz.decision.policy"]),
    pdp: textAttribute(attributes, ["agentz.decision.pdp"]),
  });
}

/** The calls of one trace. */
class TraceReader {
  readonly #trace: Trace;
  readonly #work: SpanWork;
  readonly #models: ReadonlySet<string>;

  constructor(trace: Trace, work: SpanWork) {
    this.#trace = trace;
    this.#work = work;
    this.#models = new Set(
      [...trace.nodes.values()].flatMap(({ context }) =>
        context.model === undefined ? [] : [context.model],
      ),
    );
  }

  events(): JsonObject[] {
    const calls = [...this.#trace.nodes.values()].filter(({ call }) => call !== undefined);
    const merged = this.#mergeSides(calls).map((node) => this.#withProposedArgs(node));
    const spans = merged.map((node) => this.#event(node));
    return [...spans, ...this.#withoutSpan(merged)].sort(byTime);
  }

  /** Arguments are opt-in on spans; the model's message has those of the same call. */
  #withProposedArgs(node: Node): Node {
    const { call } = node;
    if (call === undefined || call.args !== undefined || call.callId === undefined) return node;
    for (const { proposed } of this.#trace.nodes.values()) {
      const args = readArguments(proposed.find(({ id }) => id === call.callId)?.args).args;
      if (args !== undefined) return { ...node, call: { ...call, args } };
    }
    return node;
  }

  /**
   * One call may have a span at the agent, at the MCP client and at the server: the outermost
   * stands for all.
   */
  #mergeSides(calls: readonly Node[]): Node[] {
    const inner = new Map<string, Node>();
    const kept = calls.filter((node) => {
      const outer = this.#outerSide(node, calls);
      if (outer === undefined) return true;
      const known = inner.get(outer.id);
      inner.set(outer.id, known === undefined ? node : withCall(known, node));
      return false;
    });
    return kept.map((node) => this.#withInner(node, inner));
  }

  #withInner(node: Node, inner: ReadonlyMap<string, Node>): Node {
    const side = inner.get(node.id);
    return side === undefined ? node : withCall(node, this.#withInner(side, inner));
  }

  #outerSide(node: Node, calls: readonly Node[]): Node | undefined {
    const { call } = node;
    if (call === undefined) return undefined;
    for (const above of this.#ancestors(node)) {
      if (above.call === undefined) continue;
      if (
        above.call.name === call.name &&
        (call.isMcp || (call.callId !== undefined && call.callId === above.call.callId))
      )
        return above;
      return undefined;
    }
    if (!call.isMcp || call.callId === undefined) return undefined;
    return calls.find(
      (other) => other !== node && other.call?.isMcp === false && other.call.callId === call.callId,
    );
  }

  *#ancestors(node: Node): Generator<Node> {
    const seen = new Set([node.id]);
    for (let id = node.parent; id !== undefined && !seen.has(id); ) {
      seen.add(id);
      const above = this.#trace.nodes.get(id);
      if (above === undefined) return;
      yield above;
      id = above.parent;
    }
  }

  #event(node: Node): JsonObject {
    const call = node.call;
    const { options } = this.#work;
    const result = options.results ? resultOf(call?.result) : undefined;
    return {
      ...this.#common(node),
      action: { kind: call?.kind, server: options.server ?? call?.server, name: call?.name },
      args: call?.args,
      resource: call?.resource,
      decision: node.decision,
      outcome: filled({
        status: call?.failed === true ? "error" : "ok",
        error: call?.error,
        result,
      }),
    };
  }

  #common(node: Node): JsonObject {
    const { options } = this.#work;
    const lineage = [node, ...this.#ancestors(node)];
    const agents = distinctAgents(lineage);
    const service = lineage.map((one) => one.service).find((name) => name !== undefined);
    const agent =
      agents[0] ?? (service === undefined ? undefined : { id: service, name: undefined });
    const user = first(lineage, "user") ?? this.#trace.about.user;
    const caller = [...this.#ancestors(node)].find(({ call }) => call !== undefined);
    const model =
      options.model ??
      first(lineage, "model") ??
      (this.#models.size === 1 ? [...this.#models][0] : undefined);
    return {
      id: `${this.#trace.id}/${node.id}`,
      time: node.start,
      session: first(lineage, "session") ?? this.#trace.about.session ?? this.#trace.id,
      parent: caller === undefined ? undefined : `${this.#trace.id}/${caller.id}`,
      subject:
        options.subject === undefined
          ? agent && { type: "agent", ...agent }
          : { ...options.subject },
      context: filled({
        model: model === undefined ? undefined : { name: model },
        on_behalf_of:
          options.onBehalfOf !== undefined
            ? { ...options.onBehalfOf }
            : user === undefined
              ? undefined
              : { type: "human", id: user },
        delegation:
          agents.length > 1
            ? agents
                .slice(1)
                .reverse()
                .map(({ id }) => `agent:${id}`)
            : undefined,
      }),
    };
  }

  /**
   * Calls that only messages tell of: proposed by a model, and answered later, while no span ran
   * them.
   */
  #withoutSpan(merged: readonly Node[]): JsonObject[] {
    const nodes = [...this.#trace.nodes.values()].sort((a, b) =>
      a.order < b.order ? -1 : a.order > b.order ? 1 : 0,
    );
    const answers = new Map<string, Mention>();
    for (const node of nodes)
      for (const answer of node.answered)
        if (answer.id !== undefined) answers.set(answer.id, answer);
    const known = new Set(
      merged.flatMap(({ call }) => (call?.callId === undefined ? [] : [call.callId])),
    );
    const names = new Set(
      merged.flatMap(({ call }) => (call?.name === undefined ? [] : [call.name])),
    );
    const events: JsonObject[] = [];
    for (const node of nodes) {
      for (const { id, name, args } of node.proposed) {
        if (id === undefined || known.has(id)) continue;
        known.add(id);
        const answer = answers.get(id);
        // a framework that has spans for this tool has them for each call of it
        if (answer === undefined || (name !== undefined && names.has(name)))
          this.#skipProposal(answer);
        else events.push(this.#proposal(node, { id, name, args, failed: answer.failed }));
      }
    }
    return events;
  }

  #skipProposal(answer: Mention | undefined): void {
    if (answer === undefined)
      this.#work.tally.addNote(
        "calls that a model proposed, and of which no record says that they ran, are left out",
      );
  }

  #proposal(
    node: Node,
    of: { id: string; name: string | undefined; args: Mention["args"]; failed: boolean },
  ): JsonObject {
    const { options, tally, file } = this.#work;
    const { args, cause } = readArguments(of.args);
    if (cause !== undefined) tally.addUnreadable(cause, file.name, node.line);
    tally.addNote("calls without a span of their own are taken from the models' messages");
    const address =
      of.name === undefined ? undefined : toolAddress(of.name, undefined, options.server);
    return {
      ...this.#common(node),
      id: `${this.#trace.id}/${node.id}/${of.id}`,
      action: { kind: address?.kind ?? "tool_call", server: address?.server, name: address?.name },
      args: isJsonObject(args) ? args : undefined,
      outcome: { status: of.failed ? "error" : "ok" },
    };
  }
}

/** `node`, with what only its other side knows. */
function withCall(node: Node, side: Node): Node {
  if (node.call === undefined || side.call === undefined) return node;
  const { call } = node;
  return {
    ...node,
    call: {
      ...call,
      kind: call.isMcp ? call.kind : side.call.kind,
      server: call.server ?? side.call.server,
      args: call.args ?? side.call.args,
      callId: call.callId ?? side.call.callId,
      result: call.result ?? side.call.result,
      error: call.error ?? side.call.error,
      failed: call.failed || side.call.failed,
    },
    context: { ...node.context, session: node.context.session ?? side.context.session },
  };
}

/** The agents from the caller up to the root, each once. */
function distinctAgents(
  lineage: readonly Node[],
): { readonly id: string; readonly name: string | undefined }[] {
  const found: { readonly id: string; readonly name: string | undefined }[] = [];
  for (const { context } of lineage)
    if (context.agent !== undefined && !found.some(({ id }) => id === context.agent?.id))
      found.push(context.agent);
  return found;
}

function first(lineage: readonly Node[], name: "session" | "user" | "model"): string | undefined {
  return lineage.map(({ context }) => context[name]).find((value) => value !== undefined);
}

function byTime(a: JsonObject, b: JsonObject): number {
  const [left, right] = [String(a["time"] ?? ""), String(b["time"] ?? "")];
  return left < right ? -1 : left > right ? 1 : 0;
}

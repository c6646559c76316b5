import { isJsonObject, type Json, type JsonObject } from "../../request/json.ts";
import { filled, readArguments, toolAddress, unpackJson } from "./call-values.ts";
import { parsePythonLiteral } from "./python-literal.ts";
import type { SpanAgent, SpanContext } from "./span-context.ts";
import { handoffTool } from "./span-handoff.ts";
import type { SpanNode, SpanTrace, SpanWork } from "./span-node.ts";
import { isRooted } from "./span-root.ts";
import { joinStages } from "./span-stage.ts";
import type { SpanCall } from "./span-tool.ts";
import { resultOf, type Mention } from "./span.ts";

/** A call's place below the agents: who made it, and who is above. */
interface Lineage {
  /** The span itself and those above it. */
  readonly spans: readonly SpanNode[];
  /** From the caller up to the root, each once. */
  readonly agents: readonly SpanAgent[];
  /** The hand-off by which the outermost agent came to run. */
  readonly handoff: SpanNode | undefined;
  /** Whether the graph of agents goes on above what the trace has of it. */
  readonly isCut: boolean;
}

/** What an event says of its call alone. */
interface WrittenCall {
  readonly id: string;
  readonly action: JsonObject;
  readonly args: JsonObject | undefined;
  readonly resource: JsonObject | undefined;
  readonly decision: JsonObject | undefined;
  readonly outcome: JsonObject | undefined;
}

/** An agent's span, and the last of those above it. */
interface AgentRoot {
  readonly node: SpanNode;
  readonly agent: string;
  readonly root: string | undefined;
}

/** The calls of one trace. */
export class TraceReader {
  readonly #trace: SpanTrace;
  readonly #work: SpanWork;
  readonly #models: ReadonlySet<string>;
  readonly #sessions: ReadonlySet<string>;
  readonly #users: ReadonlySet<string>;
  /** The instrumentations that name agents by more than the names of spans. */
  readonly #certain: ReadonlySet<string | undefined>;
  readonly #namesAgents: boolean;
  readonly #proposals: Proposals;
  readonly #graph: ReadonlyMap<string, SpanNode>;
  #handoffs: readonly SpanNode[] = [];
  #roots: readonly AgentRoot[] | undefined;

  constructor(trace: SpanTrace, work: SpanWork) {
    this.#trace = trace;
    this.#work = work;
    const nodes = [...trace.nodes.values()];
    this.#models = valuesOf(nodes, ({ model }) => model);
    this.#sessions = valuesOf(nodes, ({ session }) => session);
    this.#users = valuesOf(nodes, ({ user }) => user);
    const agents = nodes.filter(({ context }) => context.agent !== undefined);
    this.#certain = new Set(
      agents.filter(({ context }) => context.agent?.certain).map(({ scope }) => scope),
    );
    this.#namesAgents = agents.length > 0;
    this.#proposals = new Proposals(nodes);
    this.#graph = new Map(
      nodes.flatMap((node) => (node.context.node ? [[node.context.node.id, node]] : [])),
    );
  }

  events(): JsonObject[] {
    const calls = [...this.#trace.nodes.values()].filter(({ call }) => call !== undefined);
    const merged = this.#mergeSides(mergeStages(calls)).map((node) => this.#named(node));
    this.#handoffs = merged.filter(({ call }) => call?.handoff !== undefined).sort(byOrder);
    const complete = this.#proposals.complete(merged);
    const spans = complete.map((node) => this.#event(node));
    return [...spans, ...this.#withoutSpan(complete)].sort(byTime);
  }

  /** A tool that hands over to an agent of this trace is a hand-off, whoever wrote it down. */
  #named(node: SpanNode): SpanNode {
    const { call } = node;
    if (call?.name === undefined || !/^(?:transfer|handoff|delegate)_to_/.test(call.name))
      return node;
    const tool = call.name.toLowerCase().replace(/^(?:handoff|delegate)_to_/, "transfer_to_");
    const to = [...this.#trace.nodes.values()]
      .map((one) => this.#agentOf(one)?.id)
      .find((agent) => agent !== undefined && handoffTool(agent) === tool);
    if (to === undefined || call.handoff !== undefined) return node;
    const handoff = { from: undefined, to, tool: call.name };
    const resource = call.resource ?? { type: "agent", id: to };
    return { ...node, call: { ...call, kind: "subagent_invocation", resource, handoff } };
  }

  /**
   * One call may have a span at the agent, at the MCP client and at the server: the outermost
   * stands for all.
   */
  #mergeSides(calls: readonly SpanNode[]): SpanNode[] {
    const inner = new Map<string, SpanNode>();
    const agents = agentSides(calls);
    const kept = calls.filter((node) => {
      const outer = this.#outerSide(node, agents);
      if (outer === undefined) return true;
      const known = inner.get(outer.id);
      inner.set(outer.id, known === undefined ? node : withCall(known, node));
      return false;
    });
    return kept.map((node) => this.#withInner(node, inner));
  }

  #withInner(node: SpanNode, inner: ReadonlyMap<string, SpanNode>): SpanNode {
    const side = inner.get(node.id);
    return side === undefined ? node : withCall(node, this.#withInner(side, inner));
  }

  #outerSide(node: SpanNode, agents: ReadonlyMap<string, SpanNode>): SpanNode | undefined {
    const { call } = node;
    if (call === undefined) return undefined;
    for (const above of this.#ancestors(node)) {
      if (above.call === undefined) continue;
      return isSameCall(above.call, call) ? above : undefined;
    }
    return call.isMcp && call.callId !== undefined ? agents.get(call.callId) : undefined;
  }

  *#ancestors(node: SpanNode): Generator<SpanNode> {
    const seen = new Set([node.id]);
    for (let id = node.parent; id !== undefined && !seen.has(id); ) {
      seen.add(id);
      const above = this.#trace.nodes.get(id);
      if (above === undefined) return;
      yield above;
      id = above.parent;
    }
  }

  #event(node: SpanNode): JsonObject {
    const call = node.call;
    const { options, tally, file } = this.#work;
    if (call?.cause !== undefined && call.args === undefined)
      tally.addUnreadable(call.cause, file.name, node.line);
    const result = options.results ? resultOf(call?.result) : undefined;
    return this.#written(node, {
      id: node.id,
      action: { kind: call?.kind, server: options.server ?? call?.server, name: call?.name },
      args: call?.args,
      resource: call?.resource,
      decision: node.decision,
      outcome: filled({
        status: call?.failed === true ? "error" : node.unfinished ? undefined : "ok",
        error: call?.error,
        result,
      }),
    });
  }

  /** The event of a call, whose id in its trace `said` has. */
  #written(node: SpanNode, said: WrittenCall): JsonObject {
    const { options } = this.#work;
    const lineage = this.#lineage(node);
    const caller = lineage.spans.slice(1).find(({ call }) => call !== undefined) ?? lineage.handoff;
    return {
      id: `${this.#trace.id}/${said.id}`,
      time: node.start,
      session: this.#session(lineage.spans),
      parent: caller === undefined ? undefined : `${this.#trace.id}/${caller.id}`,
      subject: options.subject === undefined ? this.#subject(lineage) : { ...options.subject },
      context: this.#context(lineage),
      action: said.action,
      args: said.args,
      resource: said.resource,
      decision: said.decision,
      outcome: said.outcome,
    };
  }

  /** WHY the process only where no agent is named: it may run any number of agents. */
  #subject({ agents, spans }: Lineage): JsonObject | undefined {
    const [agent] = agents;
    if (agent !== undefined) return { type: "agent", id: agent.id, name: agent.name };
    const service = spans.map((one) => one.service).find((name) => name !== undefined);
    return service === undefined || this.#namesAgents ? undefined : { type: "agent", id: service };
  }

  #context(lineage: Lineage): JsonObject | undefined {
    const { spans } = lineage;
    const { options } = this.#work;
    const user =
      outermost(spans, ({ context }) => context.user) ??
      this.#trace.about?.user ??
      only(this.#users);
    const model =
      options.model ??
      spans.map(({ context }) => context.model).find((name) => name !== undefined) ??
      only(this.#models);
    return filled({
      model: model === undefined ? undefined : { name: model },
      on_behalf_of:
        options.onBehalfOf !== undefined
          ? { ...options.onBehalfOf }
          : user === undefined
            ? undefined
            : { type: "human", id: user },
      delegation: this.#delegation(lineage),
    });
  }

  /**
   * The agents above the caller, root first; undefined where none is named, and none is excluded.
   */
  #delegation(lineage: Lineage): readonly string[] | undefined {
    const [agent, ...above] = lineage.agents;
    if (above.length > 0) return above.reverse().map(({ id }) => `agent:${id}`);
    return agent !== undefined && this.#isOutermost(agent, lineage) ? [] : undefined;
  }

  #isOutermost(agent: SpanAgent, { spans, handoff, isCut }: Lineage): boolean {
    const isGiven = handoff !== undefined || isCut || this.#trace.isPart;
    return (
      !isGiven &&
      !this.#mayBeHandedTo(spans) &&
      isRooted({ spans, agent, agentOf: (node) => this.#agentOf(node) }) &&
      this.#isFirst(agent, spans)
    );
  }

  /** Whether somebody gave the run over before, and did not say to whom. */
  #mayBeHandedTo([call]: readonly SpanNode[]): boolean {
    return this.#handoffs.some(
      (one) =>
        one.call?.handoff?.to === undefined &&
        call !== undefined &&
        one.id !== call.id &&
        byOrder(one, call) <= 0,
    );
  }

  /**
   * Whether no other agent runs from another root before. WHY not where the format tells of the
   * whole: the trace itself is then the root of all.
   */
  #isFirst(agent: SpanAgent, spans: readonly SpanNode[]): boolean {
    const root = spans.at(-1);
    if (this.#trace.about !== undefined || root === undefined) return true;
    return !this.#otherRoots().some(
      (other) =>
        other.root !== root.id && other.agent !== agent.id && byOrder(other.node, root) <= 0,
    );
  }

  /** The agents' spans with the roots above them, where a trace has several. */
  #otherRoots(): readonly AgentRoot[] {
    this.#roots ??= this.#findRoots();
    return this.#roots;
  }

  #findRoots(): readonly AgentRoot[] {
    const nodes = [...this.#trace.nodes.values()];
    const roots = nodes.filter(({ parent }) => parent === undefined);
    if (roots.length < 2) return [];
    return nodes.flatMap((node) => {
      const agent = this.#agentOf(node)?.id;
      if (agent === undefined) return [];
      const root = [node, ...this.#ancestors(node)].at(-1)?.id;
      return [{ node, agent, root }];
    });
  }

  /**
   * The session of the run that a user started: what the outermost agent and the spans about it
   * say. WHY not the nearest: a sub-agent's conversation of its own would hide its calls from what
   * the session did before.
   */
  #session(spans: readonly SpanNode[]): string {
    const agents = spans.map((one) => this.#agentOf(one)?.id);
    const root = agents.findLast((id) => id !== undefined);
    const nested = agents.findLastIndex((id) => id !== undefined && id !== root);
    return (
      outermost(spans.slice(nested + 1), ({ context }) => context.session) ??
      this.#trace.about?.session ??
      only(this.#sessions) ??
      (root === undefined ? outermost(spans, ({ context }) => context.connection) : undefined) ??
      this.#trace.id
    );
  }

  /** The agent that the span names, unless its instrumentation names agents otherwise. */
  #agentOf({ context, scope }: SpanNode): SpanAgent | undefined {
    return context.agent?.certain === false && this.#certain.has(scope) ? undefined : context.agent;
  }

  #lineage(node: SpanNode): Lineage {
    const spans = [node, ...this.#ancestors(node)];
    const agents: SpanAgent[] = [];
    for (const one of spans) add(agents, this.#agentOf(one));
    const handoff = this.#handoffTo(agents.at(-1), node);
    const isCut = this.#follow(agents, { handoff, spans });
    return { spans, agents, handoff, isCut };
  }

  /**
   * Adds those who handed over, one after the other, else those above in the graph of agents; true
   * where the trace has not the whole of that graph.
   */
  #follow(agents: SpanAgent[], { handoff, spans }: Pick<Lineage, "handoff" | "spans">): boolean {
    let last = handoff;
    const seen = new Set<SpanNode>();
    while (last !== undefined && !seen.has(last)) {
      seen.add(last);
      const from = this.#whoHandsOver(last);
      add(agents, from);
      last = this.#handoffTo(from, last);
    }
    if (handoff !== undefined) return false;
    let parent = spans.findLast(({ context }) => context.node !== undefined)?.context.node?.parent;
    const nodes = new Set<string>();
    while (parent !== undefined && !nodes.has(parent)) {
      nodes.add(parent);
      const above = this.#graph.get(parent);
      if (above === undefined) return true;
      add(agents, this.#agentOf(above));
      parent = above.context.node?.parent;
    }
    return false;
  }

  #whoHandsOver(handoff: SpanNode): SpanAgent | undefined {
    const from = handoff.call?.handoff?.from;
    if (from !== undefined) return { id: from, name: undefined, certain: true };
    for (const one of [handoff, ...this.#ancestors(handoff)]) {
      const agent = this.#agentOf(one);
      if (agent !== undefined) return agent;
    }
    return undefined;
  }

  /** The last hand-off to that agent before the span. */
  #handoffTo(agent: SpanAgent | undefined, node: SpanNode): SpanNode | undefined {
    return agent === undefined
      ? undefined
      : this.#handoffs.findLast(
          (one) =>
            one.id !== node.id &&
            one.call?.handoff?.to === agent.id &&
            byOrder(one, node) <= 0 &&
            this.#whoHandsOver(one)?.id !== agent.id,
        );
  }

  /**
   * Calls that only messages tell of: proposed by a model, and answered later, while no span ran
   * them.
   */
  #withoutSpan(merged: readonly SpanNode[]): JsonObject[] {
    const nodes = [...this.#trace.nodes.values()].sort(byOrder);
    if (nodes.every(({ proposed }) => proposed.length === 0)) return [];
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
        "calls that a model proposed, but that no record shows as run, are left out",
      );
  }

  #proposal(node: SpanNode, proposed: Omit<Mention, "kind" | "id"> & { id: string }): JsonObject {
    const { options, tally, file } = this.#work;
    const { args, cause } = readArguments(proposed.args);
    if (cause !== undefined) tally.addUnreadable(cause, file.name, node.line);
    tally.addNote("calls without a span are read from the messages of the model");
    const address =
      proposed.name === undefined
        ? undefined
        : toolAddress(proposed.name, undefined, options.server);
    return this.#written(node, {
      id: `${node.id}/${proposed.id}`,
      action: { kind: address?.kind ?? "tool_call", server: address?.server, name: address?.name },
      args: isJsonObject(args) ? args : undefined,
      resource: undefined,
      decision: undefined,
      outcome: { status: proposed.failed ? "error" : "ok" },
    });
  }
}

const AMBIGUOUS = "a tool call has one value, which fits several calls that a model proposed";

/** What models' messages, and the steps that run tools, say of the arguments of calls. */
class Proposals {
  readonly #byId = new Map<string, Mention>();
  readonly #byName = new Map<string, Mention[]>();
  readonly #args = new Map<Mention, JsonObject | undefined>();
  /** What calls have their arguments from: the id, or what has none itself. */
  readonly #used = new Set<string | Mention>();

  constructor(nodes: readonly SpanNode[]) {
    for (const { proposed, handed } of nodes)
      for (const mention of [...proposed, ...handed]) {
        const { id, name = "" } = mention;
        if (id !== undefined && !this.#byId.has(id)) this.#byId.set(id, mention);
        const known = this.#byName.get(name);
        if (known === undefined) this.#byName.set(name, [mention]);
        else known.push(mention);
      }
  }

  /** The calls in their order, with the arguments that only the model's messages have whole. */
  complete(nodes: readonly SpanNode[]): SpanNode[] {
    for (const { call } of nodes) if (call?.callId !== undefined) this.#used.add(call.callId);
    return [...nodes].sort(byOrder).map((node) => this.#completed(node));
  }

  /**
   * Arguments are opt-in on spans, and some have only the value of the only one; the model's message
   * has those of the same call.
   */
  #completed(node: SpanNode): SpanNode {
    const { call } = node;
    if (call === undefined) return node;
    const own = call.callId === undefined ? undefined : this.#byId.get(call.callId);
    const whole = own === undefined ? undefined : this.#argsOf(own);
    if (whole !== undefined && (call.args === undefined || isOnly(whole, spellingsOf(call.bare))))
      return { ...node, call: { ...call, args: whole } };
    const fits =
      call.bare === undefined || own !== undefined ? [] : this.#withOnly(call.name, call.bare);
    const [first, ...others] = fits;
    if (first === undefined) return node;
    const { mention, args } = first;
    const text = JSON.stringify(args);
    if (others.some((other) => JSON.stringify(other.args) !== text))
      return { ...node, call: { ...call, args: undefined, cause: AMBIGUOUS } };
    this.#used.add(mention.id ?? mention);
    return { ...node, call: { ...call, callId: call.callId ?? mention.id, args } };
  }

  /** The calls that were proposed for that tool with that value alone, and that none has yet. */
  #withOnly(
    name: string | undefined,
    bare: Json,
  ): readonly { readonly mention: Mention; readonly args: JsonObject }[] {
    const candidates = this.#byName.get(name ?? "") ?? [];
    if (candidates.length === 0) return [];
    const spellings = spellingsOf(bare);
    return candidates.flatMap((mention) => {
      if (this.#used.has(mention.id ?? mention)) return [];
      const args = this.#argsOf(mention);
      return args !== undefined && isOnly(args, spellings) ? [{ mention, args }] : [];
    });
  }

  /** WHY kept: each call of a tool asks for those of all that were proposed. */
  #argsOf(mention: Mention): JsonObject | undefined {
    if (!this.#args.has(mention)) this.#args.set(mention, readArguments(mention.args).args);
    return this.#args.get(mention);
  }
}

/** A bare value, and the texts of JSON that it may be written as. */
interface Spellings {
  readonly bare: Json | undefined;
  readonly texts: ReadonlySet<string | undefined>;
}

function spellingsOf(bare: Json | undefined): Spellings {
  const texts =
    typeof bare === "string"
      ? [bare, jsonOf(unpackJson(bare)), jsonOf(parsePythonLiteral(bare))]
      : [jsonOf(bare)];
  return { bare, texts: new Set(texts) };
}

function jsonOf(value: Json | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

/** Whether the arguments are one, whose value was written so. */
function isOnly(args: JsonObject, { bare, texts }: Spellings): boolean {
  const [value, ...others] = Object.values(args);
  if (bare === undefined || value === undefined || others.length > 0) return false;
  return (
    value === bare ||
    texts.has(JSON.stringify(value)) ||
    (typeof bare === "string" && PRINTED.get(bare) === value)
  );
}

/** How Python prints what JSON writes otherwise. */
const PRINTED: ReadonlyMap<string, Json> = new Map([
  ["True", true],
  ["False", false],
]);

/** The spans of a call's stages as one each. */
function mergeStages(calls: readonly SpanNode[]): SpanNode[] {
  if (calls.every(({ call }) => call?.stage === undefined)) return [...calls];
  const groups = new Map<string, SpanNode[]>();
  const whole: SpanNode[] = [];
  for (const node of [...calls].sort(byOrder)) {
    const stage = node.call?.stage;
    if (stage === undefined) whole.push(node);
    else {
      const key = JSON.stringify([node.parent, stage.tool]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [node]);
      else group.push(node);
    }
  }
  const joined = [...groups.values()].flatMap((group) =>
    joinStages(group, ({ call }) => call?.stage).map(({ anchor, others }) => {
      const stages = [anchor, ...others].map(({ call }) => call?.stage?.stage);
      const merged = others.reduce(withCall, anchor);
      const failed = stages.includes("error") && !stages.includes("success");
      const unfinished = !["success", "error", "finish"].some((stage) => stages.includes(stage));
      return merged.call === undefined
        ? merged
        : { ...merged, unfinished, call: { ...merged.call, failed: failed || merged.call.failed } };
    }),
  );
  return [...whole, ...joined];
}

/** The first span of each call with an id that is no side of an MCP request, by the id. */
function agentSides(calls: readonly SpanNode[]): ReadonlyMap<string, SpanNode> {
  const found = new Map<string, SpanNode>();
  for (const node of calls) {
    const { isMcp, callId } = node.call ?? {};
    if (isMcp === false && callId !== undefined && !found.has(callId)) found.set(callId, node);
  }
  return found;
}

function isSameCall(outer: SpanCall, inner: SpanCall): boolean {
  return (
    outer.name === inner.name &&
    (inner.isMcp || (inner.callId !== undefined && inner.callId === outer.callId))
  );
}

/** `node`, with what only its other side knows. */
function withCall(node: SpanNode, side: SpanNode): SpanNode {
  if (node.call === undefined || side.call === undefined) return node;
  const { call } = node;
  return {
    ...node,
    call: {
      ...call,
      kind: call.isMcp ? call.kind : side.call.kind,
      server: call.server ?? side.call.server,
      args: call.args ?? side.call.args,
      bare: call.bare ?? side.call.bare,
      callId: call.callId ?? side.call.callId,
      result: call.result ?? side.call.result,
      error: call.error ?? side.call.error,
      failed: call.failed || side.call.failed,
    },
    context: {
      ...node.context,
      session: node.context.session ?? side.context.session,
      connection: node.context.connection ?? side.context.connection,
    },
  };
}

function add(agents: SpanAgent[], agent: SpanAgent | undefined): void {
  if (agent !== undefined && !agents.some(({ id }) => id === agent.id)) agents.push(agent);
}

function outermost(
  spans: readonly SpanNode[],
  value: (node: SpanNode) => string | undefined,
): string | undefined {
  const found = spans.findLast((one) => value(one) !== undefined);
  return found === undefined ? undefined : value(found);
}

function valuesOf(
  nodes: readonly SpanNode[],
  value: (context: SpanContext) => string | undefined,
): ReadonlySet<string> {
  return new Set(nodes.flatMap(({ context }) => value(context) ?? []));
}

function only(values: ReadonlySet<string>): string | undefined {
  return values.size === 1 ? [...values][0] : undefined;
}

function byOrder(a: SpanNode, b: SpanNode): number {
  return a.order < b.order ? -1 : a.order > b.order ? 1 : 0;
}

/** In the order of time. */
export function byTime(a: JsonObject, b: JsonObject): number {
  const [left, right] = [String(a["time"] ?? ""), String(b["time"] ?? "")];
  return left < right ? -1 : left > right ? 1 : 0;
}

import type { Json, JsonObject } from "../../request/json.ts";
import { filled } from "./call-values.ts";
import { contextOf, type SpanContext } from "./span-context.ts";
import { messagesOf, NO_MESSAGES } from "./span-messages.ts";
import { SERVER, textAttribute, type Span } from "./span.ts";
import { hasUnknownCaller } from "./span-root.ts";
import { RecentMap } from "./recent-map.ts";
import { mayBeCall } from "./span-kinds.ts";
import { spanCall, type SpanCall } from "./span-tool.ts";
import type { SpanNode, SpanTrace, SpanWork } from "./span-node.ts";
import { byTime, TraceReader } from "./span-trace.ts";

interface HeldTrace extends SpanTrace {
  readonly nodes: Map<string, SpanNode>;
  weight: number;
  about: Partial<SpanContext> | undefined;
}

/** How much is held while traces are put together: spans, and characters of their arguments. */
const MAX_SPANS = 15_000;
const MAX_WEIGHT = 8 * 1024 * 1024;
/** Of how many traces that could not be held whole it is known that they come again. */
const MAX_DIVIDED = 100_000;

/**
 * Puts spans together as traces, in whatever order they come, and gives the calls in them: a span
 * that runs a tool is one call; what it does not say of agent, session and user its ancestors do.
 * All is held to the end of the file; of a file too large for that the traces that have rested
 * longest are finished first.
 */
export class SpanForest {
  readonly #work: SpanWork;
  readonly #traces = new Map<string, HeldTrace>();
  readonly #divided = new RecentMap<true>(MAX_DIVIDED);
  #spans = 0;
  #weight = 0;

  constructor(work: SpanWork) {
    this.#work = work;
  }

  add(span: Span): void {
    const trace = this.#trace(span.trace);
    const known = trace.nodes.get(span.id);
    if (known === undefined) this.#put(trace, this.#node(span));
    else this.#again(trace, known, span);
  }

  #put(trace: HeldTrace, node: SpanNode): void {
    trace.nodes.set(node.id, node);
    const weight =
      400 +
      (node.call?.args === undefined ? 0 : JSON.stringify(node.call.args).length) +
      (this.#work.options.results && node.call?.result !== undefined
        ? JSON.stringify(node.call.result).length
        : 0);
    trace.weight += weight;
    this.#weight += weight;
    this.#spans++;
  }

  /** What is told again, or of a span that had not ended: the rest of it, in whatever order. */
  #again(trace: HeldTrace, known: SpanNode, span: Span): void {
    const isOpen = span.unfinished === true;
    // the end of a run alone does not say that it is a call
    const isEnd = known.call === undefined && spanCall(span) !== undefined;
    if (!known.unfinished && !isOpen && !isEnd) return this.#twice(trace, known, this.#node(span));
    const told = this.#node(span);
    const isKnownLater = !known.unfinished && (isOpen || isEnd);
    trace.nodes.set(span.id, isKnownLater ? overlaid(told, known) : overlaid(known, told));
    if (!isKnownLater && told.call === undefined)
      this.amend(span.trace, span.id, { failed: span.failed, result: span.output });
  }

  /** A span that is told whole twice is one, with what either says; another call is one of its own. */
  #twice(trace: HeldTrace, known: SpanNode, told: SpanNode): void {
    let at: SpanNode | undefined = known;
    for (let number = 2; at !== undefined && isOtherCall(at, told); number++) {
      const id = `${known.id}~${number}`;
      at = trace.nodes.get(id);
      if (at === undefined) this.#put(trace, { ...told, id });
    }
    if (at === undefined)
      return this.#work.tally.addNote("calls of one trace have the same span id: each counts");
    trace.nodes.set(at.id, overlaid({ ...told, id: at.id }, at));
    this.#work.tally.addNote("spans that occur in the file more than once count once");
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
        "the file is too large for memory: spans that come long after the others of their " +
          "trace become a separate trace",
      );
      this.#divided.set(oldest.id, true);
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

  #trace(id: string): HeldTrace {
    const known = this.#traces.get(id) ?? {
      id,
      nodes: new Map<string, SpanNode>(),
      weight: 0,
      about: undefined,
      isPart: this.#divided.get(id) === true,
    };
    // the traces that were added to last stand last
    this.#traces.delete(id);
    this.#traces.set(id, known);
    return known;
  }

  #node(span: Span): SpanNode {
    const call = spanCall(span);
    const service = textAttribute(span.resource, ["service.name"]);
    const mentioned = call === undefined ? messagesOf(span) : NO_MESSAGES;
    return {
      id: span.id,
      parent: span.parent,
      start: span.start,
      order: span.order,
      line: span.line,
      scope: span.scope,
      kind: span.kind,
      context: contextOf(span),
      isCalled: hasUnknownCaller(span),
      service:
        service === undefined || service.startsWith("unknown_service") || span.kind === SERVER
          ? undefined
          : service,
      call,
      failed: span.failed,
      unfinished: span.unfinished === true,
      doubt: call === undefined ? mayBeCall(span) : undefined,
      ...mentioned,
      decision: decisionOf(span),
    };
  }

  #finish(trace: HeldTrace): JsonObject[] {
    this.#traces.delete(trace.id);
    this.#spans -= trace.nodes.size;
    this.#weight -= trace.weight;
    const { tally, file } = this.#work;
    // WHY here: a later record may say what it is
    for (const { doubt, call, line } of trace.nodes.values()) {
      if (doubt !== undefined) tally.addNotUnderstood(doubt, file.name, line);
      if (call !== undefined && call.name === undefined)
        tally.addUnreadable("a tool call has no name", file.name, line);
    }
    return new TraceReader(trace, this.#work).events();
  }
}

/** Whether two spans with one id are two calls: at another time, of another tool or arguments. */
function isOtherCall(one: SpanNode, other: SpanNode): boolean {
  if (one.call === undefined || other.call === undefined) return false;
  const differ = (a: Json | undefined, b: Json | undefined): boolean =>
    a !== undefined && b !== undefined && JSON.stringify(a) !== JSON.stringify(b);
  return (
    differ(one.start, other.start) &&
    (differ(one.call.name, other.call.name) ||
      differ(one.call.callId, other.call.callId) ||
      differ(one.call.args, other.call.args))
  );
}

/** `base`, with what was told later laid over it: what that leaves out stays. */
function overlaid(base: SpanNode, over: SpanNode): SpanNode {
  const call = overlaidCall(base, over);
  return {
    ...base,
    ...present(over),
    order: over.order === "" ? base.order : over.order,
    context: { ...base.context, ...present(over.context) },
    call,
    isCalled: base.isCalled || over.isCalled,
    failed: base.failed || over.failed,
    unfinished: base.unfinished && over.unfinished,
    doubt: call === undefined ? (over.doubt ?? base.doubt) : undefined,
    proposed: over.proposed.length > 0 ? over.proposed : base.proposed,
    answered: over.answered.length > 0 ? over.answered : base.answered,
    handed: over.handed.length > 0 ? over.handed : base.handed,
  };
}

function overlaidCall(base: SpanNode, over: SpanNode): SpanCall | undefined {
  if (base.call === undefined || over.call === undefined) {
    const call = base.call ?? over.call;
    return call && { ...call, failed: call.failed || base.failed || over.failed };
  }
  const failed = base.call.failed || over.call.failed;
  return { ...base.call, ...present(over.call), failed };
}

/** The members that have a value. */
function present<T extends object>(value: T): Partial<T> {
  const kept: Partial<T> = { ...value };
  for (const name in kept) if (kept[name] === undefined) delete kept[name];
  return kept;
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

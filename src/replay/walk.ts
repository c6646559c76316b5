import { CallTree, isInvocation, type TreeEvent } from "../engine/call-tree.ts";
import { EventIds, type SeenIds } from "../engine/event-ids.ts";
import { maskOf } from "../engine/mask.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { ApprovalsMode } from "../engine/member.ts";
import { effectuation, Run, type Effectuation } from "../engine/run.ts";
import type { Truth } from "../engine/truth.ts";
import type { TraceEvent } from "../trace/event.ts";
import type { EventFilter } from "./filter.ts";
import { classify, type ChangeClass } from "./classify.ts";
import {
  counterfactual,
  engineSide,
  recorded,
  recordedSide,
  surelyStops,
  type Side,
} from "./side.ts";

/** One version of the policies in a replay; undefined: the recorded decisions. */
export type Version = CompiledSet | undefined;

export interface ReplayOptions {
  /**
   * Counterfactual: each version sees the calls that it would have let run; recorded: what really
   * ran (design 7.5).
   */
  readonly history: "counterfactual" | "recorded";
  readonly approvals: ApprovalsMode;
  /**
   * Milliseconds of silence after which a session's state is forgotten; undefined: never (design
   * 5.4).
   */
  readonly idle: number | undefined;
  readonly filter?: EventFilter;
  /** The ids of the events so far, where whoever walks counts them; by default the walk does. */
  readonly seen?: SeenIds;
}

/** One call under both versions: what tallies, coverage and the decision log take. */
export interface CallResult {
  readonly event: TraceEvent;
  readonly baseline: Side;
  readonly candidate: Side;
  readonly class: ChangeClass | "unreachable";
  /**
   * Whether the versions differ on the baseline's history too; only on widened and narrowed (design
   * 7.5).
   */
  readonly direct: boolean | undefined;
}

/** Whatever takes the calls of a replay, and the other events, in their order. */
export interface ReplayObserver {
  call(result: CallResult): void;
  /** Events that are no calls. */
  other?(event: TraceEvent): void;
}

/**
 * Walks two versions through a trace (design 7): each on its own history, and the candidate besides
 * on the baseline's, to tell direct changes from downstream ones. Events must come in order; state
 * is kept here and nowhere else.
 */
export class ReplayWalk {
  readonly #baseline: Run | undefined;
  readonly #candidate: Run;
  /**
   * The candidate's rules on the baseline's history; undefined where neither version's history can
   * hold anything.
   */
  readonly #mirror: Run | undefined;
  readonly #runs: readonly Run[];
  readonly #options: ReplayOptions;
  readonly #observers: readonly ReplayObserver[];
  readonly #filter: EventFilter | undefined;
  /** Undefined: another one counts. */
  readonly #ids: EventIds | undefined;
  readonly #unreachable: UnreachableCalls;

  constructor(
    versions: { readonly baseline: Version; readonly candidate: CompiledSet },
    options: ReplayOptions,
    observers: readonly ReplayObserver[],
  ) {
    const own = new EventIds();
    const seen = options.seen ?? own;
    this.#ids = options.seen === undefined ? own : undefined;
    this.#unreachable = new UnreachableCalls(seen);
    const run = { approvals: options.approvals, idle: options.idle, seen };
    this.#baseline = versions.baseline === undefined ? undefined : new Run(versions.baseline, run);
    this.#candidate = new Run(versions.candidate, run);
    const stateful = versions.candidate.stateful || versions.baseline?.stateful === true;
    this.#mirror =
      stateful && options.history === "counterfactual"
        ? new Run(versions.candidate, run)
        : undefined;
    this.#runs = [this.#baseline, this.#candidate, this.#mirror].filter((run) => run !== undefined);
    this.#options = options;
    this.#observers = observers;
    this.#filter = options.filter;
  }

  /** The runs of the two versions, for what they counted on the way. */
  get runs(): { readonly baseline: Run | undefined; readonly candidate: Run } {
    return { baseline: this.#baseline, candidate: this.#candidate };
  }

  take(event: TraceEvent): void {
    if (this.#filter?.walks(event) === false) return;
    this.observe(event.session, event.time);
    if (event.type === "call") this.#call(event);
    else this.#other(event);
    this.#ids?.add(event);
  }

  /** Notes an event of any type, so that sessions start, last and end where the trace says. */
  observe(session: string | undefined, time: number | undefined): void {
    for (const run of this.#runs) run.observe(session, time);
  }

  /**
   * Gives a call that was decided elsewhere its place among the calls below which others are made;
   * whether it is unreachable.
   */
  place(
    event: TreeEvent,
    invokes: Truth,
    sides: Pick<CallResult, "baseline" | "candidate">,
  ): boolean {
    const cut = this.#unreachable.take(event, invokes === true, sides);
    if (this.#options.history === "recorded") return cut;
    const [before, after] = [permission(sides.baseline), permission(sides.candidate)];
    if (before !== undefined) {
      this.#baseline?.place(event, invokes, before);
      this.#mirror?.place(event, invokes, before);
    }
    if (after !== undefined) this.#candidate.place(event, invokes, after);
    return cut;
  }

  /** Takes an event that is no call: calls may be below it, and it may end its session. */
  pass(event: TreeEvent & { readonly type: string }): void {
    this.#unreachable.pass(event);
    for (const run of this.#runs) run.pass(event);
  }

  #other(event: TraceEvent): void {
    if (this.#filter?.counts(event) !== false)
      for (const observer of this.#observers) observer.other?.(event);
    this.pass(event);
  }

  #call(event: TraceEvent): void {
    const baseline =
      this.#baseline === undefined ? recordedSide(event) : decideSide(this.#baseline, event);
    const candidate = decideSide(this.#candidate, event);
    const invokes = isInvocation(event.request.action, maskOf(event.request)) === true;
    const cut = this.#unreachable.take(event, invokes, { baseline, candidate });
    const change: CallResult["class"] = cut ? "unreachable" : classify(baseline, candidate);
    const direct =
      change === "widened" || change === "narrowed" ? this.#isDirect(event, baseline) : undefined;
    this.#advance(event, baseline, candidate);
    if (this.#filter?.counts(event) === false) return;
    const result = { event, baseline, candidate, class: change, direct };
    for (const observer of this.#observers) observer.call(result);
  }

  /**
   * Whether the versions differ, in any way, on what the baseline's history left, its containments
   * and used-up approvals included.
   */
  #isDirect(event: TraceEvent, baseline: Side): boolean {
    const mirror = this.#mirror;
    if (mirror === undefined) return true;
    const call = mirror.prepare(event.request);
    const history = this.#baseline ?? { contained: () => undefined, used: mirror.used };
    return classify(baseline, engineSide(call, mirror.decide(call, history))) !== "unchanged";
  }

  #advance(event: TraceEvent, baseline: Side, candidate: Side): void {
    const before = this.#effectuation(event, baseline);
    advance(this.#baseline, baseline, before, event);
    advance(this.#candidate, candidate, this.#effectuation(event, candidate), event);
    advance(this.#mirror, candidate, before, event);
  }

  #effectuation(event: TraceEvent, side: Side): Effectuation {
    return this.#options.history === "recorded" || side.engine === undefined
      ? recorded(event)
      : counterfactual(side.engine.outcome, event);
  }
}

/** Whether a version permits a call; undefined: it is what was recorded. */
function permission({ engine }: Side): Truth | undefined {
  return engine === undefined ? undefined : effectuation(engine.outcome).verdict.permitted;
}

function decideSide(run: Run, event: TraceEvent): Side {
  const call = run.prepare(event.request);
  return engineSide(call, run.decide(call));
}

function advance(run: Run | undefined, side: Side, as: Effectuation, event: TraceEvent): void {
  if (run !== undefined && side.engine !== undefined)
    run.advance(side.engine.call, side.engine.outcome, as, event);
}

/**
 * The calls under sub-agent invocations that the baseline lets run and the candidate stops (design
 * 7.5).
 */
export class UnreachableCalls {
  readonly #tree: CallTree;

  constructor(seen: SeenIds) {
    this.#tree = new CallTree(seen);
  }

  /**
   * Whether a call is unreachable; `invokes`: whether it starts a sub-agent. Calls come in order,
   * each once.
   */
  take(
    event: TreeEvent,
    invokes: boolean,
    { baseline, candidate }: Pick<CallResult, "baseline" | "candidate">,
  ): boolean {
    const reached = this.#tree.made(event);
    const below = invokes && baseline.permitted && surelyStops(candidate) ? false : reached;
    if (invokes || below !== true) this.#tree.note(event.id, event.session, below);
    return reached === false;
  }

  /** Takes an event that is no call: calls may be below it. */
  pass(event: TreeEvent): void {
    const reached = this.#tree.made(event);
    if (reached !== true) this.#tree.note(event.id, event.session, reached);
  }
}

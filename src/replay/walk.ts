import { CallTree, isInvocation, type TreeEvent } from "../engine/call-tree.ts";
import { EventIds, type SeenIds } from "../engine/event-ids.ts";
import { maskOf } from "../engine/mask.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { ApprovalsMode } from "../engine/member.ts";
import { Run, type Effectuation } from "../engine/run.ts";
import type { TraceEvent } from "../trace/event.ts";
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
  readonly #options: ReplayOptions;
  readonly #observers: readonly ReplayObserver[];
  readonly #ids = new EventIds();
  readonly #unreachable = new UnreachableCalls(this.#ids);

  constructor(
    versions: { readonly baseline: Version; readonly candidate: CompiledSet },
    options: ReplayOptions,
    observers: readonly ReplayObserver[],
  ) {
    const run = { approvals: options.approvals, idle: options.idle, seen: this.#ids };
    this.#baseline = versions.baseline === undefined ? undefined : new Run(versions.baseline, run);
    this.#candidate = new Run(versions.candidate, run);
    const stateful = versions.candidate.stateful || versions.baseline?.stateful === true;
    this.#mirror =
      stateful && options.history === "counterfactual"
        ? new Run(versions.candidate, run)
        : undefined;
    this.#options = options;
    this.#observers = observers;
  }

  /** The runs of the two versions, for what they counted on the way. */
  get runs(): { readonly baseline: Run | undefined; readonly candidate: Run } {
    return { baseline: this.#baseline, candidate: this.#candidate };
  }

  /** `counts`: whether observers are told; else the event only leaves what later ones see. */
  take(event: TraceEvent, counts = true): void {
    for (const run of [this.#baseline, this.#candidate, this.#mirror])
      run?.observe(event.session, event.time);
    if (event.type === "call") this.#call(event, counts);
    else this.#other(event, counts);
    this.#ids.add(event);
  }

  #other(event: TraceEvent, counts: boolean): void {
    this.#unreachable.pass(event);
    if (counts) for (const observer of this.#observers) observer.other?.(event);
    for (const run of [this.#baseline, this.#candidate, this.#mirror]) run?.pass(event);
  }

  #call(event: TraceEvent, counts: boolean): void {
    const baseline =
      this.#baseline === undefined ? recordedSide(event) : decideSide(this.#baseline, event);
    const candidate = decideSide(this.#candidate, event);
    const invokes = isInvocation(event.request.action, maskOf(event.request)) === true;
    const cut = this.#unreachable.take(event, invokes, { baseline, candidate });
    const change: CallResult["class"] = cut ? "unreachable" : classify(baseline, candidate);
    const direct =
      change === "widened" || change === "narrowed" ? this.#isDirect(event, baseline) : undefined;
    this.#advance(event, baseline, candidate);
    if (!counts) return;
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

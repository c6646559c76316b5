import type { CompiledSet } from "../engine/compile-set.ts";
import type { ApprovalsMode } from "../engine/member.ts";
import { Run, type Effectuation } from "../engine/run.ts";
import type { TraceEvent } from "../trace/event.ts";
import type { EventFilter } from "./filter.ts";
import { classify, type ChangeClass } from "./classify.ts";
import { counterfactual, engineSide, recorded, recordedSide, type Side } from "./side.ts";

/** One version of the policies in a replay; undefined: the recorded decisions. */
export type Version = CompiledSet | undefined;

export interface ReplayOptions {
  /** Counterfactual: each version sees the calls that it would have let run; recorded: what really ran (design 7.5). */
  readonly history: "counterfactual" | "recorded";
  readonly approvals: ApprovalsMode;
  /** Milliseconds of silence after which a session's state is forgotten; undefined: never (design 5.4). */
  readonly idle: number | undefined;
  readonly filter?: EventFilter;
}

/** One call under both versions: what tallies, coverage and the decision log take. */
export interface CallResult {
  readonly event: TraceEvent;
  readonly baseline: Side;
  readonly candidate: Side;
  readonly class: ChangeClass | "unreachable";
  /** Whether the versions differ on the baseline's history too; only on widened and narrowed (design 7.5). */
  readonly direct: boolean | undefined;
}

/** Whatever takes the calls of a replay, and the other events, in their order. */
export interface ReplayObserver {
  call(result: CallResult): void;
  /** Events that are no calls. */
  other?(event: TraceEvent): void;
}

/**
 * Walks two versions through a trace (design 7): each on its own history, and the candidate besides on the baseline's,
 * to tell direct changes from downstream ones. Events must come in order; state is kept here and nowhere else.
 */
export class ReplayWalk {
  readonly #baseline: Run | undefined;
  readonly #candidate: Run;
  /** The candidate's rules on the baseline's history; undefined where history cannot matter. */
  readonly #mirror: Run | undefined;
  readonly #options: ReplayOptions;
  readonly #observers: readonly ReplayObserver[];
  readonly #filter: EventFilter | undefined;
  /** Ids of stopped sub-agent invocations and of everything under them. */
  readonly #unreachable = new Set<string>();

  constructor(versions: { readonly baseline: Version; readonly candidate: CompiledSet }, options: ReplayOptions, observers: readonly ReplayObserver[]) {
    const run = { approvals: options.approvals, idle: options.idle };
    this.#baseline = versions.baseline === undefined ? undefined : new Run(versions.baseline, run);
    this.#candidate = new Run(versions.candidate, run);
    this.#mirror = versions.candidate.stateful && options.history === "counterfactual" ? new Run(versions.candidate, run) : undefined;
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
    for (const run of [this.#baseline, this.#candidate, this.#mirror]) run?.observe(event.session, event.time);
    if (event.type === "call") this.#call(event);
    else this.#other(event);
  }

  #other(event: TraceEvent): void {
    if (event.parent !== undefined && this.#unreachable.has(event.parent)) this.#unreachable.add(event.id);
    if (this.#filter?.counts(event) !== false) for (const observer of this.#observers) observer.other?.(event);
    if (event.type !== "session_end" || event.session === undefined) return;
    for (const run of [this.#baseline, this.#candidate, this.#mirror]) run?.endSession(event.session);
  }

  #call(event: TraceEvent): void {
    const baseline = this.#baseline === undefined ? recordedSide(event) : decideSide(this.#baseline, event);
    const candidate = decideSide(this.#candidate, event);
    const cut = event.parent !== undefined && this.#unreachable.has(event.parent);
    const change: CallResult["class"] = cut ? "unreachable" : classify(baseline, candidate);
    const direct = change === "widened" || change === "narrowed" ? this.#isDirect(event, baseline, change) : undefined;
    this.#advance(event, { baseline, candidate, cut });
    if (cut || stopsSubagent(event, baseline, candidate)) this.#unreachable.add(event.id);
    if (this.#filter?.counts(event) === false) return;
    const result = { event, baseline, candidate, class: change, direct };
    for (const observer of this.#observers) observer.call(result);
  }

  /** The candidate on what the baseline's history left, its containments and used-up approvals included. */
  #isDirect(event: TraceEvent, baseline: Side, change: ChangeClass): boolean {
    const mirror = this.#mirror;
    if (mirror === undefined) return true;
    const call = mirror.prepare(event.request);
    return classify(baseline, engineSide(call, mirror.decide(call, this.#baseline ?? { contained: () => undefined, used: mirror.used }))) === change;
  }

  #advance(event: TraceEvent, sides: { readonly baseline: Side; readonly candidate: Side; readonly cut: boolean }): void {
    const real = recorded(event);
    const before = this.#options.history === "recorded" || sides.baseline.engine === undefined ? real : counterfactual(sides.baseline.engine.outcome, event);
    advance(this.#baseline, sides.baseline, before, event.id);
    if (sides.candidate.engine === undefined) return;
    const own = counterfactual(sides.candidate.engine.outcome, event);
    const after = this.#options.history === "recorded" ? real : sides.cut ? { ...own, ran: "no" as const } : own;
    advance(this.#candidate, sides.candidate, after, event.id);
    advance(this.#mirror, sides.candidate, before, event.id);
  }
}

function decideSide(run: Run, event: TraceEvent): Side {
  const call = run.prepare(event.request);
  return engineSide(call, run.decide(call));
}

function advance(run: Run | undefined, side: Side, as: Effectuation, event: string): void {
  if (run !== undefined && side.engine !== undefined) run.advance(side.engine.call, side.engine.outcome, as, event);
}

/** Design 7.5: a sub-agent invocation that the baseline lets run and the candidate stops. */
export function stopsSubagent(event: TraceEvent, baseline: Side, candidate: Side): boolean {
  return event.request.action?.["kind"] === "subagent_invocation" && baseline.permitted && !candidate.permitted && !candidate.indeterminate;
}

import { isInvocation } from "../../src/engine/call-tree.ts";
import type { CompiledSet } from "../../src/engine/compile-set.ts";
import { EventIds } from "../../src/engine/event-ids.ts";
import { maskOf } from "../../src/engine/mask.ts";
import { PolicySession, type AppliedDecision } from "../../src/engine/policy-session.ts";
import { classify } from "../../src/replay/classify.ts";
import {
  counterfactual,
  engineDecision,
  recorded,
  recordedSide,
  type VersionDecision,
} from "../../src/replay/version-decision.ts";
import {
  UnreachableCalls,
  type CallResult,
  type ReplayObserver,
  type ReplayOptions,
} from "../../src/replay/walk.ts";
import type { TraceEvent } from "../../src/trace/event.ts";

/** One version of the policies in a replay; undefined: the recorded decisions. */
export type Version = CompiledSet | undefined;

/**
 * Walks two versions through a trace (design 7): each on its own history, and the candidate besides
 * on the baseline's, to tell direct changes from downstream ones. Events must come in order; state
 * is kept here and nowhere else.
 */
export class ReplayWalk {
  readonly #baseline: PolicySession | undefined;
  readonly #candidate: PolicySession;
  /**
   * The candidate's rules on the baseline's history; undefined where neither version's history can
   * hold anything.
   */
  readonly #mirror: PolicySession | undefined;
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
    this.#baseline =
      versions.baseline === undefined ? undefined : new PolicySession(versions.baseline, run);
    this.#candidate = new PolicySession(versions.candidate, run);
    const stateful = versions.candidate.stateful || versions.baseline?.stateful === true;
    this.#mirror =
      stateful && options.history === "counterfactual"
        ? new PolicySession(versions.candidate, run)
        : undefined;
    this.#options = options;
    this.#observers = observers;
  }

  /** The runs of the two versions, for what they counted on the way. */
  get runs(): { readonly baseline: PolicySession | undefined; readonly candidate: PolicySession } {
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
  #isDirect(event: TraceEvent, baseline: VersionDecision): boolean {
    const mirror = this.#mirror;
    if (mirror === undefined) return true;
    const call = mirror.prepare(event.request);
    const history = this.#baseline ?? { contained: () => undefined, used: mirror.used };
    return classify(baseline, engineDecision(call, mirror.decide(call, history))) !== "unchanged";
  }

  #advance(event: TraceEvent, baseline: VersionDecision, candidate: VersionDecision): void {
    const before = this.#applied(event, baseline);
    advance(this.#baseline, baseline, before, event);
    advance(this.#candidate, candidate, this.#applied(event, candidate), event);
    advance(this.#mirror, candidate, before, event);
  }

  #applied(event: TraceEvent, side: VersionDecision): AppliedDecision {
    return this.#options.history === "recorded" || side.engine === undefined
      ? recorded(event)
      : counterfactual(side.engine.outcome, event);
  }
}

function decideSide(run: PolicySession, event: TraceEvent): VersionDecision {
  const call = run.prepare(event.request);
  return engineDecision(call, run.decide(call));
}

function advance(
  run: PolicySession | undefined,
  side: VersionDecision,
  as: AppliedDecision,
  event: TraceEvent,
): void {
  if (run !== undefined && side.engine !== undefined)
    run.advance(side.engine.call, side.engine.outcome, as, event);
}

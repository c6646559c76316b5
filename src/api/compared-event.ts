import { isInvocation } from "../engine/call-tree.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { Outcome } from "../engine/decide.ts";
import { EventIds } from "../engine/event-ids.ts";
import { maskOf } from "../engine/mask.ts";
import { PolicySession, type AppliedDecision } from "../engine/policy-session.ts";
import type { PreparedCall } from "../engine/prepared-call.ts";
import type { ExplainedBaseline } from "../documents/explain-result.ts";
import { classify } from "../replay/classify.ts";
import { demandChange } from "../replay/demand-change.ts";
import {
  engineDecision,
  recorded,
  recordedSide,
  type VersionDecision,
} from "../replay/version-decision.ts";
import { UnreachableCalls } from "../replay/walk.ts";
import type { Decided } from "../suite/run-test.ts";
import { TraceWalk } from "../suite/trace-walk.ts";
import type { TraceEvent } from "../trace/event.ts";

/** What tells one version's decision of a call from another's. */
export type Comparison = Pick<
  ExplainedBaseline,
  "class" | "direct" | "demands" | "effect" | "permitted" | "indeterminate" | "rules"
>;

/** How two decisions of one call differ; `direct`: asked only where the call is widened or narrowed. */
export function compareDecisions(
  before: VersionDecision,
  after: VersionDecision,
  direct: () => boolean,
): Comparison {
  const change = classify(before, after);
  const { effect, permitted, indeterminate, rules } = before;
  return {
    class: change,
    ...(change === "widened" || change === "narrowed" ? { direct: direct() } : {}),
    demands: change === "unchanged" ? null : (demandChange(before, after) ?? null),
    effect,
    permitted,
    indeterminate,
    rules,
  };
}

/** A call that was decided, in the run that decided it. */
type DecidedCall = Pick<Decided, "call" | "outcome" | "run">;

/** What a walk of two versions says of a call. */
export interface ComparedCall {
  readonly comparison: Comparison;
  /** Undefined: the baseline is what was recorded. */
  readonly before: DecidedCall | undefined;
  readonly after: DecidedCall;
}

interface Sides {
  readonly baseline: VersionDecision;
  readonly candidate: VersionDecision;
}

function decideIn(run: PolicySession, event: TraceEvent): DecidedCall {
  run.observe(event.session, event.time);
  const call = run.prepare(event.request);
  return { call, outcome: run.decide(call), run };
}

function sideOf({
  call,
  outcome,
}: {
  readonly call: PreparedCall;
  readonly outcome: Outcome;
}): VersionDecision {
  return engineDecision(call, outcome);
}

/**
 * Walks a trace under two versions, each on its own history, as a replay does, and under the
 * candidate on the history of the baseline (design 7.5); for whoever looks at one call.
 */
export class ComparedWalk {
  readonly #before: TraceWalk | undefined;
  readonly #after: TraceWalk;
  /** The candidate, on the history of the baseline. */
  readonly #mirror: PolicySession;
  readonly #ids = new EventIds();
  readonly #unreachable = new UnreachableCalls(this.#ids);

  /** `baseline`: undefined is what was recorded. */
  constructor(baseline: CompiledSet | undefined, candidate: CompiledSet) {
    this.#before = baseline === undefined ? undefined : new TraceWalk(baseline);
    this.#after = new TraceWalk(candidate);
    this.#mirror = new PolicySession(candidate);
  }

  /** Takes an event before the one that is asked about. */
  take(event: TraceEvent): void {
    this.#mirror.observe(event.session, event.time);
    let baseline = recordedSide(event);
    let applied: AppliedDecision = recorded(event);
    this.#before?.take(event, (decided) => {
      baseline = sideOf(decided);
      applied = decided.applied;
    });
    this.#after.take(event, (decided) => {
      this.#mirror.advance(decided.call, decided.outcome, applied, event);
      this.#isCut(event, { baseline, candidate: sideOf(decided) });
    });
    if (event.type !== "call") {
      this.#mirror.pass(event);
      if (event.parent !== undefined) this.#unreachable.pass(event);
    }
    this.#ids.add(event);
  }

  /** Decides the call that is asked about; nothing is taken after it. */
  decide(event: TraceEvent): ComparedCall {
    const before = this.#before === undefined ? undefined : decideIn(this.#before.run, event);
    const after = decideIn(this.#after.run, event);
    const baseline = before === undefined ? recordedSide(event) : sideOf(before);
    const candidate = sideOf(after);
    const comparison = compareDecisions(baseline, candidate, () => this.#isDirect(event, baseline));
    const cut = this.#isCut(event, { baseline, candidate });
    return {
      comparison: cut ? { ...unmoved(comparison), class: "unreachable" } : comparison,
      before,
      after,
    };
  }

  #isCut(event: TraceEvent, sides: Sides): boolean {
    const invokes = isInvocation(event.request.action, maskOf(event.request));
    return this.#unreachable.take(event, invokes === true, sides);
  }

  #isDirect(event: TraceEvent, before: VersionDecision): boolean {
    const mirror = this.#mirror;
    mirror.observe(event.session, event.time);
    const call = mirror.prepare(event.request);
    const outcome = mirror.decide(
      call,
      this.#before?.run ?? { contained: () => undefined, used: mirror.used },
    );
    return classify(before, engineDecision(call, outcome)) !== "unchanged";
  }
}

function unmoved({ direct: _, ...rest }: Comparison): Comparison {
  return rest;
}

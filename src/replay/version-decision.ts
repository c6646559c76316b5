import { Failure } from "../condition/value.ts";
import type { PreparedCall } from "../engine/prepared-call.ts";
import { rulesDecidedBy, type Outcome } from "../engine/decide.ts";
import type { AppliedDecision } from "../engine/policy-session.ts";
import { appliedDecision } from "../engine/policy-session.ts";
import type { Effect } from "../policy/model.ts";
import type { TraceEvent } from "../trace/event.ts";
import { reallyRan, type RecordedRun } from "../trace/really-ran.ts";

export { reallyRan };

/**
 * What one version says of one call. A recorded decision has no outcome of the engine behind it.
 */
export interface VersionDecision {
  readonly effect: Effect;
  readonly permitted: boolean;
  readonly indeterminate: boolean;
  readonly rules: readonly string[];
  readonly engine: { readonly call: PreparedCall; readonly outcome: Outcome } | undefined;
  /** Set where a recorded decision is asked for and none was recorded. */
  readonly isUnrecorded?: true;
}

/** What the engine says of a call; the rules are told where somebody asks. */
class EngineDecision implements VersionDecision {
  readonly effect: Effect;
  readonly permitted: boolean;
  readonly indeterminate: boolean;

  constructor(readonly engine: { readonly call: PreparedCall; readonly outcome: Outcome }) {
    const { outcome } = engine;
    this.effect = outcome.effect;
    this.permitted = outcome.permitted;
    this.indeterminate = outcome.indeterminate;
  }

  get rules(): readonly string[] {
    return this.engine.outcome.decision.rules;
  }
}

export function engineDecision(call: PreparedCall, outcome: Outcome): VersionDecision {
  return new EngineDecision({ call, outcome });
}

/** The event's own decision (design 7.3): a call without one ran ungoverned, so it was allowed. */
export function recordedSide(event: TraceEvent): VersionDecision {
  const { decision } = event;
  const effect = decision?.effect ?? "allow";
  const rules = decision?.rule === undefined ? [] : [decision.rule];
  return {
    effect,
    permitted: reallyRan(event),
    indeterminate: false,
    rules,
    engine: undefined,
    ...(decision?.effect === undefined && { isUnrecorded: true }),
  };
}

/**
 * Whether a version allows a call for certain, without any obligation: no other version permits it
 * more, whichever way that one's unknowns go. WHY the obligations of all rules that may apply: what
 * an undecided one demands is not nothing.
 */
function demandsNothing({ effect, indeterminate, engine }: VersionDecision): boolean {
  return (
    effect === "allow" &&
    !indeterminate &&
    (engine === undefined || engine.outcome.decision.obligations.length === 0)
  );
}

/** Whether the later version surely permits no more than the earlier one, without comparing more. */
export function isSurelyNotWidened(before: VersionDecision, after: VersionDecision): boolean {
  return demandsNothing(before) || (after.effect === "deny" && !after.indeterminate);
}

/** Whether a version stops a call, whatever the unknowns. */
export function surelyStops({ permitted, engine }: VersionDecision): boolean {
  return engine === undefined ? !permitted : appliedDecision(engine.outcome).ran === "no";
}

/**
 * How a call changes state in a version's own history: by its decision, with the outcome only where
 * the call really ran.
 */
export function counterfactual(outcome: Outcome, event: RecordedRun): AppliedDecision {
  return { ...appliedDecision(outcome), outcomeKnown: reallyRan(event) };
}

/** How a call changes state where history is what really happened. */
export function recorded(event: RecordedRun): AppliedDecision {
  const ran = reallyRan(event);
  const effect = event.decision?.effect ?? "allow";
  return {
    ran: ran ? "yes" : "no",
    own: false,
    outcomeKnown: ran,
    verdict: { effect, permitted: ran, approved: effect === "require_approval" && ran },
  };
}

const NONE: readonly string[] = [];

/**
 * The rules that alone stop a call, because their conditions are errors on it: denials and approvals;
 * where only the default denies, those that might have permitted it. Empty: something else stops it.
 */
export function failingRules({
  permitted,
  indeterminate,
  engine,
}: VersionDecision): readonly string[] {
  if (permitted || indeterminate || engine === undefined) return NONE;
  const { rules, errors, matched } = engine.outcome.decision;
  if (errors.length === 0) return NONE;
  const found = rules.map((name) => {
    if (name === DEFAULT) return failingPermits(engine.outcome);
    const fails = !matched.includes(name) && errors.some(({ rule }) => rule === name);
    return fails ? [name] : NONE;
  });
  return found.includes(NONE) ? NONE : [...new Set(found.flat())].sort();
}

const DEFAULT = "default";

/** The rules that permit and fail for each whom the default denies; empty: for one of them none does. */
function failingPermits(outcome: Outcome): readonly string[] {
  const found = outcome.members
    .filter((member) => rulesDecidedBy(member, outcome).includes(DEFAULT))
    .map(({ rules }) =>
      rules
        .filter(({ effect, truth }) => effect !== "deny" && truth instanceof Failure)
        .map(({ name }) => name),
    );
  return found.length === 0 || found.some(({ length }) => length === 0) ? NONE : found.flat();
}

/** Whether a call is stopped only because conditions of rules are errors on it. */
export function isByFailingRules(side: VersionDecision): boolean {
  return failingRules(side).length > 0;
}

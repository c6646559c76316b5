import { formatTime } from "../text/time.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { Outcome } from "../engine/decide.ts";
import { bothComparisons, compareApprovals, compareObligations } from "../engine/demand.ts";
import { decideWithState } from "../engine/decide-with-state.ts";
import { strictnessStep } from "../engine/combine.ts";
import type { SessionExample } from "../policy/model.ts";
import type { Request } from "../request/request.ts";
import type { Witness, WitnessSide } from "../documents/diff-result.ts";

/** A request on a state, as both versions are asked. */
export interface Question {
  readonly request: Request;
  readonly state: SessionExample;
}

/** The two versions that are asked. */
export interface Versions {
  readonly before: CompiledSet;
  readonly after: CompiledSet;
}

function approvalsOf(outcome: Outcome): Parameters<typeof compareApprovals>[0] {
  return outcome.members.flatMap((member) =>
    member.rules.flatMap((item) => item.compiled.approval?.approval ?? []),
  );
}

/** Which way the later decision differs from the earlier; undefined: both demand the same. */
function differenceOf(before: Outcome, after: Outcome): Witness["class"] | undefined {
  const [a, b] = [before.decision, after.decision];
  const step = strictnessStep(a.effect, b.effect);
  if (step !== 0) return step < 0 ? "widened" : "narrowed";
  if (b.effect === "deny") return undefined;
  const asked =
    b.effect === "require_approval"
      ? compareApprovals(approvalsOf(before), approvalsOf(after))
      : "equal";
  const verdict = bothComparisons(asked, compareObligations(a.obligations, b.obligations));
  return verdict === "equal" ? undefined : verdict === "laxer" ? "widened" : "narrowed";
}

function sideOf({ decision }: Outcome): WitnessSide {
  const duties = decision.obligations.map((obligation) => {
    if (obligation.type === "log") return "log";
    return obligation.type === "notify"
      ? `notify ${obligation.to.join(", ")}`
      : `redact ${obligation.fields.join(", ")}${obligation.above === undefined ? "" : ` above ${obligation.above}`}`;
  });
  const quorums =
    decision.effect === "require_approval"
      ? decision.approval.requirements.map((requirement) => requirement.quorum)
      : [];
  return { effect: decision.effect, rules: decision.rules, quorums, obligations: duties };
}

function filled(state: SessionExample): object {
  const { labels, counters, values } = state;
  return {
    ...(labels.length > 0 && { labels }),
    ...(Object.keys(counters).length > 0 && { counters }),
    ...(Object.keys(values).length > 0 && { values }),
  };
}

/** The question as `agentz decide` takes it. */
export function requestDocument({ request, state }: Question): { readonly [key: string]: unknown } {
  const { time } = request;
  const rest = Object.entries(request).filter(([name]) => name !== "time" && name !== "session");
  const given = filled(state);
  return {
    ...Object.fromEntries(rest),
    ...(time === undefined ? {} : { time: formatTime(time) }),
    ...(Object.keys(given).length > 0 && { session: given }),
  };
}

/** Both decisions on a question, and which way they differ. */
export type BothDecisions = Pick<Witness, "before" | "after" | "class">;

/** Asks both versions; undefined where they decide alike. */
export function askBoth(versions: Versions, question: Question): BothDecisions | undefined {
  const before = decideWithState(versions.before, question.request, question.state);
  const after = decideWithState(versions.after, question.request, question.state);
  const difference = differenceOf(before, after);
  return difference === undefined
    ? undefined
    : { before: sideOf(before), after: sideOf(after), class: difference };
}

/** What one version says of a question. */
export function askOne(set: CompiledSet, question: Question): WitnessSide {
  return sideOf(decideWithState(set, question.request, question.state));
}

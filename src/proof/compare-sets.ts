import { strictnessStep } from "../engine/combine.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { bothComparisons, compareApprovals, compareObligations } from "../engine/demand.ts";
import type { Outcome } from "../engine/decide.ts";
import { unite } from "../engine/obligations.ts";
import { decideWithState } from "../engine/decide-with-state.ts";
import { canonicalCatalogs } from "../policy/canonical-catalog.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import { canonicalPolicy } from "../policy/canonical-policy.ts";
import { ruleConditions } from "../policy/conditions.ts";
import type { Document, Policy } from "../policy/model.ts";
import { isJsonObject, member, type Json, type JsonObject } from "../request/json.ts";
import { analyseSet, type AnalysedRule, type AnalysedSet } from "./analysed-set.ts";
import { isImpossible, NO, UNKNOWN, type Answer, type Effort } from "./answer.ts";
import {
  versionRules,
  wholeWay,
  wideningWays,
  withoutLikeParts,
  type Voter,
} from "./change-ways.ts";
import { anyOf } from "./formula.ts";
import { laxerCall } from "./laxer-call.ts";
import { readsDataOf } from "./variables.ts";
import type { Witness } from "./witness.ts";

/** A policy set as `compareSets` takes it: as it came out of loading and compiling. */
export interface ComparedSet {
  readonly documents: readonly Document[];
  readonly set: CompiledSet;
}

/**
 * How two versions decide one request on one given state (design 10.2), recorded approvals left
 * out. `widens`: the later one permits more, or demands less; `narrows`: the reverse. Both `no`: no
 * decision changes.
 */
export interface SetComparison {
  readonly widens: Answer;
  readonly narrows: Answer;
  /**
   * What a call leaves behind is written differently: session state, containment. Later calls may
   * be decided otherwise.
   */
  readonly stateChanged: boolean;
  /** Parts that could not be compared, in words; each makes an answer `unknown`. */
  readonly unclear: readonly string[];
}

export interface ComparisonOptions extends Effort {
  /** What conditions take for the time; undefined: none. */
  readonly now?: number;
  /** Which calls may be shown; undefined: any. A `no` does not depend on it. */
  readonly exists?: (call: Witness) => boolean;
}

/** One version with its rules that decide. */
interface Version {
  readonly analysed: AnalysedSet;
  readonly voters: readonly Voter[];
}

const MODES = ["subject", "agents", "user"] as const;

function catalogOf(documents: readonly Document[], without: readonly string[]): Json {
  const found = canonicalCatalogs(documents.filter((document) => document.kind === "Catalog"));
  return isJsonObject(found)
    ? Object.fromEntries(Object.entries(found).filter(([name]) => !without.includes(name)))
    : found;
}

function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}

function policiesOf(documents: readonly Document[]): readonly Policy[] {
  return documents.filter((document) => document.kind === "Policy");
}

function sessionOf(documents: readonly Document[]): Json {
  const acts = policiesOf(documents)
    .flatMap((policy) =>
      policy.rules.flatMap((rule) =>
        rule.onDeny === undefined ? [] : [`${policy.name}/${rule.id} ${rule.onDeny}`],
      ),
    )
    .sort();
  const sessions = policiesOf(documents).map(
    (policy) => member(canonicalPolicy(policy), "session") ?? null,
  );
  return [
    acts,
    ...sessions
      .map((session) => canonicalJson(session))
      .filter((text) => text !== EMPTY_SESSION)
      .sort(),
  ];
}

const EMPTY_SESSION = canonicalJson({ labels: [], counters: [], values: [] });

/** Whether every chain that `a` looks at is looked at by `b` at least as strictly (design 4.5). */
function delegatesWithin(a: readonly Policy[], b: readonly Policy[]): boolean {
  const target = (policy: Policy): string =>
    canonicalJson([...(policy.target?.subjects ?? ["**"])].sort());
  const rank = (policy: Policy): number => MODES.indexOf(policy.delegation);
  return a.every(
    (policy) =>
      rank(policy) === 0 ||
      b.some((other) => rank(other) >= rank(policy) && target(other) === target(policy)),
  );
}

/** The names of data that two catalogs do not have alike. */
function differingData(a: JsonObject, b: JsonObject): ReadonlySet<string> {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return new Set([...names].filter((name) => !sameJson(member(a, name), member(b, name))));
}

function versionOf(analysed: AnalysedSet, other: AnalysedSet, data: ReadonlySet<string>): Version {
  const enforced = analysed.rules.filter(({ rule }) => rule.mode === "enforce");
  const texts = new Set(
    other.rules
      .filter(({ rule }) => rule.mode === "enforce")
      .map(({ compiled }) => compiled.text()),
  );
  const isOwn = ({ rule, compiled }: AnalysedRule): boolean =>
    !texts.has(compiled.text()) || ruleConditions(rule).some(({ expr }) => readsDataOf(expr, data));
  return { analysed, voters: enforced.map((one) => ({ ...one, own: isOwn(one) })) };
}

function isLaxer(before: Outcome, after: Outcome): boolean {
  const step = strictnessStep(before.decision.effect, after.decision.effect);
  if (step !== 0) return step < 0;
  const demands = (
    outcome: Outcome,
  ): {
    readonly approvals: Parameters<typeof compareApprovals>[0];
    readonly obligations: Parameters<typeof compareObligations>[0];
  } => {
    const bearing = outcome.members
      .flatMap((one) => one.rules)
      .filter((item) => item.effect !== "deny");
    const resource = outcome.members[0]?.row.resource;
    return {
      approvals: bearing.flatMap((item) => item.compiled.approval?.approval ?? []),
      obligations:
        resource === undefined
          ? []
          : unite(
              bearing.map((item) => ({ name: item.name, rule: item.compiled.rule })),
              resource,
            ),
    };
  };
  const [a, b] = [demands(before), demands(after)];
  return (
    bothComparisons(
      after.decision.effect === "require_approval"
        ? compareApprovals(a.approvals, b.approvals)
        : "equal",
      compareObligations(a.obligations, b.obligations),
    ) === "laxer"
  );
}

/** Whether what is different in the changed rules alone proves that `after` is nowhere laxer. */
function isAlike(before: Version, after: Version, joint: boolean): boolean {
  const [old, now] = [before, after].map(({ voters }) => voters.filter(({ own }) => own));
  const short = withoutLikeParts(old ?? [], now ?? []);
  const of = { refusals: false, open: true };
  const ways = wideningWays(versionRules(short.before, of), versionRules(short.after, of), joint);
  const formula = anyOf(ways.flat().map(wholeWay));
  return isImpossible(after.analysed, formula) === "impossible";
}

/** Whether a call is decided laxer by `after` than by `before`. */
function widening(before: Version, after: Version, effort: ComparisonOptions): Answer {
  const exists = effort.exists ?? (() => true);
  const shows = (call: Witness): boolean => {
    if (!exists(call)) return false;
    const decided = decideWithState(after.analysed.set, call.request, call.state);
    // WHY first: what is denied is no laxer, and most drafts are
    if (decided.decision.effect === "deny") return false;
    return isLaxer(decideWithState(before.analysed.set, call.request, call.state), decided);
  };
  const joint = [before, after].some(({ analysed }) => analysed.set.modes.length > 0);
  const [old, now] = [before.voters, after.voters].map((voters) =>
    versionRules(voters, { refusals: false, open: false }),
  );
  if (old === undefined || now === undefined || isAlike(before, after, joint)) return NO;
  return laxerCall({ analysed: after.analysed, before: old, after: now, joint }, shows, effort);
}

function unclearParts(
  before: readonly Document[],
  after: readonly Document[],
): { readonly catalog: boolean; readonly widening: boolean; readonly narrowing: boolean } {
  const [a, b] = [policiesOf(before), policiesOf(after)];
  return {
    catalog: !sameJson(
      catalogOf(before, ["data", "decision_points"]),
      catalogOf(after, ["data", "decision_points"]),
    ),
    widening: !delegatesWithin(a, b),
    narrowing: !delegatesWithin(b, a),
  };
}

/**
 * Compares two versions over every request and state (design 10.2): a `yes` carries a call that
 * both engines have decided, a `no` is proved, all else is `unknown`.
 */
export function compareSets(
  before: ComparedSet,
  after: ComparedSet,
  options: ComparisonOptions = {},
): SetComparison {
  const clear = unclearParts(before.documents, after.documents);
  const stateChanged = !sameJson(sessionOf(before.documents), sessionOf(after.documents));
  const data = differingData(before.set.catalog.data, after.set.catalog.data);
  const now = options.now === undefined ? {} : { now: options.now };
  const [old, young] = [
    analyseSet(before.documents, before.set, now),
    analyseSet(after.documents, after.set, { ...now, salt: { text: "later ", data } }),
  ];
  const [a, b] = [versionOf(old, young, data), versionOf(young, old, data)];
  const unclear = [
    ...(clear.catalog ? ["the catalog changed"] : []),
    ...(clear.widening || clear.narrowing ? ["the delegation of policies changed"] : []),
  ];
  return {
    widens: clear.catalog || clear.widening ? UNKNOWN : widening(a, b, options),
    narrows: clear.catalog || clear.narrowing ? UNKNOWN : widening(b, a, options),
    stateChanged,
    unclear,
  };
}

import { strictnessStep } from "../engine/combine.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { bothComparisons, compareApprovals, compareObligations } from "../engine/demand.ts";
import type { Outcome } from "../engine/decide.ts";
import { classRank, unite } from "../engine/obligations.ts";
import { decideWithState } from "../engine/single.ts";
import { canonicalCatalogs } from "../policy/canonical-catalog.ts";
import { canonicalJson } from "../policy/canonical-json.ts";
import { canonicalPolicy } from "../policy/canonical-policy.ts";
import type { Document, Policy } from "../policy/model.ts";
import { isJsonObject, member, type Json } from "../request/json.ts";
import { analyseSet, type AnalysedRule, type AnalysedSet } from "./analysed-set.ts";
import { isPossible, NO, UNKNOWN, type Answer, type Effort } from "./answer.ts";
import { ALWAYS, allOf, anyOf, type Formula } from "./formula.ts";
import { permittedWorld } from "./permitted-world.ts";
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

/**
 * The rules of one version that decide, by effect; `own`: those that the other version has not, by
 * their meaning.
 */
interface Side {
  readonly of: AnalysedSet;
  readonly denies: readonly AnalysedRule[];
  readonly approvals: readonly AnalysedRule[];
  readonly permits: readonly AnalysedRule[];
  readonly isOwn: (rule: AnalysedRule) => boolean;
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

function sideOf(of: AnalysedSet, other: AnalysedSet, sameData: boolean): Side {
  const enforced = of.rules.filter(({ rule }) => rule.mode === "enforce");
  const texts = new Set(
    other.rules
      .filter(({ rule }) => rule.mode === "enforce")
      .map(({ compiled }) => compiled.text()),
  );
  const isOwn = (rule: AnalysedRule): boolean =>
    !texts.has(rule.compiled.text()) || (!sameData && /\bdata\b/.test(rule.compiled.text()));
  const by = (effect: string): readonly AnalysedRule[] =>
    enforced.filter(({ rule }) => rule.effect === effect);
  return {
    of,
    denies: by("deny"),
    approvals: by("require_approval"),
    permits: [...by("allow"), ...by("require_approval")],
    isOwn,
  };
}

const none = (rules: readonly AnalysedRule[]): Formula =>
  allOf(rules.map(({ claim }) => claim("false")));
const someMay = (rules: readonly AnalysedRule[]): Formula =>
  anyOf(rules.map(({ claim }) => claim("notFalse")));
const someDoes = (rules: readonly AnalysedRule[]): Formula =>
  anyOf(rules.map(({ claim }) => claim("true")));
const noneDoes = (rules: readonly AnalysedRule[]): Formula =>
  allOf(rules.map(({ claim }) => claim("notTrue")));

/**
 * One way in which the later version may be laxer: what a changed rule says of a call, and what
 * else holds of it.
 */
interface Way {
  readonly changed: Formula;
  readonly besides: Formula;
}

const both = ({ changed, besides }: Way): Formula => allOf([changed, besides]);

/** Calls that `after` permits by rules where `before` denies them. */
function newlyPermitted(before: Side, after: Side): readonly Way[] {
  const lifted = {
    changed: someMay(before.denies.filter(before.isOwn)),
    besides: allOf([none(after.denies), someDoes(after.permits)]),
  };
  const added = {
    changed: someDoes(after.permits.filter(after.isOwn)),
    besides: allOf([none(after.denies), noneDoes(before.permits)]),
  };
  return [lifted, added];
}

/** Calls that `after` allows outright where `before` asks for an approval (or denies). */
function newlyUnasked(before: Side, after: Side): readonly Way[] {
  const allows = after.permits.filter(({ rule }) => rule.effect === "allow");
  return [
    {
      changed: someMay(before.approvals.filter(before.isOwn)),
      besides: allOf([none(after.denies), none(after.approvals), someDoes(allows)]),
    },
  ];
}

/** Calls that both permit, in which an approval demanded before has no counterpart as strong. */
function weakerApproval(before: Side, after: Side): readonly Way[] {
  const shared = [none(after.denies), none(before.denies), someMay(after.approvals)];
  return before.approvals.filter(before.isOwn).map((old) => {
    const asStrong = after.approvals.filter(
      ({ rule }) =>
        compareApprovals(
          old.rule.approval === undefined ? [] : [old.rule.approval],
          rule.approval === undefined ? [] : [rule.approval],
        ) !== "laxer",
    );
    return { changed: old.claim("notFalse"), besides: allOf([...shared, none(asStrong)]) };
  });
}

/**
 * The duties that a rule puts on a call, each by a name; `redact above x` stands for every class
 * from x up.
 */
function dutiesOf({ rule }: AnalysedRule): ReadonlySet<string> {
  const duties = new Set<string>();
  const { redact, log, notify } = rule.obligations ?? { redact: undefined, log: false, notify: [] };
  if (log) duties.add("log");
  for (const to of notify) duties.add(`notify ${to}`);
  for (const field of redact?.fields ?? []) duties.add(`redact ${field}`);
  if (redact?.above !== undefined)
    for (let rank = 3; rank >= classRank(redact.above); rank--) duties.add(`redact above ${rank}`);
  return duties;
}

function hasChains({ of }: Side): boolean {
  return of.set.modes.length > 0;
}

/** Calls that both permit with the same effect, in which a duty of before is missing. */
function fewerDuties(before: Side, after: Side): readonly Way[] {
  // WHY not with chains: one member's stricter effect may be hidden behind another's, and its duty
  // is missing all the same
  const notStricter =
    hasChains(before) || hasChains(after)
      ? ALWAYS
      : anyOf([someMay(before.approvals), none(after.approvals)]);
  const shared = [
    none(after.denies),
    none(before.denies),
    someDoes(after.permits),
    someDoes(before.permits),
    notStricter,
  ];
  return before.permits.filter(before.isOwn).flatMap((old) =>
    [...dutiesOf(old)].map((duty) => ({
      changed: old.claim("notFalse"),
      besides: allOf([...shared, none(after.permits.filter((rule) => dutiesOf(rule).has(duty)))]),
    })),
  );
}

function isLaxer(before: Outcome, after: Outcome): boolean {
  const step = strictnessStep(before.decision.effect, after.decision.effect);
  if (step !== 0 || after.decision.effect === "deny") return step < 0;
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

/**
 * Whether a call is decided laxer by `after` than by `before`; of several reasons the first that
 * can be shown.
 */
function widening(before: Side, after: Side, effort: ComparisonOptions): Answer {
  const world = permittedWorld(after.of.set);
  const exists = effort.exists ?? (() => true);
  const shows = (call: Witness): boolean =>
    exists(call) &&
    isLaxer(
      decideWithState(before.of.set, call.request, call.state),
      decideWithState(after.of.set, call.request, call.state),
    );
  let answer = NO;
  for (const ways of [
    newlyPermitted(before, after),
    newlyUnasked(before, after),
    weakerApproval(before, after),
    fewerDuties(before, after),
  ]) {
    const found = isPossible(after.of, allOf([anyOf(ways.map(both)), world]), shows, effort);
    if (found.kind === "yes") return found;
    if (found.kind === "no") continue;
    // WHY a second search: settling first what the changed rule says often leaves nothing open of
    // all the others
    for (const { changed, besides } of ways) {
      const again = isPossible(after.of, allOf([besides, world]), shows, {
        ...effort,
        first: changed,
      });
      if (again.kind === "yes") return again;
      if (again.kind === "unknown") answer = UNKNOWN;
    }
  }
  return answer;
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
  const sameData = sameJson(before.set.catalog.data, after.set.catalog.data);
  const now = options.now === undefined ? {} : { now: options.now };
  const [old, young] = [
    analyseSet(before.documents, before.set, now),
    analyseSet(after.documents, after.set, { ...now, salt: sameData ? "" : "later " }),
  ];
  const [a, b] = [sideOf(old, young, sameData), sideOf(young, old, sameData)];
  const unclear = [
    ...(clear.catalog ? ["the catalog changed"] : []),
    ...(clear.widening || clear.narrowing ? ["whose agents' chains are looked at changed"] : []),
  ];
  return {
    widens: clear.catalog || clear.widening ? UNKNOWN : widening(a, b, options),
    narrows: clear.catalog || clear.narrowing ? UNKNOWN : widening(b, a, options),
    stateChanged,
    unclear,
  };
}

import { Failure, Unknown } from "../condition/value.ts";
import {
  ALLOW,
  DENY,
  effectOf,
  effectsOf,
  OPEN,
  possibleRanks,
  ranksOf,
  type Vote,
  type RankSet,
  strictnessStep,
} from "../engine/combine.ts";
import { bothComparisons, compareApprovals, compareObligations } from "../engine/demand.ts";
import type { Effect, OnDeny } from "../policy/model.ts";
import type { RuleFormula } from "./rule-model.ts";
import { ALL_VALUES, ERROR, FALSE, TRUE, UNKNOWN, type TruthValue } from "./truth-value.ts";

/** A rule with how its formula came out. */
export interface Said {
  readonly rule: RuleFormula;
  readonly value: TruthValue;
}

/**
 * How the decisions of two versions on one row differ, over everything else that may have a say.
 */
export interface Difference {
  readonly widens: boolean;
  readonly narrows: boolean;
  readonly moves: boolean;
}

const SOMETHING = new Unknown(["something"]);
const FAILED = new Failure("something");

/** Where the approvers of a rule stand: nobody refused, somebody did, or that is not known. */
type Refusal = "no" | "yes" | "maybe";
const REFUSALS: readonly Refusal[] = ["no", "yes", "maybe"];
const REFUSED_RANKS: Readonly<Record<Refusal, RankSet>> = {
  no: 1 << OPEN,
  yes: 1 << DENY,
  maybe: (1 << OPEN) | (1 << DENY),
};

function item(effect: Effect, value: TruthValue, ranks: RankSet): Vote {
  return {
    name: "",
    effect,
    truth: value === TRUE ? true : value === UNKNOWN ? SOMETHING : FAILED,
    ranks,
  };
}

/** Every way in which rules outside the comparison may add to both versions alike. */
const CONTEXTS: readonly (readonly Vote[])[] = ALL_VALUES.flatMap((allow) =>
  ALL_VALUES.flatMap((approval) =>
    ALL_VALUES.map((deny) => [
      ...(allow === FALSE ? [] : [item("allow", allow, 1 << ALLOW)]),
      ...(approval === FALSE ? [] : [item("require_approval", approval, 1 << OPEN)]),
      ...(deny === FALSE ? [] : [item("deny", deny, 1 << DENY)]),
    ]),
  ),
);

function approversKey({ approval }: RuleFormula): string {
  return [...new Set(approval?.approvers ?? ["human:*"])].sort().join("\u0000");
}

/** What a rule adds to a decision: how it came out, and the ranks that it may bring. */
interface Addition {
  readonly value: TruthValue;
  readonly ranks: RankSet;
}

const REMEMBERED = new Map<string, readonly RankSet[]>();

/**
 * The ranks that additions leave possible, one set a context. WHY remembered: alike additions add
 * nothing, so there are few different lists of them, and each is asked for again and again.
 */
function ranksInContexts(additions: readonly Addition[]): readonly RankSet[] {
  const kinds = [...new Set(additions.map(({ value, ranks }) => value * 16 + ranks))].sort(
    (a, b) => a - b,
  );
  const key = kinds.join();
  const known = REMEMBERED.get(key);
  if (known !== undefined) return known;
  const items = [
    ...new Map(additions.map((one) => [one.value * 16 + one.ranks, one])).values(),
  ].map(({ value, ranks }) => item("allow", value, ranks));
  const ranks = CONTEXTS.map((context) => possibleRanks([...items, ...context]));
  REMEMBERED.set(key, ranks);
  return ranks;
}

type Refusals = ReadonlyMap<string, Refusal>;

/** Every combination of refusals by the groups of approvers that are asked. */
function refusalCases(rules: readonly Said[]): readonly Refusals[] {
  const keys = [
    ...new Set(
      rules.filter(({ rule }) => rule.approval !== undefined).map(({ rule }) => approversKey(rule)),
    ),
  ];
  return keys.reduce<readonly Refusals[]>(
    (cases, key) =>
      cases.flatMap((one) => REFUSALS.map((refusal) => new Map([...one, [key, refusal]]))),
    [new Map()],
  );
}

function ranksOfRule(rule: RuleFormula, refusals: Refusals): RankSet {
  if (rule.effect === "deny") return 1 << DENY;
  return rule.effect === "allow"
    ? 1 << ALLOW
    : REFUSED_RANKS[refusals.get(approversKey(rule)) ?? "no"];
}

function enforced(ranks: RankSet): Effect {
  return effectOf(ranksOf(ranks)[0] ?? DENY);
}

type Comparison = ReturnType<typeof compareObligations>;

/**
 * What the rules that count demand in the later version beside the earlier: obligations, and
 * approvals where they are asked for.
 */
interface Demands {
  readonly obligations: Comparison;
  readonly both: Comparison;
}

function demandsOf(before: readonly Said[], after: readonly Said[]): Demands {
  const approvals = (said: readonly Said[]): NonNullable<RuleFormula["approval"]>[] =>
    said.flatMap(({ rule }) => rule.approval ?? []);
  const duties = (said: readonly Said[]): RuleFormula["obligations"] =>
    said.flatMap(({ rule }) => rule.obligations);
  const obligations = compareObligations(duties(before), duties(after));
  return {
    obligations,
    both: bothComparisons(compareApprovals(approvals(before), approvals(after)), obligations),
  };
}

/**
 * WHY demands count under a stricter effect too where calls are decided for several subjects:
 * another of them may set the effect (design 4.5).
 */
function compareRanks(
  before: RankSet,
  after: RankSet,
  of: { readonly demands: Demands; readonly joint: boolean },
): Difference {
  const [from, to] = [enforced(before), enforced(after)];
  const step = strictnessStep(from, to);
  const asked =
    to === "deny" || (step !== 0 && !of.joint)
      ? "equal"
      : to === "allow"
        ? of.demands.obligations
        : of.demands.both;
  const widens = step < 0 || asked === "laxer";
  const narrows = step > 0 || asked === "stricter";
  return {
    widens,
    narrows,
    moves: widens || narrows || effectsOf(before).join() !== effectsOf(after).join(),
  };
}

const CONTAINS: Readonly<Record<OnDeny, readonly OnDeny[]>> = {
  block_tool: ["block_tool"],
  suspend_session: ["block_tool", "suspend_session"],
  terminate_session: ["block_tool", "suspend_session", "terminate_session"],
  revoke_credential: ["revoke_credential"],
};

/** Containments that a row starts, each with its certainty: 2 certain, 1 possible. */
function containments(said: readonly Said[]): ReadonlyMap<OnDeny, number> {
  const started = new Map<OnDeny, number>();
  for (const { rule, value } of said) {
    if (rule.onDeny === undefined || value === FALSE) continue;
    const certainty = value === TRUE || value === ERROR ? 2 : 1;
    for (const act of CONTAINS[rule.onDeny])
      started.set(act, Math.max(started.get(act) ?? 0, certainty));
  }
  return started;
}

function containsLess(
  before: ReadonlyMap<OnDeny, number>,
  after: ReadonlyMap<OnDeny, number>,
): boolean {
  return [...before].some(([act, certainty]) => (after.get(act) ?? 0) < certainty);
}

function counting(said: readonly Said[]): readonly Said[] {
  return said.filter(({ value }) => value !== FALSE);
}

/**
 * How the rules of two versions, as they came out on one row, may decide it differently: over every
 * context of other rules and every refusal. INVARIANT: a context adds the same to both sides, so
 * nothing outside can undo what is found.
 */
export function compareOutcomes(
  before: readonly Said[],
  after: readonly Said[],
  joint: boolean,
): Difference {
  const [old, now] = [counting(before), counting(after)];
  const [started, startedAfter] = [containments(old), containments(now)];
  const demands = demandsOf(old, now);
  let widens = containsLess(started, startedAfter);
  let narrows = containsLess(startedAfter, started);
  let moves = widens || narrows;
  const seen = new Set<number>();
  for (const refusals of refusalCases([...old, ...now])) {
    const additions = (said: readonly Said[]): readonly Addition[] =>
      said.map(({ rule, value }) => ({ value, ranks: ranksOfRule(rule, refusals) }));
    const [a, b] = [ranksInContexts(additions(old)), ranksInContexts(additions(now))];
    a.forEach((ranks, i) => {
      const other = b[i] ?? ranks;
      // ranks are sets of four, so there are few pairs of them
      if (seen.has(ranks * 16 + other)) return;
      seen.add(ranks * 16 + other);
      const one = compareRanks(ranks, other, { demands, joint });
      widens ||= one.widens;
      narrows ||= one.narrows;
      moves ||= one.moves;
    });
  }
  return { widens, narrows, moves };
}

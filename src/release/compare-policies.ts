import type { Policy } from "../policy/model.ts";
import { AtomTable } from "./atoms.ts";
import type { Formula } from "./formula.ts";
import { formulaKey } from "./formula.ts";
import { allDisjoint } from "./glob-order.ts";
import { judgeRules } from "./judge.ts";
import { enforcedRules, ruleFormula, type RuleFormula, type RuleModel } from "./rule-model.ts";
import { CANNOT_TELL, joinVerdicts, type ChangeImpact } from "./verdict.ts";

/** One rule of a change: as it was, as it is, or both. */
export interface RuleChange {
  readonly name: string;
  readonly before: RuleModel | undefined;
  readonly after: RuleModel | undefined;
}

/** Rules that change together, because a call may meet several of them, and what that does. */
export interface RuleStep {
  readonly changes: readonly RuleChange[];
  readonly verdict: ChangeImpact;
  /** What single changes do, where together they widen: not all of them need to. */
  readonly single: ReadonlyMap<string, ChangeImpact>;
}

/**
 * Turns a rule of a version into a formula; a comparison of catalogs gives atoms that read what
 * changed a version of their own.
 */
export type Translate = (
  atoms: AtomTable,
  rule: RuleModel,
  version: "before" | "after",
) => RuleFormula;

const plain: Translate = (atoms, rule) => ruleFormula(atoms, rule);

/** What of two lists of rules has no partner of the same text in the other. */
function unmatched(
  rules: readonly RuleModel[],
  others: readonly RuleModel[],
): readonly RuleModel[] {
  const left = new Map<string, number>();
  for (const { text } of others) left.set(text, (left.get(text) ?? 0) + 1);
  // a rule that kept its name is matched first, so that a copy of another name counts as the new
  // one
  const named = new Set(others.map(({ name, text }) => `${name}\u0000${text}`));
  const ordered = [...rules].sort(
    (a, b) =>
      Number(named.has(`${b.name}\u0000${b.text}`)) - Number(named.has(`${a.name}\u0000${a.text}`)),
  );
  return ordered.filter(({ text }) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
}

/** False where surely no call fits the scopes of both rules. */
export function mayMeet(
  a: Pick<RuleModel, "policy" | "rule">,
  b: Pick<RuleModel, "policy" | "rule">,
): boolean {
  const subjects = [a.rule.subjects, a.policy.target?.subjects].every((left) =>
    [b.rule.subjects, b.policy.target?.subjects].every(
      (right) => !allDisjoint(left, right, "subject"),
    ),
  );
  return (
    subjects &&
    !allDisjoint(a.rule.actions, b.rule.actions, "action") &&
    !allDisjoint(a.rule.resources, b.rule.resources, "resource")
  );
}

function modelsOf(changes: readonly RuleChange[]): readonly RuleModel[] {
  return changes.flatMap(({ before, after }) =>
    [before, after].filter((model) => model !== undefined),
  );
}

/** Changes of rules that a call may meet together, each set by itself. */
function clusters(changes: readonly RuleChange[]): readonly (readonly RuleChange[])[] {
  const groups: (readonly RuleChange[])[] = [];
  for (const change of changes) {
    const own = modelsOf([change]);
    const met = groups.filter((group) =>
      modelsOf(group).some((other) => own.some((model) => mayMeet(model, other))),
    );
    const joined = [...met.flat(), change];
    for (const group of met) groups.splice(groups.indexOf(group), 1);
    groups.push(joined);
  }
  return groups;
}

function pairUp(removed: readonly RuleModel[], added: readonly RuleModel[]): readonly RuleChange[] {
  const names = [...new Set([...removed, ...added].map((rule) => rule.name))].sort();
  return names.map((name) => ({
    name,
    before: removed.find((rule) => rule.name === name),
    after: added.find((rule) => rule.name === name),
  }));
}

/**
 * Unchanged rules that share the most with the changed ones, the likeliest to tell what a change
 * does.
 */
function relatives(
  changes: readonly RuleChange[],
  unchanged: readonly RuleModel[],
): readonly RuleModel[] {
  const models = modelsOf(changes);
  const near = unchanged.filter((rule) => models.some((model) => mayMeet(model, rule)));
  const atoms = new AtomTable();
  const keys = (rule: RuleModel): readonly string[] =>
    ruleFormula(atoms, rule).parts.map((part: Formula) => formulaKey(part));
  const own = new Set(models.flatMap(keys));
  const scored = near.slice(0, MAX_NEAR).map((rule) => ({
    rule,
    score: keys(rule).filter((key) => own.has(key)).length / (1 + keys(rule).length),
  }));
  return scored.sort((a, b) => b.score - a.score).map(({ rule }) => rule);
}

const MAX_NEAR = 200;
/**
 * How many unchanged rules are looked at besides, tried in turn until nothing more can be gained.
 */
const COMPANIONS = [0, 1, 2, 4];
const MAX_TOGETHER = 10;

interface Setting {
  readonly unchanged: readonly RuleModel[];
  readonly joint: boolean;
  readonly translate: Translate;
}

function judgeTogether(
  changes: readonly RuleChange[],
  both: readonly RuleModel[],
  setting: Setting,
): ChangeImpact {
  const atoms = new AtomTable();
  const side = (version: "before" | "after"): RuleFormula[] =>
    changes.flatMap((change) =>
      change[version] === undefined ? [] : [setting.translate(atoms, change[version], version)],
    );
  const before = side("before");
  const after = side("after");
  return judgeRules(
    { before, after, both: both.map((rule) => ruleFormula(atoms, rule)) },
    atoms,
    setting.joint,
  );
}

function better(a: ChangeImpact, b: ChangeImpact): ChangeImpact {
  const weight = (verdict: ChangeImpact): number =>
    Number(verdict.widens) * 8 +
    Number(verdict.moves) * 4 +
    Number(verdict.narrows) * 2 +
    Number(!verdict.conclusive);
  return weight(b) < weight(a) ? b : a;
}

function judgeCluster(changes: readonly RuleChange[], setting: Setting): ChangeImpact {
  let best = CANNOT_TELL;
  const near = relatives(changes, setting.unchanged);
  for (const count of COMPANIONS) {
    if (count > near.length && count > 1) break;
    best = better(best, judgeTogether(changes, near.slice(0, count), setting));
    if (!best.moves) break;
  }
  return best;
}

function singly(
  changes: readonly RuleChange[],
  setting: Setting,
): ReadonlyMap<string, ChangeImpact> {
  return new Map(changes.map((change) => [change.name, judgeCluster([change], setting)]));
}

const NONE: ReadonlyMap<string, ChangeImpact> = new Map();

function stepsOf(changes: readonly RuleChange[], setting: Setting): readonly RuleStep[] {
  const whole =
    modelsOf(changes).length > MAX_TOGETHER ? CANNOT_TELL : judgeCluster(changes, setting);
  if (changes.length === 1) return [{ changes, verdict: whole, single: NONE }];
  if (whole.conclusive)
    return [{ changes, verdict: whole, single: whole.widens ? singly(changes, setting) : NONE }];
  // one after the other instead: what no step widens, all of them do not widen
  return changes.map((change) => ({
    changes: [change],
    verdict: judgeCluster([change], setting),
    single: NONE,
  }));
}

/** Judges given changes of rules, those that a call may meet together as one. */
export function judgeChanges(
  changes: readonly RuleChange[],
  setting: Setting,
): readonly RuleStep[] {
  return clusters(changes).flatMap((cluster) => stepsOf(cluster, setting));
}

/** True where calls are decided for more subjects than the caller (design 4.5). */
export function decidesJointly(policies: readonly Policy[]): boolean {
  return policies.some((policy) => policy.delegation !== "subject");
}

/**
 * What changed between the rules of two policy sets, and what it can do to decisions on one request
 * and one given state.
 */
export function compareRules(
  before: readonly Policy[],
  after: readonly Policy[],
): readonly RuleStep[] {
  const [old, now] = [enforcedRules(before), enforcedRules(after)];
  const added = unmatched(now, old);
  const changes = pairUp(unmatched(old, now), added);
  const unchanged = now.filter((rule) => !added.includes(rule));
  return judgeChanges(changes, {
    unchanged,
    joint: decidesJointly([...before, ...after]),
    translate: plain,
  });
}

/** All steps as one verdict. */
export function verdictOf(steps: readonly { readonly verdict: ChangeImpact }[]): ChangeImpact {
  return joinVerdicts(steps.map((step) => step.verdict));
}

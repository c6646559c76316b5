import { canonicalRuleBody } from "../policy/canonical-policy.ts";
import type { Policy, Rule } from "../policy/model.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { Atoms } from "../proof/atoms.ts";
import type { Voter } from "../proof/change-ways.ts";
import { Constants } from "../proof/constants.ts";
import { catalogFacts } from "../proof/facts.ts";
import { ALWAYS, allOf, anyOf, type Formula } from "../proof/formula.ts";
import {
  judgeChange,
  type Asked,
  type ChangeImpact,
  type ChangedRules,
} from "../proof/judge-change.ts";
import { permittedWorld } from "../proof/permitted-world.ts";
import { limitsFor, Work, type WorkLimits } from "../proof/work.ts";
import { allDisjoint } from "./glob-order.ts";
import { enforcedRules, type RuleModel } from "./rule-model.ts";
import { joinVerdicts } from "./verdict.ts";

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
  /** What one of the changes does of that. */
  readonly ofChange: (name: string) => ChangeImpact;
  /** The other changes of a call that may meet a change: without them it may do something else. */
  readonly together: (name: string) => readonly string[];
}

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

/** What the rules of both versions stand in. */
export interface Setting extends Omit<ChangedRules, "before" | "after" | "given"> {
  readonly unchanged: readonly RuleModel[];
  /** The work on what single changes do of what several do. */
  readonly shares: Work;
}

/** A second or two for {@link Setting.shares}: beyond, a change is said to do what it may. */
const SHARES: WorkLimits = { question: 500_000, run: 10_000_000 };

/** The work on shares of a comparison. */
export function workOnShares(): Work {
  return new Work(SHARES);
}

function judgeCluster(
  changes: readonly RuleChange[],
  setting: Setting,
  { given = ALWAYS, asked }: { readonly given?: Formula; readonly asked?: Asked } = {},
): ChangeImpact {
  const models = modelsOf(changes);
  const near = setting.unchanged.filter((rule) => models.some((model) => mayMeet(model, rule)));
  const side = (version: "before" | "after"): readonly Voter[] => [
    ...changes.flatMap((change) => {
      const model = change[version];
      return model === undefined ? [] : [{ ...model, own: true }];
    }),
    ...near.map((model) => ({ ...model, own: false })),
  ];
  // WHY: an unknown call may be of rules that never meet, and one that asks for an approval lets
  // duties count that nothing else does
  const asksElsewhere = setting.unchanged.some(
    (rule) => rule.rule.effect === "require_approval" && !near.includes(rule),
  );
  return judgeChange(
    {
      ...setting,
      given,
      joint: setting.joint || asksElsewhere,
      before: side("before"),
      after: side("after"),
    },
    asked,
  );
}

/** Whether two versions of a rule differ in nothing but the calls that they match. */
function sameDemands(before: Rule, after: Rule): boolean {
  const text = (rule: Rule): string => {
    const { effect, approval, obligations, on_deny: onDeny } = canonicalRuleBody(rule);
    return canonicalJson([effect, approval, obligations, onDeny].map((one) => one ?? null));
  };
  return text(before) === text(after);
}

/** That a changed rule does not say the same of a call in both versions. */
function saysOtherwise({ before, after }: RuleChange): Formula {
  if (before === undefined || after === undefined)
    return (before ?? after)?.claim("notFalse") ?? ALWAYS;
  return sameDemands(before.rule, after.rule)
    ? anyOf([
        allOf([before.claim("notFalse"), after.claim("notTrue")]),
        allOf([before.claim("notTrue"), after.claim("notFalse")]),
      ])
    : anyOf([before.claim("notFalse"), after.claim("notFalse")]);
}

/**
 * What one of several changes does of what all of them do: what it can do whatever stands beside
 * it, and the calls of which it says otherwise do undergo. Every call that all changes widen is
 * one that one of them widens so: one after the other, only those that say otherwise of the call
 * decide it otherwise.
 */
function shareOf(
  change: RuleChange,
  { changes, whole }: { readonly changes: readonly RuleChange[]; readonly whole: ChangeImpact },
  setting: Setting,
): ChangeImpact {
  const work = setting.shares;
  const alone = judgeCluster(
    [change],
    { ...setting, work, unchanged: [], open: true, joint: true },
    { asked: { ...whole, moves: false } },
  );
  // WHY: only a rule that contained something can release it
  const contained = change.before?.rule.onDeny !== undefined;
  const may = {
    widens: whole.widens && alone.widens && (contained || whole.onlyReleases !== true),
    narrows: whole.narrows && alone.narrows,
    moves: whole.moves,
  };
  const { conclusive } = whole;
  if (work.spent >= SHARES.run) return { ...may, conclusive };
  // a call of which it says otherwise meets no rule that surely meets no call of it
  const models = modelsOf([change]);
  const met = changes.filter((one) =>
    modelsOf([one]).some((other) => models.some((model) => mayMeet(model, other))),
  );
  const asksElsewhere = modelsOf(changes.filter((one) => !met.includes(one))).some(
    ({ rule }) => rule.effect === "require_approval",
  );
  const share = judgeCluster(
    met,
    { ...setting, work, joint: setting.joint || asksElsewhere },
    { given: saysOtherwise(change), asked: may },
  );
  // WHY not in calls of another rule that contained them: that rule releases them
  return share.onlyReleases === true && !contained
    ? { widens: false, narrows: share.narrows, moves: share.moves, conclusive }
    : { ...share, conclusive };
}

/** The setting of one of several changes where those before it are made, and no later one. */
function asIfChanged(changes: readonly RuleChange[], at: number, setting: Setting): Setting {
  const others = changes.flatMap(({ before, after }, i) => {
    const model = i < at ? after : before;
    return i === at || model === undefined ? [] : [model];
  });
  return { ...setting, unchanged: [...setting.unchanged, ...others] };
}

function singleStep(change: RuleChange, verdict: ChangeImpact): RuleStep {
  return { changes: [change], verdict, ofChange: () => verdict, together: () => [] };
}

function jointStep(
  changes: readonly RuleChange[],
  whole: ChangeImpact,
  setting: Setting,
): RuleStep {
  const shares = new Map<string, ChangeImpact>();
  const named = (name: string): RuleChange | undefined => changes.find((one) => one.name === name);
  return {
    changes,
    verdict: whole,
    ofChange: (name) => {
      const change = named(name);
      if (change === undefined || !whole.moves) return whole;
      const share = shares.get(name) ?? shareOf(change, { changes, whole }, setting);
      shares.set(name, share);
      return share;
    },
    together: (name) => {
      const change = named(name);
      const own = change === undefined ? [] : modelsOf([change]);
      return changes
        .filter((other) => other !== change)
        .filter((other) => modelsOf([other]).some((one) => own.some((mine) => mayMeet(mine, one))))
        .map((other) => other.name);
    },
  };
}

function stepsOf(changes: readonly RuleChange[], setting: Setting): readonly RuleStep[] {
  const whole = judgeCluster(changes, setting);
  const [first] = changes;
  if (first !== undefined && changes.length === 1) return [singleStep(first, whole)];
  if (whole.conclusive) return [jointStep(changes, whole, setting)];
  // one after the other instead: what no step widens, all of them do not widen
  return changes.map((change, i) =>
    singleStep(change, judgeCluster([change], asIfChanged(changes, i, setting))),
  );
}

/** Judges given changes of rules, those that a call may meet together as one. */
export function judgeChanges(
  changes: readonly RuleChange[],
  setting: Setting,
): readonly RuleStep[] {
  return clusters(changes).flatMap((cluster) => stepsOf(cluster, setting));
}

/** WHY: denials alone permit nothing, and are written to stand beside the rules of others. */
export function deniesAlone(rules: readonly RuleModel[]): boolean {
  return rules.every(({ rule }) => rule.effect === "deny");
}

/** True where calls are decided for more subjects than the caller (design 4.5). */
export function decidesJointly(policies: readonly Policy[]): boolean {
  return policies.some((policy) => policy.delegation !== "subject");
}

/**
 * What changed between the rules of two policy sets, and what it can do to decisions on one request
 * and one given state. `catalogs`: a set of the catalogs alone, where both versions have the same.
 */
export function compareRules(
  before: readonly Policy[],
  after: readonly Policy[],
  catalogs?: CompiledSet,
): readonly RuleStep[] {
  const atoms = new Atoms(new Constants(catalogs?.catalog.data ?? {}));
  const [old, now] = [enforcedRules(before, atoms), enforcedRules(after, atoms)];
  const added = unmatched(now, old);
  const changes = pairUp(unmatched(old, now), added);
  const unchanged = now.filter((rule) => !added.includes(rule));
  return judgeChanges(changes, {
    unchanged,
    open: deniesAlone([...old, ...now]),
    joint: decidesJointly([...before, ...after]),
    always: ALWAYS,
    permitted: catalogs === undefined ? ALWAYS : permittedWorld(catalogs),
    infer: catalogs === undefined ? () => [] : catalogFacts(catalogs),
    work: new Work(limitsFor(old.length + now.length)),
    shares: workOnShares(),
  });
}

/** All steps as one verdict. */
export function verdictOf(steps: readonly { readonly verdict: ChangeImpact }[]): ChangeImpact {
  return joinVerdicts(steps.map((step) => step.verdict));
}

import type { AnalysedRule } from "../../proof/analysed-set.ts";
import { allOf } from "../../proof/formula.ts";
import { compareApprovals } from "../../engine/demand.ts";
import { quoted } from "../../policy/log.ts";
import { listed } from "../../text/listed.ts";
import type { LintContext } from "../context.ts";
import { CoverIndex } from "../rule-pairs.ts";
import type { Problem, SetRule } from "../rule.ts";

interface Candidates {
  readonly denies: CoverIndex;
  readonly approvals: CoverIndex;
  readonly approvalsByTool: ReadonlyMap<string, readonly AnalysedRule[]>;
  readonly allows: CoverIndex;
}

/** How many rules are looked at together. */
const TOGETHER = 6;

function shadow(
  one: AnalysedRule,
  by: readonly AnalysedRule[],
  { how, help }: { readonly how: string; readonly help: string },
): Problem {
  const names = by.map(({ name }) => quoted(name)).join(", ");
  const notes = by.map(({ name, rule }) => ({
    message: `${name} is here`,
    file: rule.place.file,
    span: rule.place.span,
  }));
  return {
    place: one.rule.place,
    message: `rule ${quoted(one.rule.id)} has no effect: ${how} ${names}`,
    help,
    notes,
  };
}

function byDenies(context: LintContext, one: AnalysedRule, index: CoverIndex): Problem | undefined {
  const denies = index.candidates(one, () => context.skip());
  const of = {
    how: "every call that it matches is denied by",
    help: "deny overrides; narrow the deny rule, or remove this rule",
  };
  const single = denies.find(({ claim }) =>
    context.impossible(allOf([one.claim("true"), claim("false")])),
  );
  if (single !== undefined) return shadow(one, [single], of);
  const some = denies.slice(0, TOGETHER);
  if (
    some.length < 2 ||
    !context.impossible(allOf([one.claim("true"), ...some.map(({ claim }) => claim("false"))]))
  )
    return undefined;
  return shadow(one, some, of);
}

function demandsNothingMore(one: AnalysedRule, other: AnalysedRule): boolean {
  const [a, b] = [one.rule.obligations, other.rule.obligations];
  return a === undefined || JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Whether the approval that `one` asks for, if any, is asked for at least as strongly by `other`.
 */
function asksAsMuch(one: AnalysedRule, other: AnalysedRule): boolean {
  const [own, theirs] = [one.rule.approval, other.rule.approval];
  return (
    own === undefined || (theirs !== undefined && compareApprovals([own], [theirs]) !== "laxer")
  );
}

/** Whether nothing changes where `other` stands and `one` does not. */
function replaces(context: LintContext, other: AnalysedRule, one: AnalysedRule): boolean {
  return (
    demandsNothingMore(one, other) &&
    asksAsMuch(one, other) &&
    context.impossible(allOf([one.claim("true"), other.claim("notTrue")]))
  );
}

/** WHY the order: of two rules that replace each other, one stays. */
function covers(context: LintContext, one: AnalysedRule, other: AnalysedRule): boolean {
  if (one.compiled.text() === other.compiled.text() || !replaces(context, other, one)) return false;
  return (
    other.name < one.name || one.rule.effect !== other.rule.effect || !replaces(context, one, other)
  );
}

function byApproval(
  context: LintContext,
  one: AnalysedRule,
  { approvals: index, approvalsByTool: approvals }: Candidates,
): Problem | undefined {
  const found = index
    .candidates(one, () => context.skip())
    .find((other) => covers(context, one, other));
  const how =
    one.rule.approval === undefined
      ? "every call that it matches needs the approval of"
      : "every call that it matches needs an approval that is at least as strong by";
  const of = {
    how,
    help: "an approved call needs no allow rule; remove this rule, or narrow the other one",
  };
  if (found !== undefined) return shadow(one, [found], of);
  // an allow rule of several tools may be taken apart: each call of it needs the approval of one of
  // these
  const some =
    one.rule.effect === "allow"
      ? byTool(one, approvals)
          .filter((other) => demandsNothingMore(one, other))
          .slice(0, TOGETHER)
      : [];
  if (
    some.length < 2 ||
    !context.impossible(allOf([one.claim("true"), ...some.map(({ claim }) => claim("notTrue"))]))
  )
    return undefined;
  return shadow(one, some, of);
}

/** The rules that name a tool which `one` names. */
function byTool(
  one: AnalysedRule,
  approvals: Candidates["approvalsByTool"],
): readonly AnalysedRule[] {
  return [...new Set((one.rule.actions ?? []).flatMap((action) => approvals.get(action) ?? []))];
}

function rulesByTool(rules: readonly AnalysedRule[]): Candidates["approvalsByTool"] {
  const found = new Map<string, AnalysedRule[]>();
  for (const rule of rules) {
    for (const action of rule.rule.actions ?? []) {
      const known = found.get(action);
      if (known === undefined) found.set(action, [rule]);
      else if (known.length < TOGETHER) known.push(rule);
    }
  }
  return found;
}

/** The allow rule that allows all that this one allows. */
function coveringAllow(
  context: LintContext,
  one: AnalysedRule,
  index: CoverIndex,
): AnalysedRule | undefined {
  return index.candidates(one, () => context.skip()).find((other) => covers(context, one, other));
}

function twin(one: AnalysedRule, other: AnalysedRule): Problem {
  return shadow(one, [other], {
    how: "every call that it matches is allowed by",
    help: "the two rules match the same calls; remove one of them",
  });
}

/** So many of the rules below a wide one are named. */
const NAMED = 4;

/**
 * A wide allow rule, and the narrower ones that have no effect beside it. WHY at the wide one: the
 * narrow rules say what was meant, and the wide one lets everything else through.
 */
function tooWide(wide: AnalysedRule, narrow: readonly AnalysedRule[]): Problem {
  const rest = narrow.length - NAMED;
  const shown = rest > 1 ? narrow.slice(0, NAMED) : narrow;
  const names = [
    ...shown.map(({ name }) => quoted(name)),
    ...(rest > 1 ? [`${rest} other rules`] : []),
  ];
  const isOne = narrow.length === 1;
  const conditional = narrow.filter(({ rule }) => rule.when !== undefined).length;
  const effect =
    conditional === 0
      ? `so ${isOne ? "that rule has" : "those rules have"} no effect`
      : isOne
        ? "so the condition of that rule stops nothing"
        : "so their conditions stop nothing";
  return {
    place: wide.rule.place,
    message:
      `rule ${quoted(wide.rule.id)} allows every call that ${listed(names)} ` +
      `${isOne ? "allows" : "allow"}, ${effect}`,
    help:
      `narrow ${quoted(wide.rule.id)} to the other calls that you want to allow, or remove ` +
      (isOne ? "the narrower rule" : "the narrower rules"),
    notes: shown.map(({ name, rule }) => ({
      message: `${name} has no effect beside it`,
      file: rule.place.file,
      span: rule.place.span,
    })),
  };
}

/** The end of the covers of a rule: what covers the cover covers the rule. */
function widestAbove(
  first: AnalysedRule,
  covered: ReadonlyMap<AnalysedRule, AnalysedRule>,
): AnalysedRule {
  // WHY the set: proofs may be given up, so that rules of one meaning cover each other in a ring
  const seen = new Set<AnalysedRule>();
  let widest = first;
  for (let next = covered.get(widest); next !== undefined; next = covered.get(next)) {
    if (seen.has(next)) break;
    seen.add(next);
    widest = next;
  }
  return widest;
}

/** Allow rules that have no effect, each by the widest rule that allows what it allows. */
function byAllows(
  context: LintContext,
  covered: ReadonlyMap<AnalysedRule, AnalysedRule>,
): readonly Problem[] {
  const below = new Map<AnalysedRule, AnalysedRule[]>();
  const twins: Problem[] = [];
  for (const [one, first] of covered) {
    if (replaces(context, one, first)) {
      twins.push(twin(one, first));
      continue;
    }
    const widest = widestAbove(first, covered);
    below.set(widest, [...(below.get(widest) ?? []), one]);
  }
  return [...[...below].map(([wide, narrow]) => tooWide(wide, narrow)), ...twins];
}

/** What stops a rule from having an effect, other than an allow rule. */
function check(context: LintContext, one: AnalysedRule, index: Candidates): Problem | undefined {
  return byDenies(context, one, index.denies) ?? byApproval(context, one, index);
}

export const shadowedRule: SetRule = {
  code: "shadowed-rule",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: (context) => {
    const of = (effect: string): readonly AnalysedRule[] =>
      context.enforced.filter(({ rule }) => rule.effect === effect);
    const by = (effect: string): CoverIndex => new CoverIndex(of(effect));
    const index: Candidates = {
      denies: by("deny"),
      approvals: by("require_approval"),
      approvalsByTool: rulesByTool(of("require_approval")),
      allows: by("allow"),
    };
    const found: Problem[] = [];
    const covered = new Map<AnalysedRule, AnalysedRule>();
    for (const one of context.enforced) {
      const { effect } = one.rule;
      if (effect === "deny" || !context.matchable(one)) continue;
      const problem = check(context, one, index);
      if (problem !== undefined) {
        found.push(problem);
        continue;
      }
      const wide = effect === "allow" ? coveringAllow(context, one, index.allows) : undefined;
      if (wide !== undefined) covered.set(one, wide);
    }
    return [...byAllows(context, covered), ...found];
  },
};

import type { Document, Policy, Rule, RuleException } from "../../src/policy/model.ts";
import type { Expr } from "../../src/condition/ast.ts";
import { condition, scopeOf } from "./evaluate.ts";
import { fitsResource, fitsSubject, fitsTool } from "./lifecycle.ts";
import { and, not, NO, unsure, YES, type Truth } from "./truth.ts";
import { HIDDEN, type Node } from "./value.ts";

export interface NamedRule {
  readonly name: string;
  readonly policy: Policy;
  readonly rule: Rule;
}

export function policiesOf(documents: readonly Document[]): readonly Policy[] {
  return documents.filter((document): document is Policy => document.kind === "Policy");
}

export function rulesOf(documents: readonly Document[]): readonly NamedRule[] {
  return policiesOf(documents).flatMap((policy) =>
    policy.rules.map((rule) => ({ name: `${policy.name}/${rule.id}`, policy, rule })),
  );
}

/** Everything that a rule says, its name aside: conditions as they are written. */
export function textOf({ rule, policy }: NamedRule): string {
  const { subjects, actions, resources, effect, obligations, onDeny, mode } = rule;
  const approval = rule.approval && [
    [...new Set(rule.approval.approvers ?? ["human:*"])].sort(),
    rule.approval.quorum,
    rule.approval.within,
  ];
  // a condition that is always true is none
  const when = rule.when?.text === "true" ? undefined : rule.when?.text;
  const exceptions = rule.exceptions.map((one) => [
    one.subjects,
    one.actions,
    one.resources,
    one.when?.text,
    one.expires,
  ]);
  return JSON.stringify(
    [
      policy.target,
      policy.delegation,
      subjects,
      actions,
      resources,
      when,
      effect,
      approval,
      obligations,
      onDeny,
      mode,
      exceptions,
    ].map((part) => part ?? null),
  );
}

export type Roots = ReadonlyMap<string, Node>;

const root = (roots: Roots, name: string): Node => roots.get(name) ?? HIDDEN;

export function targetOf(policy: Policy, roots: Roots): Truth {
  return policy.target === undefined
    ? YES
    : fitsSubject(policy.target.subjects, root(roots, "subject"));
}

type Lists = Pick<Rule, "subjects" | "actions" | "resources">;

function listsOf(lists: Lists, roots: Roots): readonly Truth[] {
  return [
    lists.subjects === undefined ? YES : fitsSubject(lists.subjects, root(roots, "subject")),
    lists.actions === undefined ? YES : fitsTool(lists.actions, root(roots, "action")),
    lists.resources === undefined ? YES : fitsResource(lists.resources, root(roots, "resource")),
  ];
}

function expired(exception: RuleException, time: number | undefined): Truth {
  if (exception.expires === undefined) return NO;
  return time === undefined ? unsure("now") : time > exception.expires ? YES : NO;
}

function holds(exception: RuleException, roots: Roots, time: number | undefined): Truth {
  const when = exception.when === undefined ? YES : condition(exception.when.expr, scopeOf(roots));
  return and([...listsOf(exception, roots), when, not(expired(exception, time))]);
}

/**
 * What one rule comes to for one subject's call: target, scope, condition and exceptions as one
 * formula (design 2.3).
 */
export interface Met {
  readonly truth: Truth;
  readonly excepted: boolean;
  /**
   * How many conjuncts of its condition do not hold; undefined where its scope does not surely fit.
   */
  readonly failing: number | undefined;
}

function conjuncts(expr: Expr): readonly Expr[] {
  return expr.kind === "binary" && expr.op === "&&"
    ? [...conjuncts(expr.left), ...conjuncts(expr.right)]
    : [expr];
}

export function meet(named: NamedRule, roots: Roots, time: number | undefined): Met {
  const { rule, policy } = named;
  const scope = [targetOf(policy, roots), ...listsOf(rule, roots)];
  const when = rule.when === undefined ? YES : condition(rule.when.expr, scopeOf(roots));
  const exceptions = rule.exceptions.map((exception) => holds(exception, roots, time));
  const parts =
    rule.when === undefined
      ? []
      : conjuncts(rule.when.expr).map((expr) => condition(expr, scopeOf(roots)));
  return {
    truth: and([...scope, when, ...exceptions.map(not)]),
    excepted:
      and([...scope, when]).is !== false && exceptions.some((exception) => exception.is === true),
    failing: and(scope).is === true ? parts.filter((part) => part.is !== true).length : undefined,
  };
}

import type { Expr } from "../condition/ast.ts";
import type {
  Approval,
  DelegationMode,
  Effect,
  OnDeny,
  Policy,
  Rule,
  RuleException,
  Scope,
} from "../policy/model.ts";
import type { Obligation } from "../engine/decision.ts";
import { canonicalRule } from "../policy/digest.ts";
import type { AtomTable } from "./atoms.ts";
import { conjuncts, type Formula } from "./formula.ts";

/**
 * An enforced rule of one version, with all that decides whether it has a say and what it then
 * demands.
 */
export interface RuleModel {
  /** `<policy>/<rule>`. */
  readonly name: string;
  readonly policy: Policy;
  readonly rule: Rule;
  /** What the rule means, its name left out: unchanged rules have the same text. */
  readonly text: string;
}

/** A rule as a formula: what is joined by AND, and what a match of it brings. */
export interface RuleFormula {
  readonly effect: Effect;
  readonly parts: readonly Formula[];
  readonly approval: Approval | undefined;
  readonly obligations: readonly Obligation[];
  readonly onDeny: OnDeny | undefined;
}

/** The rules of policies that decide anything: shadow rules do not. */
export function enforcedRules(policies: readonly Policy[]): readonly RuleModel[] {
  return policies.flatMap((policy) =>
    policy.rules
      .filter((rule) => rule.mode === "enforce")
      .map((rule) => ({
        name: `${policy.name}/${rule.id}`,
        policy,
        rule,
        text: canonicalRule(rule, { ...policy, delegation: "subject" }),
      })),
  );
}

function listFormula(
  atoms: AtomTable,
  kind: "subject" | "action" | "resource",
  globs: readonly string[] | undefined,
): readonly Formula[] {
  return globs === undefined
    ? []
    : [{ kind: "or", parts: globs.map((glob) => atoms.glob(kind, glob)) }];
}

function scopeParts(atoms: AtomTable, scope: Scope): readonly Formula[] {
  return [
    ...listFormula(atoms, "subject", scope.subjects),
    ...listFormula(atoms, "action", scope.actions),
    ...listFormula(atoms, "resource", scope.resources),
  ];
}

type Opaque = (atom: Expr) => Formula | undefined;

function exceptionFormula(
  atoms: AtomTable,
  exception: RuleException,
  opaque: Opaque | undefined,
): Formula {
  const { expires, when } = exception;
  return {
    kind: "and",
    parts: [
      ...scopeParts(atoms, exception),
      ...(expires === undefined || expires === Infinity ? [] : [atoms.until(expires)]),
      ...(when === undefined ? [] : [atoms.condition(when.expr, opaque)]),
    ],
  };
}

function obligationsOf({ obligations }: Rule): readonly Obligation[] {
  if (obligations === undefined) return [];
  const { redact, log, notify } = obligations;
  return [
    ...(redact === undefined
      ? []
      : [
          {
            type: "redact" as const,
            fields: redact.fields,
            ...(redact.above === undefined ? {} : { above: redact.above }),
            rules: [],
          },
        ]),
    ...(log ? [{ type: "log" as const, rules: [] }] : []),
    ...(notify.length === 0 ? [] : [{ type: "notify" as const, to: notify, rules: [] }]),
  ];
}

/**
 * A rule over the atoms of a table: target, scope, condition and exceptions as one formula (design
 * 2.3).
 */
export function ruleFormula(
  atoms: AtomTable,
  { policy, rule }: Pick<RuleModel, "policy" | "rule">,
  opaque?: Opaque,
): RuleFormula {
  const when = rule.when === undefined ? [] : conjuncts(atoms.condition(rule.when.expr, opaque));
  const exceptions = rule.exceptions.map(
    (exception): Formula => ({ kind: "not", of: exceptionFormula(atoms, exception, opaque) }),
  );
  return {
    effect: rule.effect,
    parts: [
      ...listFormula(atoms, "subject", policy.target?.subjects),
      ...scopeParts(atoms, rule),
      ...when,
      ...exceptions,
    ],
    approval: rule.approval,
    obligations: obligationsOf(rule),
    onDeny: rule.onDeny,
  };
}

/** The modes of delegation from the weakest to the strongest (design 4.5). */
export const MODES: readonly DelegationMode[] = ["subject", "agents", "user"];

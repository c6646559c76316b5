import type { Expr } from "../condition/ast.ts";
import { compileCondition } from "../condition/compile.ts";
import { Failure, Unknown, type NoValue, type Value } from "../condition/value.ts";
import { canonicalRule } from "../policy/digest.ts";
import { compileEntityGlob, type EntityGlob } from "../policy/glob.ts";
import { conjuncts } from "../condition/structure.ts";
import { pathsRead } from "../condition/paths.ts";
import type { Condition, Policy, Rule, RuleException } from "../policy/model.ts";
import type { AttributeHost } from "./attributes.ts";
import { ALLOW, DENY, type Vote } from "./combine.ts";
import type { Entity } from "./entity.ts";
import { compileApproval, type CompiledApproval } from "./approver.ts";
import type { RequirementState } from "./requirement.ts";
import type { EvaluationContext } from "./evaluation-context.ts";
import {
  compileScope,
  fitsAction,
  fitsEntity,
  type ActionName,
  type CompiledScope,
} from "./scope.ts";
import { and, not, type Truth } from "./truth.ts";

export type Evaluate = (row: EvaluationContext) => Value | NoValue;
export type Test = (row: EvaluationContext) => Truth;

const NOT_BOOL = new Failure("the condition is not true or false");
const NOW = new Unknown(["now"]);

/**
 * A compiled condition that gives anything; compiled on first use, since most rules never meet most
 * calls.
 */
export function compileValue(condition: { readonly expr: Expr }, host: AttributeHost): Evaluate {
  let compiled: Evaluate | undefined;
  return (row) => (compiled ??= compileCondition(condition.expr, host))(row);
}

/** A compiled condition as a truth: what is not a bool is an error. */
export function compileTest(expr: Expr, host: AttributeHost): Test {
  const evaluate = compileValue({ expr }, host);
  return (row) => asTruth(evaluate(row));
}

export function asTruth(value: Value | NoValue): Truth {
  if (typeof value === "boolean" || value instanceof Unknown || value instanceof Failure)
    return value;
  return NOT_BOOL;
}

interface CompiledException {
  readonly exception: RuleException;
  readonly scope: CompiledScope;
  readonly when: Test | undefined;
}

/** A conjunct of a rule's condition. */
export interface Conjunct {
  readonly text: string;
  readonly test: Test;
  /** The attributes that it reads of one entity alone; undefined: it reads others too. */
  readonly gate: Gate | undefined;
}

/** What a conjunct reads of the subject, or of the action, and of nothing else. */
interface Gate {
  readonly root: "subject" | "action";
  readonly names: readonly string[];
}

/** A rule that has a say, with where its requirement stands. */
export interface RuleItem extends Vote {
  readonly compiled: CompiledRule;
  readonly requirement: RequirementState | undefined;
}

/** A rule ready to be asked (design 2.3: scope and condition are one three-valued formula). */
export interface CompiledRule {
  /** `<policy>/<rule>`. */
  readonly name: string;
  readonly rule: Rule;
  readonly target: readonly EntityGlob[] | undefined;
  readonly scope: CompiledScope;
  readonly when: Test | undefined;
  readonly exceptions: readonly CompiledException[];
  readonly approval: CompiledApproval | undefined;
  /** The text by which the rule is the same in two versions (design 7.4). */
  readonly text: () => string;
  /** The conjuncts of `when`; made on first use. */
  readonly conjuncts: () => readonly Conjunct[];
  /** The rule where it surely matched and asks for nobody's approval. */
  readonly matched: () => RuleItem;
}

function conjunctsOf(
  when: Condition | undefined,
  host: AttributeHost,
): ReturnType<CompiledRule["conjuncts"]> {
  if (when === undefined) return [];
  return conjuncts(when.expr).map((expr) => ({
    text: when.text.slice(expr.start, expr.end),
    test: compileTest(expr, host),
    gate: gateOf(expr),
  }));
}

function gateOf(expr: Expr): Gate | undefined {
  const paths = pathsRead(expr);
  const root = paths[0]?.[0];
  if (root !== "subject" && root !== "action") return undefined;
  const alone = paths.every((path) => path.length === 2 && path[0] === root);
  return alone ? { root, names: paths.map((path) => path[1] ?? "") } : undefined;
}

/** Whether what an entity is called settles an attribute, whatever an event says besides. */
function isSettled(entity: Entity, name: string): boolean {
  if (name === "id" || name === "type") return entity[name] !== undefined;
  const known = entity.known.get(name);
  return typeof known === "string" || typeof known === "boolean" || Array.isArray(known);
}

/**
 * Whether a rule cannot match by what the row's subject, or its action, is called: one of its
 * conjuncts reads nothing else, and is false. INVARIANT: the same for all rows whose subject (or
 * action) is named alike.
 */
export function isRuledOut(
  rule: CompiledRule,
  row: EvaluationContext,
  root: Gate["root"],
): boolean {
  return rule
    .conjuncts()
    .some(
      ({ gate, test }) =>
        gate?.root === root &&
        gate.names.every((name) => isSettled(row[root], name)) &&
        test(row) === false,
    );
}

function remembered<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

export function compileRule(policy: Policy, rule: Rule, host: AttributeHost): CompiledRule {
  const compiled: CompiledRule = {
    name: `${policy.name}/${rule.id}`,
    rule,
    target: policy.target?.subjects.map(compileEntityGlob),
    scope: compileScope(rule),
    when: rule.when === undefined ? undefined : compileTest(rule.when.expr, host),
    exceptions: rule.exceptions.map((exception) => ({
      exception,
      scope: compileScope(exception),
      when: exception.when === undefined ? undefined : compileTest(exception.when.expr, host),
    })),
    approval: rule.approval === undefined ? undefined : compileApproval(rule.approval),
    text: remembered(() => canonicalRule(rule, policy)),
    conjuncts: remembered(() => conjunctsOf(rule.when, host)),
    matched: remembered(() => matchedItem(compiled)),
  };
  return compiled;
}

function matchedItem(compiled: CompiledRule): RuleItem {
  const { effect, reason } = compiled.rule;
  const ranks = 1 << (effect === "deny" ? DENY : ALLOW);
  const requirement = undefined;
  return { name: compiled.name, effect, truth: true, reason, ranks, compiled, requirement };
}

/** What of a rule's scope hangs on the subject alone: its policy's target, and its own list. */
export function subjectFit(rule: CompiledRule, subject: Entity): Truth {
  return and(
    fitsEntity(rule.target, subject, "subject"),
    fitsEntity(rule.scope.subjects, subject, "subject"),
  );
}

/** What of a rule's scope hangs on subject and action alone. */
export function staticFit(rule: CompiledRule, row: EvaluationContext, action: ActionName): Truth {
  const subject = subjectFit(rule, row.subject);
  return subject === false ? false : and(subject, fitsAction(rule.scope.actions, action));
}

function unexpired(exception: RuleException, now: number | undefined): Truth {
  if (exception.expires === undefined || exception.expires === Infinity) return true;
  return now === undefined ? NOW : now <= exception.expires;
}

function exceptionHolds(
  compiled: CompiledException,
  row: EvaluationContext,
  action: ActionName,
): Truth {
  const { scope, exception } = compiled;
  const fits = and(
    fitsEntity(scope.subjects, row.subject, "subject"),
    and(fitsAction(scope.actions, action), fitsEntity(scope.resources, row.resource, "resource")),
  );
  if (fits === false) return false;
  const inTime = and(fits, unexpired(exception, row.request.time));
  if (inTime === false || compiled.when === undefined) return inTime;
  return and(inTime, compiled.when(row));
}

/** Whether a rule matches, and whether an exception put it out of force (design 2.2). */
export interface Match {
  readonly truth: Truth;
  readonly excepted: boolean;
}
const NO_MATCH: Match = { truth: false, excepted: false };
const MATCH: Match = { truth: true, excepted: false };

/** Asks a rule whose static fit is known; `fit` is never false. */
export function matchRule(
  rule: CompiledRule,
  row: EvaluationContext,
  { fit, action }: { fit: Truth; action: ActionName },
): Match {
  const { resources } = rule.scope;
  let truth =
    resources === undefined ? fit : and(fit, fitsEntity(resources, row.resource, "resource"));
  if (truth === false) return NO_MATCH;
  if (rule.when !== undefined) truth = and(truth, rule.when(row));
  if (truth === false) return NO_MATCH;
  if (rule.exceptions.length === 0) return truth === true ? MATCH : { truth, excepted: false };
  let out: Truth = true;
  for (const exception of rule.exceptions)
    out = and(out, not(exceptionHolds(exception, row, action)));
  return { truth: and(truth, out), excepted: out === false };
}

import type { ActionName } from "../engine/scope.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { matchRule, type CompiledRule } from "../engine/compiled-rule.ts";
import type { PreparedCall } from "../engine/prepared-call.ts";
import { Failure } from "../condition/value.ts";
import type { Document, Policy, RuleException } from "../policy/model.ts";
import type { MemberDecision } from "../engine/member.ts";
import type { EvaluationContext } from "../engine/evaluation-context.ts";
import { fitsAction, fitsEntity } from "../engine/scope.ts";
import { and, truthMessage, truthName, type Truth } from "../engine/truth.ts";
import { conditionTree } from "./condition-tree.ts";
import type { ConditionNode, RuleTree, ValueShown } from "../documents/test-result.ts";
import { shownValue } from "./shown-value.ts";
import type { SourceLines } from "./source-lines.ts";

/** The set that decided, and its texts. */
export interface Explaining {
  readonly set: CompiledSet;
  readonly lines: SourceLines;
  /** The policy of each rule, by the rule's full name. */
  readonly policies: ReadonlyMap<string, Policy>;
}

/** What explaining a set takes. */
export function explaining(
  set: CompiledSet,
  documents: readonly Document[],
  lines: SourceLines,
): Explaining {
  const policies = documents.flatMap((d) =>
    d.kind === "Policy" ? d.rules.map((rule) => [`${d.name}/${rule.id}`, d] as const) : [],
  );
  return { set, lines, policies: new Map(policies) };
}

function entityText(row: EvaluationContext, root: "subject" | "resource"): ValueShown {
  const { absent, type, id } = row[root];
  if (absent) return { path: root, state: "absent", value: null, from: "call" };
  return type === undefined || id === undefined
    ? { path: root, state: "unknown", value: null, from: "call" }
    : shownValue(root, `${type}:${id}`);
}

function actionText({ server, name }: ActionName): ValueShown {
  return server === undefined || name === undefined
    ? { path: "action", state: "unknown", value: null, from: "call" }
    : shownValue("action", `${server}/${name}`);
}

function scopePart(
  field: string,
  patterns: readonly string[] | undefined,
  { truth, value }: { truth: Truth; value: ValueShown },
): readonly ConditionNode[] {
  if (patterns === undefined) return [];
  return [
    {
      kind: "scope",
      text: `${field}: [${patterns.join(", ")}]`,
      outcome: truthName(truth),
      message: truthMessage(truth),
      at: null,
      values: [value],
      children: [],
    },
  ];
}

interface Scoped {
  readonly node: readonly ConditionNode[];
  readonly truth: Truth;
}

/** The scope of a rule part by part, and all of it together. */
function scopeOf(
  rule: CompiledRule,
  row: EvaluationContext,
  { action, policy }: { action: ActionName; policy: Policy | undefined },
): Scoped {
  const target = fitsEntity(rule.target, row.subject, "subject");
  const subjects = fitsEntity(rule.scope.subjects, row.subject, "subject");
  const actions = fitsAction(rule.scope.actions, action);
  const resources = fitsEntity(rule.scope.resources, row.resource, "resource");
  const subject = entityText(row, "subject");
  return {
    truth: and(and(target, subjects), and(actions, resources)),
    node: [
      ...scopePart("target.subjects", policy?.target?.subjects, { truth: target, value: subject }),
      ...partNodes(rule.rule, { subjects, actions, resources }, { row, action }),
    ],
  };
}

/** The scope of a rule or of an exception, part by part. */
function partNodes(
  patterns: Pick<RuleException, "subjects" | "actions" | "resources">,
  truths: { readonly subjects: Truth; readonly actions: Truth; readonly resources: Truth },
  { row, action }: { readonly row: EvaluationContext; readonly action: ActionName },
): readonly ConditionNode[] {
  const { subjects, actions, resources } = truths;
  return [
    ...scopePart("subjects", patterns.subjects, {
      truth: subjects,
      value: entityText(row, "subject"),
    }),
    ...scopePart("actions", patterns.actions, { truth: actions, value: actionText(action) }),
    ...scopePart("resources", patterns.resources, {
      truth: resources,
      value: entityText(row, "resource"),
    }),
  ];
}

function exceptionNodes(
  rule: CompiledRule,
  row: EvaluationContext,
  explaining: Explaining & { call: PreparedCall },
): readonly ConditionNode[] {
  const action = explaining.call.action.name;
  return rule.exceptions.map(({ exception, scope, when }) => {
    const parts = {
      subjects: fitsEntity(scope.subjects, row.subject, "subject"),
      actions: fitsAction(scope.actions, action),
      resources: fitsEntity(scope.resources, row.resource, "resource"),
    };
    const fits = and(parts.subjects, and(parts.actions, parts.resources));
    const now = row.request.time;
    const expired = exception.expires !== undefined && now !== undefined && now > exception.expires;
    const truth = expired ? false : when === undefined ? fits : and(fits, when(row));
    const inner =
      exception.when === undefined
        ? []
        : [
            conditionTree(exception.when.expr, {
              condition: exception.when,
              host: explaining.set.host,
              catalog: explaining.set.catalog,
              row,
              lines: explaining.lines,
            }),
          ];
    return {
      kind: "exception",
      text: expired ? `${exception.reason} (expired)` : exception.reason,
      outcome: truthName(truth),
      message: truthMessage(truth),
      at: explaining.lines.of(exception.place),
      values: [],
      children: [...partNodes(exception, parts, { row, action }), ...inner],
    };
  });
}

function outcomeOf(match: {
  readonly truth: Truth;
  readonly excepted: boolean;
}): RuleTree["outcome"] {
  if (match.excepted) return "excepted";
  if (typeof match.truth === "boolean") return match.truth ? "matched" : "not matched";
  return match.truth instanceof Failure ? "error" : "unknown";
}

/** `agent:desk`; `?` where it is not known. */
export function subjectName({ subject: { type, id } }: EvaluationContext): string {
  return type === undefined || id === undefined ? "?" : `${type}:${id}`;
}

/** One rule as one member's decision asked it, part by part. */
export function ruleTree(
  rule: CompiledRule,
  member: MemberDecision,
  explaining: Explaining & { call: PreparedCall; rules: readonly string[] },
): RuleTree {
  const { row } = member;
  const scope = scopeOf(rule, row, {
    action: explaining.call.action.name,
    policy: explaining.policies.get(rule.name),
  });
  const match =
    scope.truth === false
      ? { truth: false, excepted: false }
      : matchRule(rule, row, { fit: scope.truth, action: explaining.call.action.name });
  const when = rule.rule.when;
  return {
    rule: rule.name,
    effect: rule.rule.effect,
    mode: rule.rule.mode,
    outcome: outcomeOf(match),
    decided: explaining.rules.includes(rule.name) && match.truth !== false,
    subject: subjectName(row),
    reason: rule.rule.reason ?? null,
    at: explaining.lines.of(rule.rule.place),
    conditions: [
      ...scope.node,
      ...(when === undefined
        ? []
        : [
            conditionTree(when.expr, {
              condition: when,
              host: explaining.set.host,
              catalog: explaining.set.catalog,
              row,
              lines: explaining.lines,
            }),
          ]),
      ...exceptionNodes(rule, row, explaining),
    ],
  };
}

/**
 * The parts of a tree that kept a rule from matching: scope parts and the innermost conditions that
 * decide it.
 */
export function blockers(tree: Pick<RuleTree, "conditions">): readonly ConditionNode[] {
  return tree.conditions.flatMap((node) => {
    if (node.kind === "exception") return node.outcome === "false" ? [] : [node];
    return node.outcome === "true" ? [] : innermost(node, "true");
  });
}

/**
 * The conditions by which a rule matched: the smallest parts that are true, scope and exceptions
 * left out.
 */
export function grounds(tree: Pick<RuleTree, "conditions">): readonly ConditionNode[] {
  return tree.conditions
    .filter(({ kind }) => kind !== "scope" && kind !== "exception")
    .flatMap(trueParts);
}

function trueParts(node: ConditionNode): readonly ConditionNode[] {
  if (node.kind === "not")
    return node.outcome === "true"
      ? node.children.flatMap((child) => innermost(child, "true")).map(asNegated)
      : [];
  if (node.kind !== "all" && node.kind !== "any") return node.outcome === "true" ? [node] : [];
  return node.children.filter((child) => child.outcome === "true").flatMap(trueParts);
}

function asNegated(child: ConditionNode): ConditionNode {
  return child.kind === "test"
    ? { ...child, text: `!(${child.text})`, outcome: negated(child.outcome) }
    : child;
}

/** The smallest parts of a node that keep it from being `wanted`. */
function innermost(node: ConditionNode, wanted: "true" | "false"): readonly ConditionNode[] {
  const opposite = wanted === "true" ? "false" : "true";
  if (node.kind === "not")
    return node.children.flatMap((child) => innermost(child, opposite)).map(asNegated);
  if (node.kind !== "all" && node.kind !== "any") return [node];
  const against = node.children.filter((child) => child.outcome !== wanted);
  return against.length === 0 ? [node] : against.flatMap((child) => innermost(child, wanted));
}

function negated(outcome: ConditionNode["outcome"]): ConditionNode["outcome"] {
  return outcome === "true" ? "false" : outcome === "false" ? "true" : outcome;
}

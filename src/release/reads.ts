import type { Expr } from "../condition/ast.ts";
import { visitAll } from "../condition/walk.ts";
import type { Condition, Document, Policy, Rule } from "../policy/model.ts";

/** The path that a chain of selections spells from its first name, as far as it is written out: `session.labels`. */
function chainOf(expr: Expr): readonly string[] | undefined {
  const path: string[] = [];
  let node = expr;
  for (;;) {
    if (node.kind === "ident") return [node.name.replace(/^\./, ""), ...path.reverse()];
    if (node.kind === "select" || node.kind === "has") path.push(node.field);
    else if (node.kind === "index" && node.index.kind === "literal" && node.index.literal.type === "string") path.push(node.index.literal.value);
    // a computed part may be any member, so what was read below it does not matter
    else if (node.kind === "index") path.length = 0;
    else return undefined;
    node = node.operand;
  }
}

function isLabelTest(node: Expr): readonly string[] | undefined {
  if (node.kind !== "binary" || node.op !== "in" || node.left.kind !== "literal" || node.left.literal.type !== "string") return undefined;
  const path = chainOf(node.right);
  return path?.join(".") === "session.labels" ? [...path, node.left.literal.value] : undefined;
}

/** Every attribute path that an expression reads, each as far as it is written out. */
export function pathsRead(expr: Expr): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  const inside = new Set<Expr>();
  visitAll(expr, (node) => {
    const label = isLabelTest(node);
    if (label !== undefined && node.kind === "binary") {
      found.push(label);
      inside.add(node.right);
      return;
    }
    const known = inside.has(node);
    if (node.kind === "select" || node.kind === "has" || node.kind === "index") {
      const path = known ? undefined : chainOf(node);
      if (path !== undefined) found.push(path);
      // what stands below a chain is a part of it
      if (known || path !== undefined) inside.add(node.operand);
    } else if (node.kind === "ident" && !known) {
      found.push([node.name.replace(/^\./, "")]);
    }
  });
  return found;
}

/** The conditions of a rule and its exceptions. */
export function ruleConditions(rule: Rule): readonly Condition[] {
  return [rule.when, ...rule.exceptions.map((exception) => exception.when)].filter((when) => when !== undefined);
}

/** The conditions of a policy: of the rules that decide, their exceptions, and state declarations. */
export function conditionsOf(policy: Policy): readonly Condition[] {
  return [...policy.rules.filter((rule) => rule.mode === "enforce").flatMap(ruleConditions), ...declaredConditions(policy)];
}

/** The conditions of a policy's state declarations. */
export function declaredConditions(policy: Policy): readonly Condition[] {
  const { labels, counters, values } = policy.session;
  const all: readonly (Condition | undefined)[] = [
    ...[...labels, ...counters, ...values].flatMap((of) => [of.when, of.key.by === "condition" ? of.key.condition : undefined]),
    ...[...counters, ...values].map((of) => of.add),
  ];
  return all.filter((condition) => condition !== undefined);
}

/** What the conditions of a set read. */
export class Reads {
  readonly #paths: readonly (readonly string[])[];

  constructor(conditions: readonly Condition[], more: readonly (readonly string[])[] = []) {
    this.#paths = [...conditions.flatMap((condition) => pathsRead(condition.expr)), ...more];
  }

  /** Whether some condition reads the path, something below it, or all of something above it. */
  has(...path: readonly string[]): boolean {
    return this.#paths.some((read) => read.every((key, i) => i >= path.length || key === path[i]));
  }
}

function keyedByTenant(policy: Policy): boolean {
  const { labels, counters, values } = policy.session;
  return [...labels, ...counters, ...values].some((declaration) => declaration.key.by === "tenant");
}

/** The reads of all policies among documents. */
export function readsOf(documents: readonly Document[]): Reads {
  const policies = documents.filter((document) => document.kind === "Policy");
  return new Reads(policies.flatMap(conditionsOf), policies.some(keyedByTenant) ? [["subject", "tenant"]] : []);
}

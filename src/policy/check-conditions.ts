import type { Expr } from "../condition/ast.ts";
import { checkExpression, type Expected, type Problem, type Scope as CheckScope } from "../condition/check.ts";
import { visitAll } from "../condition/walk.ts";
import { nearestWord } from "../text/edit-distance.ts";
import { quoted, type Log } from "./log.ts";
import type { Condition, Document, LabelDeclaration, Policy, Rule, StateKey } from "./model.ts";
import { conditionSpan } from "./read-condition.ts";
import { typeScopes, type TypeScopes } from "./type-scope.ts";

/** True for `session.labels`. */
function isSessionLabels(expr: Expr): boolean {
  return expr.kind === "select" && expr.field === "labels" && expr.operand.kind === "ident" && expr.operand.name === "session";
}

/** Labels that a condition asks for and no policy sets: `'x' in session.labels` would be false forever. */
function labelProblems(expr: Expr, labels: ReadonlySet<string>): readonly Problem[] {
  const found: Problem[] = [];
  visitAll(expr, (node) => {
    if (node.kind !== "binary" || node.op !== "in" || !isSessionLabels(node.right) || node.left.kind !== "literal") return;
    const { literal, start, end } = node.left;
    if (literal.type !== "string" || labels.has(literal.value)) return;
    const near = nearestWord(literal.value, labels);
    const help = near === undefined ? "declare it under `session.labels` of a policy" : `did you mean \`${near}\`?`;
    found.push({ code: "unknown-attribute", message: `no policy declares the session label ${quoted(literal.value)}`, start, end, help });
  });
  return found;
}

/** Checks conditions against a set's shapes and writes what is wrong into a log, each at its own place. */
class ConditionChecker {
  readonly #scopes: TypeScopes;
  readonly #log: Log;

  constructor(scopes: TypeScopes, log: Log) {
    this.#scopes = scopes;
    this.#log = log;
  }

  policy(policy: Policy): void {
    for (const rule of policy.rules) this.#rule(rule);
    const { labels, counters, values } = policy.session;
    for (const declaration of [...labels, ...counters, ...values]) this.#declaration(declaration);
    for (const counter of counters) this.#check(counter.add, this.#scopes.session, "number");
    for (const value of values) this.#check(value.add, this.#scopes.session, "any");
  }

  tools(documents: readonly Document[]): void {
    for (const tool of documents.flatMap((document) => (document.kind === "Catalog" ? document.tools : []))) {
      if (typeof tool.resource === "object") this.#check(tool.resource.id, this.#scopes.toolResource(tool), "string");
    }
  }

  #rule(rule: Rule): void {
    this.#check(rule.when, this.#scopes.rule(rule), "bool");
    for (const exception of rule.exceptions) this.#check(exception.when, this.#scopes.rule(rule, exception), "bool");
  }

  #declaration(declaration: LabelDeclaration): void {
    this.#check(declaration.when, this.#scopes.session, "bool");
    this.#key(declaration.key);
  }

  #key(key: StateKey): void {
    if (key.by === "condition") this.#check(key.condition, this.#scopes.session, "string");
  }

  #check(condition: Condition | undefined, scope: CheckScope, expected: Expected): void {
    if (condition === undefined) return;
    const labels = this.#scopes.labels;
    const problems = [...checkExpression(condition.expr, scope, expected), ...(labels === undefined ? [] : labelProblems(condition.expr, labels))];
    for (const { code, message, start, end, help } of problems) {
      this.#log.add({ code, place: condition.place, span: conditionSpan(condition, start, end), message, help });
    }
  }
}

/** Checks every condition of a set against the declared shapes (design 3.4). `complete` as in {@link typeScopes}. */
export function checkConditions(documents: readonly Document[], complete: boolean, log: Log): void {
  const checker = new ConditionChecker(typeScopes(documents, complete), log);
  for (const document of documents) if (document.kind === "Policy") checker.policy(document);
  checker.tools(documents);
}

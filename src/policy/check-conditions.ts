import {
  checkExpression,
  type Expected,
  type Problem,
  type Scope as CheckScope,
} from "../condition/check.ts";
import type { DiagnosticSink } from "./log.ts";
import type { Condition, Document, LabelDeclaration, Policy, Rule } from "./model.ts";
import { conditionSpan } from "./read-condition.ts";
import { typeScopes, type TypeScopes } from "./type-scope.ts";

/** What is wrong with a condition, and in which one. */
export interface ConditionProblem {
  readonly condition: Condition;
  readonly problem: Problem;
}

function* check(
  condition: Condition | undefined,
  scope: CheckScope,
  expected: Expected,
): Generator<ConditionProblem> {
  if (condition === undefined) return;
  for (const problem of checkExpression(condition.expr, scope, expected))
    yield { condition, problem };
}

function* checkRule(rule: Rule, scopes: TypeScopes): Generator<ConditionProblem> {
  yield* check(rule.when, scopes.rule(rule), "bool");
  for (const exception of rule.exceptions)
    yield* check(exception.when, scopes.rule(rule, exception), "bool");
}

/** WHY not `when` for the key: it is asked of every call that reads the state. */
function* checkDeclaration(
  { when, key }: LabelDeclaration,
  { session }: TypeScopes,
): Generator<ConditionProblem> {
  yield* check(when, session(when), "bool");
  if (key.by === "condition") yield* check(key.condition, session(), "string");
}

function* checkPolicy({ rules, session }: Policy, scopes: TypeScopes): Generator<ConditionProblem> {
  const { labels, counters, values } = session;
  for (const rule of rules) yield* checkRule(rule, scopes);
  for (const declaration of [...labels, ...counters, ...values])
    yield* checkDeclaration(declaration, scopes);
  for (const { add, when } of counters) yield* check(add, scopes.session(when), "number");
  for (const { add, when } of values) yield* check(add, scopes.session(when), "any");
}

/**
 * All that is wrong with the conditions of a set's documents under these shapes, document by
 * document.
 */
export function* conditionProblems(
  documents: readonly Document[],
  scopes: TypeScopes,
): Generator<ConditionProblem> {
  for (const document of documents) {
    if (document.kind === "Policy") yield* checkPolicy(document, scopes);
    if (document.kind === "Invariant")
      for (const { calls } of document.rules) yield* check(calls.when, scopes.rule(calls), "bool");
    if (document.kind !== "Catalog") continue;
    for (const tool of document.tools) {
      if (typeof tool.resource === "object")
        yield* check(tool.resource.id, scopes.toolResource(tool), "string");
    }
  }
}

/** What lint says of conditions; it keeps no set from loading. */
export const LINTED: ReadonlySet<Problem["code"]> = new Set([
  "impossible-value",
  "unknown-value",
  "unknown-tool",
  "unknown-argument",
]);

/**
 * Checks every condition of a set against the declared shapes (design 3.4). `complete` as in {@link
 * typeScopes}.
 */
export function checkConditions(
  documents: readonly Document[],
  complete: boolean,
  log: DiagnosticSink,
): void {
  for (const { condition, problem } of conditionProblems(
    documents,
    typeScopes(documents, { complete }),
  )) {
    if (LINTED.has(problem.code)) continue;
    const { code, message, start, end, help } = problem;
    log.add({
      code,
      place: condition.place,
      span: conditionSpan(condition, start, end),
      message,
      help,
    });
  }
}

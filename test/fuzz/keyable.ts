import type fc from "fast-check";
import type { Expr } from "../../src/condition/ast.ts";
import { parseExpression } from "../../src/condition/parse.ts";
import { visitAll } from "../../src/condition/walk.ts";
import type { Plain } from "./documents.ts";
import { drawn, scenarioOf, type Scenario } from "./scenario.ts";

const STATE: ReadonlySet<string> = new Set(["session", "now", "decision", "outcome"]);
const CALL: ReadonlySet<string> = new Set(["args", "context", "subject", "action", "resource"]);

/**
 * Conditions that take the place of those that mix: each operand hangs on the call, or on what was
 * before.
 */
const INSTEAD = [
  "'l1' in session.labels",
  "session.counters.c1 < 3.0 && args.amount > 50.0",
  "!('l2' in session.labels) || args.order == '1'",
  "session.counters.c2 >= 2.0 || subject.tenant == 'eu'",
  "'1' in session.values.v2 && has(args.order)",
  "!('2' in session.values.v1) && resource.type == 'order'",
  "now.getHours() < 12 || 'l1' in session.labels && context.task.type == 'refund'",
  "session.counters.c1 > session.counters.c2 ? 'l1' in session.labels : now > timestamp('2026-05-18T10:00:00Z')",
];
/** The same for declarations, which may read the decision. */
const WHEN = [
  "decision.permitted",
  "outcome.status == 'ok' && args.amount > 10.0",
  "'l1' in session.labels || action.server == 'pay'",
  "decision.effect != 'deny' || args.order == '1'",
];

function operands(expr: Expr): readonly Expr[] {
  if (expr.kind === "unary" && expr.op === "!") return operands(expr.operand);
  if (expr.kind !== "binary" || (expr.op !== "&&" && expr.op !== "||")) return [expr];
  return [...operands(expr.left), ...operands(expr.right)];
}

function names(expr: Expr): ReadonlySet<string> {
  const found = new Set<string>();
  visitAll(expr, (node) => node.kind === "ident" && found.add(node.name));
  return found;
}

/** Whether one operand of a condition reads the call and what was before it. */
export function mixes(text: string): boolean {
  const parsed = parseExpression(text);
  if (!parsed.ok) return false;
  return operands(parsed.expr).some((operand) => {
    const read = [...names(operand)];
    return read.some((name) => STATE.has(name)) && read.some((name) => CALL.has(name));
  });
}

function pure(when: unknown, instead: readonly string[]): unknown {
  return typeof when === "string" && (mixes(when) || when.includes("args =="))
    ? instead[when.length % instead.length]
    : when;
}

const list = (value: unknown): readonly Plain[] =>
  Array.isArray(value) ? (value as readonly Plain[]) : [];
const KEYS: ReadonlySet<unknown> = new Set([
  undefined,
  "session",
  "subject",
  "on_behalf_of",
  "tenant",
]);

function pureDeclaration(one: Plain): Plain {
  return {
    ...one,
    when: pure(one["when"], WHEN),
    key: KEYS.has(one["key"]) ? one["key"] : "subject",
  };
}

function purePolicy(policy: Plain): Plain {
  const session = policy["session"] as { readonly [kind: string]: unknown } | undefined;
  const rules = list(policy["rules"]).map((rule) => ({
    ...rule,
    when: pure(rule["when"], INSTEAD),
    ...(rule["exceptions"] === undefined
      ? {}
      : {
          exceptions: list(rule["exceptions"]).map((one) => ({
            ...one,
            when: pure(one["when"], INSTEAD),
          })),
        }),
  }));
  const state =
    session === undefined
      ? {}
      : {
          session: Object.fromEntries(
            Object.entries(session).map(([kind, all]) => [kind, list(all).map(pureDeclaration)]),
          ),
        };
  return { ...policy, rules, ...state };
}

/**
 * Scenarios whose sets are asked by the keys of calls: no operand mixes the call with state, and no
 * state is kept under a condition.
 */
export const keyable: fc.Arbitrary<Scenario> = drawn.map((given) =>
  scenarioOf({ ...given, policies: given.policies.map(purePolicy) }),
);

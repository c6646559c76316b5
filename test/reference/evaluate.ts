import type { BinaryExpr, ComprehensionExpr, Expr, LiteralValue } from "../../src/condition/ast.ts";
import { call } from "./functions.ts";
import { and, not, or, truthOf, unsure, type Truth } from "./truth.ts";
import {
  bool,
  equal,
  error,
  force,
  gather,
  memberOf,
  ok,
  order,
  text,
  unknown,
  type Node,
  type Outcome,
  type Value,
} from "./value.ts";

/** What a condition sees: the roots of the request and the variables of macros. */
export interface Scope {
  readonly roots: ReadonlyMap<string, Node>;
  readonly variables: ReadonlyMap<string, Value>;
}

export function scopeOf(roots: ReadonlyMap<string, Node>): Scope {
  return { roots, variables: new Map() };
}

/** A condition's final outcome (design 3.5). */
export function evaluate(expr: Expr, scope: Scope): Outcome {
  const found = walk(expr, scope);
  return found.kind === "value" ? force(found.value) : found;
}

export function condition(expr: Expr, scope: Scope): Truth {
  return truthOf(evaluate(expr, scope));
}

function walk(expr: Expr, scope: Scope): Outcome {
  switch (expr.kind) {
    case "literal":
      return ok(literal(expr.literal));
    case "ident":
      return ident(expr.name, scope);
    case "select":
      return expr.optional
        ? optional(walk(expr.operand, scope), expr.field)
        : select(walk(expr.operand, scope), expr.field);
    case "has":
      return has(walk(expr.operand, scope), expr.field);
    case "index":
      return index(expr.optional, walk(expr.operand, scope), evaluate(expr.index, scope));
    case "unary":
      return gather([evaluate(expr.operand, scope)], ([value]) => negate(expr.op, value));
    case "binary":
      return binary(expr, scope);
    case "conditional": {
      const chosen = evaluate(expr.condition, scope);
      if (chosen.kind !== "value") return chosen;
      if (chosen.value.type !== "bool") return error("the condition of ?: is no bool");
      return walk(chosen.value.value ? expr.then : expr.otherwise, scope);
    }
    case "call": {
      const operands = expr.target === undefined ? expr.args : [expr.target, ...expr.args];
      return gather(
        operands.map((operand) => evaluate(operand, scope)),
        (values) => call(expr.name, values),
      );
    }
    case "list":
      return gather(
        expr.elements.map((element) => evaluate(element.value, scope)),
        (value) => ok({ type: "list", value }),
      );
    case "map": {
      const flat = expr.entries.flatMap((entry) => [
        evaluate(entry.key, scope),
        evaluate(entry.value, scope),
      ]);
      return gather(flat, (values) =>
        ok({
          type: "map",
          value: expr.entries.map(
            (_, i) => [values[2 * i] as Value, values[2 * i + 1] as Value] as const,
          ),
        }),
      );
    }
    case "comprehension":
      return comprehension(expr, scope);
    case "bind":
      return error("not in the reference's language");
  }
}

function literal(value: LiteralValue): Value {
  return value;
}

function ident(name: string, scope: Scope): Outcome {
  const variable = scope.variables.get(name);
  if (variable !== undefined) return ok(variable);
  const node = scope.roots.get(name);
  return node === undefined
    ? error(`no such name: ${name}`)
    : ok({ type: "node", node, path: name });
}

function memberIn(value: Value, field: string): { readonly found: Value | undefined } | undefined {
  if (value.type === "map")
    return { found: value.value.find(([key]) => equal(key, text(field)))?.[1] };
  if (value.type !== "node" || (value.node.kind !== "map" && value.node.kind !== "hidden"))
    return undefined;
  const node = memberOf(value.node, field);
  return {
    found: node === undefined ? undefined : { type: "node", node, path: `${value.path}.${field}` },
  };
}

/**
 * Reading an absent attribute is an error; an unrecorded one stays a place until it is looked at.
 */
function select(operand: Outcome, field: string): Outcome {
  if (operand.kind !== "value") return operand;
  if (operand.value.type === "node" && operand.value.node.kind === "fault")
    return error(operand.value.node.message);
  const member = memberIn(operand.value, field);
  if (member === undefined) return error(`no members: ${field}`);
  return member.found === undefined ? error(`no such member: ${field}`) : ok(member.found);
}

function isHidden(value: Value | undefined): value is Extract<Value, { type: "node" }> {
  return value?.type === "node" && value.node.kind === "hidden";
}

function has(operand: Outcome, field: string): Outcome {
  if (operand.kind !== "value") return operand;
  const member = memberIn(operand.value, field);
  if (member === undefined) return error(`no members: ${field}`);
  if (isHidden(member.found)) return unknown(member.found.path);
  return bool(member.found !== undefined);
}

function optional(operand: Outcome, field: string): Outcome {
  if (operand.kind !== "value") return operand;
  const member = memberIn(operand.value, field);
  if (member === undefined) return error(`no members: ${field}`);
  if (member.found === undefined) return ok({ type: "optional", value: undefined });
  const found = force(member.found);
  return found.kind === "value" ? ok({ type: "optional", value: found.value }) : found;
}

function index(isOptional: boolean, operand: Outcome, key: Outcome): Outcome {
  if (key.kind === "value" && key.value.type === "string")
    return isOptional ? optional(operand, key.value.value) : select(operand, key.value.value);
  const whole = operand.kind === "value" ? force(operand.value) : operand;
  return gather([whole, key], ([list, at]) => {
    if (list?.type !== "list" || at === undefined || (at.type !== "int" && at.type !== "double"))
      return error("no such index");
    const found = list.value[Number(at.value)];
    return found === undefined ? error("index out of bounds") : ok(found);
  });
}

function negate(op: "!" | "-", value: Value | undefined): Outcome {
  if (op === "!") return value?.type === "bool" ? bool(!value.value) : error("! wants a bool");
  if (value?.type === "double") return ok({ type: "double", value: -value.value });
  return value?.type === "int"
    ? ok({ type: "int", value: -value.value })
    : error("- wants a number");
}

function outcomeOf(truth: Truth): Outcome {
  return truth.is === "unknown"
    ? unknown(...truth.paths)
    : truth.is === "error"
      ? error(truth.message)
      : bool(truth.is);
}

function binary(expr: BinaryExpr, scope: Scope): Outcome {
  if (expr.op === "&&" || expr.op === "||") {
    const sides = [condition(expr.left, scope), condition(expr.right, scope)];
    return outcomeOf(expr.op === "&&" ? and(sides) : or(sides));
  }
  if (expr.op === "in") return contains(evaluate(expr.left, scope), walk(expr.right, scope));
  if (expr.op === "==" || expr.op === "!=")
    return compared(expr.op, walk(expr.left, scope), walk(expr.right, scope));
  const operands = [evaluate(expr.left, scope), evaluate(expr.right, scope)];
  return gather(operands, ([left, right]) => {
    if (left === undefined || right === undefined) return error("no operand");
    return operate(
      expr.op,
      asRead(expr.left, left, right, expr.right),
      asRead(expr.right, right, left, expr.left),
    );
  });
}

function isLiteral(expr: Expr): boolean {
  return (
    expr.kind === "literal" ||
    (expr.kind === "unary" && expr.op === "-" && expr.operand.kind === "literal")
  );
}

/**
 * An int literal beside a JSON number is read as a double; two literals keep their types (design
 * 3.4).
 */
function asRead(expr: Expr, value: Value, other: Value, otherExpr: Expr): Value {
  const lone = isLiteral(expr) && !isLiteral(otherExpr);
  return lone && value.type === "int" && other.type === "double"
    ? { type: "double", value: Number(value.value) }
    : value;
}

/** `in`: over places in the request as far as they are known; elsewhere over whole values. */
function contains(item: Outcome, container: Outcome): Outcome {
  const place =
    container.kind === "value" && container.value.type === "node" ? container.value : undefined;
  if (place !== undefined && place.node.kind === "members") {
    const { has: holds, all } = place.node;
    if (item.kind !== "value") return gather([item, all()], () => bool(false));
    return gather([item], ([value]) => (value === undefined ? error("no item") : holds(value)));
  }
  if (place !== undefined && place.node.kind === "map" && item.kind === "value") {
    const shown =
      item.value.type === "string" ? place.node.members.get(item.value.value) : undefined;
    if (shown === undefined)
      return place.node.rest === "hidden" && item.value.type === "string"
        ? unknown(place.path)
        : bool(false);
    return has(container, item.value.type === "string" ? item.value.value : "");
  }
  const whole = container.kind === "value" ? force(container.value) : container;
  return gather([item, whole], ([value, all]) => {
    if (value === undefined) return error("no item");
    if (all?.type === "list") return bool(all.value.some((one) => equal(one, value)));
    return all?.type === "map"
      ? bool(all.value.some(([key]) => equal(key, value)))
      : error("`in` wants a list or map");
  });
}

/**
 * Equality, as far as the two are known: what is known to differ is not equal, whatever else is
 * unrecorded.
 */
function compared(op: "==" | "!=", left: Outcome, right: Outcome): Outcome {
  if (left.kind === "value" && right.kind === "value")
    return outcomeOf(
      op === "==" ? same(left.value, right.value) : not(same(left.value, right.value)),
    );
  const forced = [left, right].map((side) => (side.kind === "value" ? force(side.value) : side));
  return gather(forced, () => error("no operand"));
}

function same(a: Value, b: Value): Truth {
  if (a.type === "node" && a.node.kind === "map" && b.type === "map")
    return sameMembers(a.node, a.path, b);
  if (b.type === "node" && b.node.kind === "map" && a.type === "map") return same(b, a);
  return truthOf(
    gather([force(a), force(b)], ([x, y]) =>
      bool(x !== undefined && y !== undefined && equal(x, y)),
    ),
  );
}

function sameMembers(
  a: Extract<Node, { kind: "map" }>,
  path: string,
  b: Extract<Value, { type: "map" }>,
): Truth {
  const shown = [...a.members].map(([key, node]) => {
    const other = b.value.find(([name]) => equal(name, text(key)))?.[1];
    if (other !== undefined) return same({ type: "node", node, path: `${path}.${key}` }, other);
    return node.kind === "hidden" ? unsure(`${path}.${key}`) : { is: false as const };
  });
  const wanting = b.value.some(([key]) => key.type !== "string" || !a.members.has(key.value));
  const rest = a.rest === "hidden" ? unsure(path) : { is: !wanting };
  return and([...shown, rest]);
}

function operate(op: BinaryExpr["op"], a: Value, b: Value): Outcome {
  if (op === "==" || op === "!=") return bool(equal(a, b) === (op === "=="));
  if (op === "<" || op === "<=" || op === ">" || op === ">=") {
    const place = order(a, b);
    if (place === undefined) return error("no order");
    return bool(
      op === "<" ? place < 0 : op === "<=" ? place <= 0 : op === ">" ? place > 0 : place >= 0,
    );
  }
  if (a.type === "double" && b.type === "double") return doubles(op, a.value, b.value);
  if (a.type === "int" && b.type === "int") return ints(op, a.value, b.value);
  if (a.type === "string" && b.type === "string" && op === "+") return ok(text(a.value + b.value));
  if (a.type === "list" && b.type === "list" && op === "+")
    return ok({ type: "list", value: [...a.value, ...b.value] });
  if (a.type === "timestamp" && b.type === "timestamp" && op === "-")
    return ok({ type: "duration", value: a.value - b.value });
  if (a.type === "timestamp" && b.type === "duration" && op === "+")
    return ok({ type: "timestamp", value: a.value + b.value });
  if (a.type === "timestamp" && b.type === "duration" && op === "-")
    return ok({ type: "timestamp", value: a.value - b.value });
  return error(`no such overload: ${op}`);
}

function doubles(op: BinaryExpr["op"], a: number, b: number): Outcome {
  if (op === "%") return error("% wants ints");
  return ok({
    type: "double",
    value: op === "+" ? a + b : op === "-" ? a - b : op === "*" ? a * b : a / b,
  });
}

function ints(op: BinaryExpr["op"], a: bigint, b: bigint): Outcome {
  if ((op === "/" || op === "%") && b === 0n) return error("division by zero");
  const value =
    op === "+" ? a + b : op === "-" ? a - b : op === "*" ? a * b : op === "/" ? a / b : a % b;
  return BigInt.asIntN(64, value) === value ? ok({ type: "int", value }) : error("int overflow");
}

function elements(value: Value): readonly Value[] | undefined {
  if (value.type === "list") return value.value;
  return value.type === "map" ? value.value.map(([key]) => key) : undefined;
}

function comprehension(expr: ComprehensionExpr, scope: Scope): Outcome {
  const range = evaluate(expr.range, scope);
  if (range.kind !== "value") return range;
  const items = elements(range.value);
  if (items === undefined || expr.second !== undefined)
    return error("the macro wants a list or map");
  const inside = (item: Value): Scope => ({
    roots: scope.roots,
    variables: new Map([...scope.variables, [expr.variable, item]]),
  });
  const truths = (body: Expr): readonly Truth[] =>
    items.map((item) => condition(body, inside(item)));
  if (expr.macro === "all") return outcomeOf(and(truths(expr.body)));
  if (expr.macro === "exists") return outcomeOf(or(truths(expr.body)));
  if (expr.macro === "map" && expr.filter === undefined)
    return gather(
      items.map((item) => evaluate(expr.body, inside(item))),
      (value) => ok({ type: "list", value }),
    );
  const each = truths(expr.filter ?? expr.body);
  const doubt = and(each.map((truth) => (typeof truth.is === "boolean" ? { is: true } : truth)));
  if (doubt.is !== true) return outcomeOf(not(doubt));
  const kept = items.filter((_, i) => each[i]?.is === true);
  if (expr.macro === "exists_one") return bool(kept.length === 1);
  if (expr.macro === "filter") return ok({ type: "list", value: kept });
  return gather(
    kept.map((item) => evaluate(expr.body, inside(item))),
    (value) => ok({ type: "list", value }),
  );
}

import type { BinaryExpr, BinaryOperator, Expr } from "../ast.ts";
import { hasField } from "../access.ts";
import { add, divide, multiply, remainder, subtract } from "../arithmetic.ts";
import {
  contains,
  equal,
  greater,
  greaterOrEqual,
  less,
  lessOrEqual,
  notEqual,
} from "../compare.ts";
import { isList, PartialRecord, type NoValue, type Value } from "../value.ts";
import { emitCount, isShortText } from "./calls.ts";
import type { Code, Emitter, Locals } from "./emitter.ts";
import { staticPath } from "../paths.ts";

type Operation = (a: Value | NoValue, b: Value | NoValue) => Value | NoValue;

const ARITHMETIC: ReadonlyMap<BinaryOperator, Operation> = new Map<BinaryOperator, Operation>([
  ["+", add],
  ["-", subtract],
  ["*", multiply],
  ["/", divide],
  ["%", remainder],
]);
const ORDER: ReadonlyMap<BinaryOperator, Operation> = new Map<BinaryOperator, Operation>([
  ["<", less],
  ["<=", lessOrEqual],
  [">", greater],
  [">=", greaterOrEqual],
]);

/**
 * An int literal, also negated, as the double that it is read as beside a JSON number (design 3.4).
 */
function intLiteral(expr: Expr): number | undefined {
  if (expr.kind === "unary" && expr.op === "-") {
    const inner = intLiteral(expr.operand);
    return inner === undefined ? undefined : -inner;
  }
  return expr.kind === "literal" && expr.literal.type === "int"
    ? Number(expr.literal.value)
    : undefined;
}

function isLiteral(expr: Expr): boolean {
  return expr.kind === "literal" || (expr.kind === "unary" && isLiteral(expr.operand));
}

/** A constant whole or decimal number whose comparison with a double needs no bigint. */
function plainNumber(code: Code): string | undefined {
  const value = code.constant?.value;
  if (typeof value === "number")
    return Number.isFinite(value) ? `(${Object.is(value, -0) ? 0 : value})` : undefined;
  return typeof value === "bigint" && Number.isSafeInteger(Number(value))
    ? `(${value})`
    : undefined;
}

interface Sides {
  readonly op: BinaryOperator;
  readonly left: Code;
  readonly right: Code;
}

/**
 * An operand of arithmetic in the form for doubles: its text, and whether a test must come first.
 */
function doubleSide(
  e: Emitter,
  code: Code,
  expr: Expr,
  other: Expr,
): { readonly text: string; readonly test: string } | undefined {
  if (code.constant === undefined)
    return { text: code.text, test: `typeof ${code.text} === "number" && ` };
  if (typeof code.constant.value === "number") return { text: code.text, test: "" };
  const double = isLiteral(other) ? undefined : intLiteral(expr);
  return double === undefined ? undefined : { text: e.constant(double).text, test: "" };
}

function readAsDouble(
  e: Emitter,
  code: Code,
  expr: Expr,
  beside: { readonly code: Code; readonly expr: Expr },
): Code {
  const double = isLiteral(beside.expr) ? undefined : intLiteral(expr);
  return double !== undefined && typeof beside.code.constant?.value === "number"
    ? e.constant(double)
    : code;
}

function emitArithmetic(e: Emitter, expr: BinaryExpr, operation: Operation, sides: Sides): Code {
  const left = readAsDouble(e, sides.left, expr.left, { code: sides.right, expr: expr.right });
  const right = readAsDouble(e, sides.right, expr.right, { code: sides.left, expr: expr.left });
  const folded = e.fold(operation, [left, right]);
  if (folded !== undefined) return folded;
  const slow = e.invoke(operation, [left, right]);
  const x = doubleSide(e, left, expr.left, expr.right);
  const y = doubleSide(e, right, expr.right, expr.left);
  if (expr.op === "%" || x === undefined || y === undefined) return e.assign(slow);
  return e.assign(`${x.test}${y.test}true ? ${x.text} ${expr.op} ${y.text} : ${slow}`);
}

function emitOrder(e: Emitter, operation: Operation, { op, left, right }: Sides): Code {
  const folded = e.fold(operation, [left, right]);
  if (folded !== undefined) return folded;
  const slow = e.invoke(operation, [left, right]);
  const leftNumber = plainNumber(left);
  const rightNumber = plainNumber(right);
  if (rightNumber !== undefined)
    return e.assign(
      `typeof ${left.text} === "number" ? ${left.text} ${op} ${rightNumber} : ${slow}`,
    );
  if (leftNumber !== undefined)
    return e.assign(
      `typeof ${right.text} === "number" ? ${leftNumber} ${op} ${right.text} : ${slow}`,
    );
  if (left.constant !== undefined || right.constant !== undefined) return e.assign(slow);
  return e.assign(
    `typeof ${left.text} === "number" && typeof ${right.text} === "number" ? ${left.text} ` +
      `${op} ${right.text} : ${slow}`,
  );
}

function emitEquality(e: Emitter, { op, left, right }: Sides): Code {
  const operation = op === "==" ? equal : notEqual;
  const folded = e.fold(operation, [left, right]);
  if (folded !== undefined) return folded;
  const slow = e.invoke(operation, [left, right]);
  const [variable, fixed] = left.constant === undefined ? [left, right] : [right, left];
  const { constant } = fixed;
  if (constant === undefined) {
    return e.assign(
      `${isShortText(left)} && typeof ${right.text} === "string" ? ${left.text} ${op}= ${right.text} : ${slow}`,
    );
  }
  const number = plainNumber(fixed);
  if (number !== undefined)
    return e.assign(
      `typeof ${variable.text} === "number" ? ${variable.text} ${op}= ${number} : ${slow}`,
    );
  const type = typeof constant.value;
  if (type !== "string" && type !== "boolean") return e.assign(slow);
  const test = type === "string" ? isShortText(variable) : `typeof ${variable.text} === "boolean"`;
  return e.assign(`${test} ? ${variable.text} ${op}= ${fixed.text} : ${slow}`);
}

const FEW = 4;

/** The strings of a constant list of nothing else. */
function strings(code: Code): readonly string[] | undefined {
  const list = code.constant?.value;
  if (list === undefined || !isList(list)) return undefined;
  const texts = list.filter((element) => typeof element === "string");
  return texts.length === list.length ? texts : undefined;
}

/** `'name' in container` where the author wrote the name. */
function containsNamed(name: Value | NoValue, container: Value | NoValue): Value | NoValue {
  return container instanceof PartialRecord && typeof name === "string"
    ? hasField(container, name)
    : contains(name, container);
}

function emitIn(e: Emitter, expr: BinaryExpr, left: Code, locals: Locals): Code {
  const path = staticPath(expr.right, locals, e.host.roots);
  const literal = left.constant?.value;
  const direct =
    path !== undefined && typeof literal === "string"
      ? e.host.contains?.(path, literal)
      : undefined;
  if (direct !== undefined) return e.assign(`${e.hold(direct)}(row)`);
  const among = left.constant === undefined && path !== undefined && e.host.among?.(path);
  if (path !== undefined && among) return emitAmong(e, left, { path, among });
  const right = e.emit(expr.right, locals);
  const body = typeof literal === "string" ? containsNamed : contains;
  const folded = e.fold(body, [left, right]);
  if (folded !== undefined) return folded;
  const slow = e.invoke(body, [left, right]);
  const texts = strings(right);
  if (texts === undefined) return e.assign(slow);
  const few =
    texts.length === 0
      ? "false"
      : texts.map((text) => `${left.text} === ${JSON.stringify(text)}`).join(" || ");
  const test = texts.length <= FEW ? few : `${e.hold(new Set(texts))}.has(${left.text})`;
  return e.assign(`typeof ${left.text} === "string" ? ${test} : ${slow}`);
}

/** `text in path`, where the host may tell it without reading the list. */
function emitAmong(
  e: Emitter,
  left: Code,
  { path, among }: { readonly path: readonly string[]; readonly among: unknown },
): Code {
  const list = { text: `${e.hold(e.host.read(path))}(row)` };
  const slow = e.invoke(contains, [left, list]);
  const fast = e.assign(
    `typeof ${left.text} === "string" ? ${e.hold(among)}(row, ${left.text}) : undefined`,
  );
  return e.assign(`${fast.text} !== undefined ? ${fast.text} : ${slow}`);
}

function isSmallInt(expr: Expr): boolean {
  const value = intLiteral(expr);
  return value !== undefined && Number.isSafeInteger(value);
}

/**
 * One side of a comparison: a count beside an int literal is computed as a plain number, without a
 * bigint.
 */
function emitSide(e: Emitter, expr: Expr, other: Expr, locals: Locals): Code {
  return (isSmallInt(other) ? emitCount(e, expr, locals) : undefined) ?? e.emit(expr, locals);
}

function emitOne(e: Emitter, expr: BinaryExpr, left: Code, locals: Locals): Code {
  if (expr.op === "in") return emitIn(e, expr, left, locals);
  const arithmetic = ARITHMETIC.get(expr.op);
  if (arithmetic !== undefined)
    return emitArithmetic(e, expr, arithmetic, {
      op: expr.op,
      left,
      right: e.emit(expr.right, locals),
    });
  const sides = { op: expr.op, left, right: emitSide(e, expr.right, expr.left, locals) };
  const order = ORDER.get(expr.op);
  return order === undefined ? emitEquality(e, sides) : emitOrder(e, order, sides);
}

function isStrict(expr: Expr): expr is BinaryExpr {
  return expr.kind === "binary" && expr.op !== "&&" && expr.op !== "||";
}

/**
 * Every operator but `&&` and `||`; walks down the left side in a loop, so that long sums need no
 * deep stack.
 */
export function emitOperator(e: Emitter, expr: BinaryExpr, locals: Locals): Code {
  const pending: BinaryExpr[] = [expr];
  let left = expr.left;
  while (isStrict(left)) {
    pending.push(left);
    left = left.left;
  }
  const innermost = pending[pending.length - 1] ?? expr;
  const compares = innermost.op !== "in" && !ARITHMETIC.has(innermost.op);
  let code = compares ? emitSide(e, left, innermost.right, locals) : e.emit(left, locals);
  for (let node = pending.pop(); node !== undefined; node = pending.pop())
    code = emitOne(e, node, code, locals);
  return code;
}

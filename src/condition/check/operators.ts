import type {
  BinaryExpr,
  BinaryOperator,
  ConditionalExpr,
  Expr,
  ListExpr,
  UnaryExpr,
} from "../ast.ts";
import {
  BOOL,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  STRING,
  TIMESTAMP,
  typeText,
  type Type,
} from "../types.ts";
import { leftSpine } from "../walk.ts";
import type { Checker, Typed, Variables } from "./checker.ts";
import { comparable, fits, isNumber, join, literalNumber, ordered } from "./relations.ts";
import { conditionRemedy, operatorRemedy } from "./remedies.ts";
import { shown } from "./shown.ts";
import { isRanked, meet } from "./words.ts";

/** Complains unless `part` may be a boolean. */
export function mustBeBoolean({ expr, type }: Typed, checker: Checker, role: string): void {
  if (fits(type, BOOL)) return;
  const help = conditionRemedy({ expr, type });
  checker.mismatch(
    expr,
    `${role} must be a boolean, but this has type ${typeText(type)}`,
    // `!` would take the left side of the comparison alone
    role.endsWith("`!`") ? help.replace(/`(.+)`$/, "`($1)`") : help,
  );
}

export function inferUnary(checker: Checker, expr: UnaryExpr, variables: Variables): Type {
  const operand = checker.typed(expr.operand, variables);
  const { type } = operand;
  if (expr.op === "!") {
    mustBeBoolean(operand, checker, "the operand of `!`");
    return BOOL;
  }
  if (["int", "double", "duration", "dyn"].includes(type.kind)) return type;
  checker.mismatch(
    expr,
    `a value of type ${typeText(type)} has no negative`,
    type.kind === "string"
      ? `if the text is a number, write \`-double(${shown(expr.operand)})\``
      : "only numbers and durations have one",
  );
  return DYN;
}

export function inferConditional(
  checker: Checker,
  expr: ConditionalExpr,
  variables: Variables,
): Type {
  mustBeBoolean(checker.typed(expr.condition, variables), checker, "the operand before `?`");
  return join(checker.type(expr.then, variables), checker.type(expr.otherwise, variables));
}

function clash(
  checker: Checker,
  node: BinaryExpr,
  [left, right]: readonly [Type, Type],
  help = operatorRemedy(node, left, right),
): void {
  checker.mismatch(
    node,
    `\`${node.op}\` does not take ${typeText(left)} and ${typeText(right)}`,
    help,
  );
}

function literalClash(node: BinaryExpr): boolean {
  const [left, right] = [literalNumber(node.left), literalNumber(node.right)];
  return left !== undefined && right !== undefined && left !== right;
}

/**
 * The type of an operand of arithmetic: an int literal beside a double is read as one (design 3.4).
 */
function readAs(own: Expr, type: Type, other: { readonly expr: Expr; readonly type: Type }): Type {
  const literal = literalNumber(own) === "int" && literalNumber(other.expr) === undefined;
  return literal && (other.type.kind === "double" || other.type.kind === "dyn") ? other.type : type;
}

function timeResult(op: BinaryOperator, left: Type, right: Type): Type | undefined {
  const [l, r] = [left.kind, right.kind];
  if (
    op === "+" &&
    ((l === "timestamp" && r === "duration") || (l === "duration" && r === "timestamp"))
  )
    return TIMESTAMP;
  if (l === "duration" && r === "duration") return op === "+" || op === "-" ? DURATION : undefined;
  if (op !== "-" || l !== "timestamp") return undefined;
  return r === "timestamp" ? DURATION : r === "duration" ? TIMESTAMP : undefined;
}

function numberResult(op: BinaryOperator, left: Type, right: Type): Type | undefined {
  if (left.kind !== right.kind || !isNumber(left)) return undefined;
  return op === "%" && left.kind === "double" ? undefined : left;
}

function joined(op: BinaryOperator, left: Type, right: Type): Type | undefined {
  if (op !== "+" || left.kind !== right.kind) return undefined;
  return left.kind === "string" || left.kind === "bytes"
    ? openText(left)
    : left.kind === "list"
      ? join(left, right)
      : undefined;
}

function operable(op: BinaryOperator, type: Type): boolean {
  if (type.kind === "dyn" || type.kind === "int" || type.kind === "uint") return true;
  if (op === "%") return false;
  if (type.kind === "double") return true;
  const time = type.kind === "duration" || type.kind === "timestamp";
  return op === "+" ? time || ["string", "bytes", "list"].includes(type.kind) : op === "-" && time;
}

/**
 * The type of a result of which one operand can be anything: where the other one leaves no choice, it
 * is known (`x + 'a'` is a text or an error).
 */
function openResult(op: BinaryOperator, left: Type, right: Type): Type {
  const known = left.kind === "dyn" ? right : left;
  if (isNumber(known)) return known;
  if (op === "+") {
    if (known.kind === "list") return listOf(DYN);
    return ["string", "bytes", "timestamp"].includes(known.kind) ? openText(known) : DYN;
  }
  return DYN;
}

/** WHY without its words: what is joined with another text is another text. */
function openText(type: Type): Type {
  return type.kind === "string" ? STRING : type;
}

function arithmetic(checker: Checker, node: BinaryExpr, leftType: Type, rightType: Type): Type {
  const left = readAs(node.left, leftType, { expr: node.right, type: rightType });
  const right = readAs(node.right, rightType, { expr: node.left, type: leftType });
  const known =
    numberResult(node.op, left, right) ??
    timeResult(node.op, left, right) ??
    joined(node.op, left, right);
  if (known !== undefined) return known;
  const open =
    (left.kind === "dyn" || right.kind === "dyn") &&
    operable(node.op, left) &&
    operable(node.op, right);
  if (open) return openResult(node.op, left, right);
  clash(checker, node, [leftType, rightType]);
  return left.kind === "int" && right.kind === "int"
    ? INT
    : isNumber(left) && isNumber(right)
      ? DOUBLE
      : DYN;
}

function membership(checker: Checker, node: BinaryExpr, left: Type, right: Type): void {
  const inner =
    right.kind === "list"
      ? right.element
      : right.kind === "map"
        ? right.key
        : right.kind === "struct"
          ? { kind: "string" as const }
          : undefined;
  if (inner === undefined) {
    if (right.kind !== "dyn") clash(checker, node, [left, right]);
  } else if (!comparable(left, inner)) clash(checker, node, [left, right]);
  else if (node.right.kind === "list") meetElements(checker, node.right, left);
  else meet(checker, node, [left, inner]);
}

/** WHY one by one: beside an element of any type, what the others can be is lost. */
function meetElements(checker: Checker, list: ListExpr, left: Type): void {
  for (const { value, optional } of list.elements) {
    if (!optional) meet(checker, value, [left, checker.knownType(value)]);
  }
}

function orderedByRank(node: BinaryExpr): string {
  return `compare their ranks: \`rank(${shown(node.left)}) ${node.op} rank(${shown(node.right)})\``;
}

function comparison(checker: Checker, node: BinaryExpr, left: Type, right: Type): void {
  if (literalClash(node)) clash(checker, node, [left, right], "write both numbers in the same way");
  else if (node.op === "==" || node.op === "!=") {
    if (!comparable(left, right)) clash(checker, node, [left, right]);
    else meet(checker, node, [left, right]);
  } else if (!ordered(left, right)) clash(checker, node, [left, right]);
  else if (isRanked(left) || isRanked(right)) {
    checker.mismatch(
      node,
      `\`${node.op}\` compares the letters of classifications, not their rank`,
      orderedByRank(node),
    );
  }
}

function operatorResult(checker: Checker, node: BinaryExpr, left: Type, right: Type): Type {
  switch (node.op) {
    case "&&":
    case "||":
      mustBeBoolean({ expr: node.left, type: left }, checker, `the left operand of \`${node.op}\``);
      mustBeBoolean(
        { expr: node.right, type: right },
        checker,
        `the right operand of \`${node.op}\``,
      );
      return BOOL;
    case "in":
      membership(checker, node, left, right);
      return BOOL;
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return arithmetic(checker, node, left, right);
    default:
      comparison(checker, node, left, right);
      return BOOL;
  }
}

/** Walks down the left side in a loop, so that chains of any length are fine. */
export function inferBinary(checker: Checker, expr: BinaryExpr, variables: Variables): Type {
  const { first, operators } = leftSpine(expr);
  let type = checker.type(first, variables);
  for (let i = operators.length - 1; i >= 0; i--) {
    const node = operators[i];
    if (node !== undefined)
      type = operatorResult(checker, node, type, checker.type(node.right, variables));
  }
  return type;
}

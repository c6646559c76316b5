import type { BinaryOperator, Expr, LiteralValue } from "./ast.ts";
import { leftSpine } from "./walk.ts";

const LEVEL: Readonly<Record<BinaryOperator, number>> = {
  "||": 2,
  "&&": 3,
  "==": 4,
  "!=": 4,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
  in: 4,
  "+": 5,
  "-": 5,
  "*": 6,
  "/": 6,
  "%": 6,
};
const CONDITIONAL = 1;
const UNARY = 7;
const MEMBER = 8;

function bytesText(value: Uint8Array): string {
  return `b"${[...value].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}"`;
}

function doubleText(value: number): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function literalText(literal: LiteralValue): string {
  switch (literal.type) {
    case "null":
      return "null";
    case "uint":
      return `${literal.value}u`;
    case "double":
      return doubleText(literal.value);
    case "string":
      return JSON.stringify(literal.value);
    case "bytes":
      return bytesText(literal.value);
    default:
      return String(literal.value);
  }
}

function isNumber(expr: Expr): boolean {
  return expr.kind === "literal" && (expr.literal.type === "int" || expr.literal.type === "double");
}

function level(expr: Expr): number {
  if (expr.kind === "binary") return LEVEL[expr.op];
  if (expr.kind === "conditional") return CONDITIONAL;
  if (expr.kind === "unary") return UNARY;
  return MEMBER;
}

function within(expr: Expr, least: number): string {
  return level(expr) < least ? `(${unparse(expr)})` : unparse(expr);
}

/**
 * What stands before `.x`, `[x]`: a number goes in parentheses, so that no minus or dot runs into
 * it.
 */
function operand(expr: Expr): string {
  return isNumber(expr) ? `(${unparse(expr)})` : within(expr, MEMBER);
}

function fieldName(name: string): string {
  return /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) && !["true", "false", "null", "in"].includes(name)
    ? name
    : `\`${name}\``;
}

function binary(expr: Expr): string {
  const { first, operators } = leftSpine(expr);
  const innermost = operators[operators.length - 1];
  const parts = [within(first, innermost === undefined ? 0 : LEVEL[innermost.op])];
  let open = "";
  for (let i = operators.length - 1; i >= 0; i--) {
    const node = operators[i];
    const outer = operators[i - 1];
    if (node === undefined) continue;
    parts.push(` ${node.op} `, within(node.right, LEVEL[node.op] + 1));
    if (outer !== undefined && LEVEL[node.op] < LEVEL[outer.op]) {
      open += "(";
      parts.push(")");
    }
  }
  return open + parts.join("");
}

function unary(expr: Extract<Expr, { kind: "unary" }>): string {
  const inner = expr.operand;
  const plain =
    inner.kind === "unary" ? inner.op === expr.op : level(inner) === MEMBER && !isNumber(inner);
  return plain ? `${expr.op}${unparse(inner)}` : `${expr.op}(${unparse(inner)})`;
}

function list(parts: readonly { readonly text: string; readonly optional?: boolean }[]): string {
  return parts.map(({ text, optional }) => (optional === true ? `?${text}` : text)).join(", ");
}

function call(expr: Extract<Expr, { kind: "call" }>): string {
  const args = list(expr.args.map((arg) => ({ text: unparse(arg) })));
  return expr.target === undefined
    ? `${expr.name}(${args})`
    : `${operand(expr.target)}.${expr.name}(${args})`;
}

function comprehension(expr: Extract<Expr, { kind: "comprehension" }>): string {
  const names = expr.second === undefined ? expr.variable : `${expr.variable}, ${expr.second}`;
  const filter = expr.filter === undefined ? "" : `, ${unparse(expr.filter)}`;
  const macro = expr.macro === "map" && expr.second !== undefined ? "transformList" : expr.macro;
  return `${operand(expr.range)}.${macro}(${names}${filter}, ${unparse(expr.body)})`;
}

function bind(expr: Extract<Expr, { kind: "bind" }>): string {
  return expr.macro === "bind"
    ? `cel.bind(${expr.variable}, ${unparse(expr.init)}, ${unparse(expr.body)})`
    : `${operand(expr.init)}.${expr.macro}(${expr.variable}, ${unparse(expr.body)})`;
}

/**
 * The one canonical text of `expr`: fewest parentheses, double quotes, single blanks. Parsing it
 * gives the same tree but for offsets. Two conditions are the same rule for a digest if their
 * canonical texts are (design 10.1).
 */
export function unparse(expr: Expr): string {
  switch (expr.kind) {
    case "literal":
      return literalText(expr.literal);
    case "ident":
      return expr.name;
    case "select":
      return `${operand(expr.operand)}.${expr.optional ? "?" : ""}${fieldName(expr.field)}`;
    case "has":
      return `has(${operand(expr.operand)}.${fieldName(expr.field)})`;
    case "index":
      return `${operand(expr.operand)}[${expr.optional ? "?" : ""}${unparse(expr.index)}]`;
    case "unary":
      return unary(expr);
    case "binary":
      return binary(expr);
    case "conditional":
      return `${within(expr.condition, 2)} ? ${within(expr.then, 2)} : ${unparse(expr.otherwise)}`;
    case "call":
      return call(expr);
    case "list":
      return `[${list(expr.elements.map(({ value, optional }) => ({ text: unparse(value), optional })))}]`;
    case "map":
      return `{${list(
        expr.entries.map(({ key, value, optional }) => ({
          text: `${unparse(key)}: ${unparse(value)}`,
          optional,
        })),
      )}}`;
    case "comprehension":
      return comprehension(expr);
    case "bind":
      return bind(expr);
  }
}

import type { BinaryExpr, CallExpr, ComprehensionExpr, Expr } from "../condition/ast.ts";
import { literalNumber, literalText } from "../condition/literal-value.ts";
import { unparse } from "../condition/unparse.ts";
import { pathOf } from "./variables.ts";

const quoted = (text: string): string => JSON.stringify(text);

/** The text of an attribute; undefined for all else, which a test would have to stand around. */
function attributeText(expr: Expr | undefined): string | undefined {
  return expr !== undefined && pathOf(expr) !== undefined ? unparse(expr) : undefined;
}

/** Where a text stands in another, as whether it does. */
function position({ target, args }: CallExpr, op: string, at: number): string | undefined {
  const [subject, part] = [attributeText(target), literalText(args[0])];
  if (subject === undefined || part === undefined || args.length > 1) return undefined;
  if (op === "==" && at === 0) return `${subject}.startsWith(${quoted(part)})`;
  const contains = `${subject}.contains(${quoted(part)})`;
  const isThere = [">= 0", "!= -1", "> -1"].includes(`${op} ${at}`);
  return isThere ? contains : ["== -1", "< 0"].includes(`${op} ${at}`) ? `!${contains}` : undefined;
}

/** The beginning of a text, compared with a text as long. */
function beginning({ target, args }: CallExpr, word: string): string | undefined {
  const [subject, from, to] = [
    attributeText(target),
    literalNumber(args[0]),
    literalNumber(args[1]),
  ];
  return subject !== undefined && from === 0 && to === word.length
    ? `${subject}.startsWith(${quoted(word)})`
    : undefined;
}

const CONVERSIONS: ReadonlySet<string> = new Set(["double", "string", "int"]);

/** A comparison of a call with a literal. */
function compared({ op, left, right }: BinaryExpr): string | undefined {
  if (left.kind === "index" && left.operand.kind === "call" && op === "==")
    return firstPart(left.operand, literalNumber(left.index), literalText(right));
  if (left.kind !== "call" || (right.kind !== "literal" && right.kind !== "unary"))
    return undefined;
  const [word, number] = [literalText(right), literalNumber(right)];
  if (left.name === "indexOf" && number !== undefined) return position(left, op, number);
  if (left.name === "substring" && op === "==" && word !== undefined) return beginning(left, word);
  const [only] = left.args;
  const inner =
    left.target === undefined && left.args.length === 1 ? attributeText(only) : undefined;
  return CONVERSIONS.has(left.name) && inner !== undefined
    ? `${inner} ${op} ${unparse(right)}`
    : undefined;
}

/** What stands before the first separator. */
function firstPart(
  { name, target, args }: CallExpr,
  at: number | undefined,
  word: string | undefined,
): string | undefined {
  const [subject, separator] = [attributeText(target), literalText(args[0])];
  if (name !== "split" || at !== 0 || args.length > 1) return undefined;
  if (subject === undefined || word === undefined || separator === undefined) return undefined;
  return word.includes(separator) || separator === ""
    ? undefined
    : `${subject} == ${quoted(word)} || ${subject}.startsWith(${quoted(word + separator)})`;
}

/** The literals that the variable of a macro is compared with. */
function literalsOf({ body, variable }: ComprehensionExpr, op: "==" | "!="): readonly Expr[] {
  if (body.kind !== "binary" || body.left.kind !== "ident" || body.left.name !== variable)
    return [];
  if (body.op === op && body.right.kind === "literal") return [body.right];
  return op === "==" && body.op === "in" && body.right.kind === "list"
    ? body.right.elements.map(({ value }) => value)
    : [];
}

/** Whether elements of a list are some literals. */
function elements(expr: ComprehensionExpr): string | undefined {
  const { macro, range, second } = expr;
  const list = attributeText(range);
  if (second !== undefined || (macro !== "exists" && macro !== "all")) return undefined;
  if (range.kind === "list") return spelledOut(expr);
  const literals = literalsOf(expr, macro === "exists" ? "==" : "!=");
  if (list === undefined || literals.length === 0) return undefined;
  const held = literals.map((literal) => `${unparse(literal)} in ${list}`);
  return macro === "exists" ? held.join(" || ") : `!(${held.join(" || ")})`;
}

/** A macro over attributes that are written out, each compared by itself. */
function spelledOut({ macro, range, variable, body }: ComprehensionExpr): string | undefined {
  if (range.kind !== "list" || body.kind !== "binary") return undefined;
  const { left, op, right } = body;
  if (left.kind !== "ident" || left.name !== variable) return undefined;
  if (right.kind !== "literal" && right.kind !== "list") return undefined;
  const parts = range.elements.map(({ value }) => attributeText(value));
  return parts.every((part) => part !== undefined)
    ? parts.map((part) => `${part} ${op} ${unparse(right)}`).join(macro === "all" ? " && " : " || ")
    : undefined;
}

/**
 * A part of a condition as the prover understands it, true and false where it is, for arguments of
 * the types that it is written for; undefined where there is none at hand.
 */
export function rewriting(expr: Expr): string | undefined {
  if (expr.kind === "binary") return compared(expr);
  return expr.kind === "comprehension" ? elements(expr) : undefined;
}

import type { Expr } from "../condition/ast.ts";
import { pathsRead, staticPath } from "../condition/paths.ts";
import { unparse } from "../condition/unparse.ts";
import { isChain } from "../condition/structure.ts";
import { leftSpine } from "../condition/walk.ts";
import { ATTRIBUTE_ROOTS } from "../engine/attributes.ts";
import {
  ABSENT,
  NO_VALUE,
  BOX,
  cellOf,
  NUMBER,
  RECORDED,
  RELATION,
  TIME,
  TRUTH,
  VALUE,
  UNKNOWN,
  UNORDERED,
  VOID,
  EQUAL,
  SAME,
  type Cell,
} from "./cell.ts";
import { literal, type Formula, type UnderPlace, type Variable } from "./formula.ts";
import { NOT_NEGATIVE } from "./intervals.ts";

/** The attribute that an expression spells, outside of macros. */
export function pathOf(expr: Expr): readonly string[] | undefined {
  return staticPath(expr, new Map(), ATTRIBUTE_ROOTS);
}

/** A term that has no value is an error, or unknown. */
const NO_TERM = VOID | UNKNOWN;
const ATTRIBUTE = cellOf(RECORDED | NO_VALUE);
const COUNT = cellOf(NUMBER | NO_TERM, { numbers: NOT_NEGATIVE });
const LIST = cellOf(BOX);

function domainOf(path: readonly string[]): Cell {
  if (path[0] === "now" && path.length === 1) return cellOf(TIME | UNKNOWN);
  if (path[0] === "resource" && path.length === 1) return cellOf(BOX | ABSENT);
  if (path[0] !== "session") return ATTRIBUTE;
  if (path[1] === "counters" && path.length === 3) return COUNT;
  return (path[1] === "labels" && path.length === 2) || (path[1] === "values" && path.length === 3)
    ? LIST
    : ATTRIBUTE;
}

const attributes = new Map<string, Variable>();
const REMEMBERED = 10_000;

/** The variable of an attribute; its key is the path as JSON. */
export function attribute(path: readonly string[]): Variable {
  const key = JSON.stringify(path);
  const known = attributes.get(key);
  if (known !== undefined) return known;
  const made = { key, domain: domainOf(path), path };
  if (attributes.size >= REMEMBERED) attributes.clear();
  attributes.set(key, made);
  return made;
}

const SIZE = cellOf(NUMBER | NO_TERM, { numbers: NOT_NEGATIVE, whole: true });
/** A whole number between two, both included. */
function between(low: number, high: number): Cell {
  return cellOf(NUMBER | NO_TERM, {
    numbers: [{ low, high, lowOpen: false, highOpen: false }],
    whole: true,
  });
}

const RANK = between(0, 3);

/** What the parts of a time may be (CEL: months and days of the week begin with 0). */
const TIME_PARTS: ReadonlyMap<string, Cell> = new Map([
  ["getMilliseconds", between(0, 999)],
  ["getSeconds", between(0, 59)],
  ["getMinutes", between(0, 59)],
  ["getHours", between(0, 23)],
  ["getDayOfWeek", between(0, 6)],
  ["getDate", between(1, 31)],
  ["getDayOfMonth", between(0, 30)],
  ["getDayOfYear", between(0, 365)],
  ["getMonth", between(0, 11)],
]);

/** Whether a term is surely a time. WHY asked: the hours of a duration have no end. */
function isTime(expr: Expr | undefined): boolean {
  if (expr === undefined) return false;
  return expr.kind === "call" ? expr.name === "timestamp" : pathOf(expr)?.join(".") === "now";
}

function domainOfTerm(expr: Expr): Cell {
  if (expr.kind !== "call") return cellOf(VALUE | NO_TERM);
  if (expr.name === "size") return SIZE;
  if (expr.name === "rank") return RANK;
  const part = TIME_PARTS.get(expr.name);
  // only a time has a zone
  return part !== undefined && (expr.args.length === 1 || isTime(expr.target))
    ? part
    : cellOf(VALUE | NO_TERM);
}

/**
 * WHY: where two versions bring different data, one text is not one value. What keeps apart the
 * texts that read data of these names.
 */
export interface Salt {
  readonly text: string;
  readonly data: ReadonlySet<string>;
}

/** Whether an expression reads data of one of these names. */
export function readsDataOf(expr: Expr, names: ReadonlySet<string>): boolean {
  return pathsRead(expr).some(
    ([root, name]) => root === "data" && (name === undefined || names.has(name)),
  );
}

/** The text of an expression, kept apart where `salt` says so. */
export function textKey(expr: Expr, salt: Salt | undefined): string {
  const prefix = salt !== undefined && readsDataOf(expr, salt.data) ? salt.text : "";
  return `${prefix}${unparse(expr)}`;
}

/** A term that is no attribute: the same text has the same value throughout one call. */
export function termVariable(expr: Expr, salt: Salt | undefined): Variable {
  return { key: `term ${textKey(expr, salt)}`, domain: domainOfTerm(expr), expr };
}

/** A condition of which only its text is understood. */
export function opaqueVariable(
  expr: Expr,
  salt: Salt | undefined,
  under: UnderPlace | undefined,
): Variable {
  const variable = { key: `truth ${textKey(expr, salt)}`, domain: cellOf(TRUTH), expr };
  return under === undefined ? variable : { ...variable, under };
}

/** How `left` stands to `right`. The caller sees to it that the keys are in order. */
export function relationVariable(left: Variable, right: Variable): Variable {
  const any = left.key === right.key ? EQUAL | SAME | UNORDERED | NO_TERM : RELATION;
  // two attributes are never NaN
  const kinds = left.path !== undefined && right.path !== undefined ? any & ~UNORDERED : any;
  return { key: `order ${left.key} ${right.key}`, domain: cellOf(kinds), compares: [left, right] };
}

/**
 * Whoever has a member is a map: the containers of an attribute that has a value; for the resource,
 * that there is one.
 */
export function containersOf(path: readonly string[]): readonly Formula[] {
  const root = path[0];
  const from = root === "resource" ? 1 : 2;
  if (root === "session" || root === "now" || root === "data") return [];
  return Array.from({ length: Math.max(0, path.length - from) }, (_, i) =>
    literal(attribute(path.slice(0, from + i)), { kinds: BOX }),
  );
}

const LAZY: ReadonlySet<string> = new Set(["or", "orValue"]);

function strictParts(expr: Expr): readonly Expr[] {
  if (expr.kind === "unary") return expr.op === "-" ? [expr.operand] : [];
  if (expr.kind === "call")
    return LAZY.has(expr.name)
      ? []
      : expr.target === undefined
        ? expr.args
        : [expr.target, ...expr.args];
  if (expr.kind === "index") return expr.optional ? [] : [expr.operand, expr.index];
  if (expr.kind === "select") return expr.optional ? [] : [expr.operand];
  return expr.kind === "comprehension" ? [expr.range] : [];
}

/** The attributes without whose value the expression has none either. */
export function neededPaths(expr: Expr): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  const pending: Expr[] = [expr];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const path = pathOf(next);
    if (path !== undefined) {
      if (path[0] !== "data") found.push(path);
    } else if (next.kind === "binary") {
      const { first, operators } = leftSpine(next);
      if (operators.some(isChain)) continue;
      pending.push(first, ...operators.map((operator) => operator.right));
    } else pending.push(...strictParts(next));
  }
  return found;
}

/** That every attribute an expression needs has a value. */
export function presenceOf(expr: Expr): readonly Formula[] {
  return neededPaths(expr).flatMap((path) => [
    literal(attribute(path), { kinds: VALUE }),
    ...containersOf(path),
  ]);
}

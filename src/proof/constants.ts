import type { Expr, ListExpr } from "../condition/ast.ts";
import { compileCondition, type Host } from "../condition/compile.ts";
import { Failure, type NoValue, type Value } from "../condition/value.ts";
import { literalValue } from "../condition/literal-value.ts";
import { pathsRead } from "../condition/paths.ts";
import { children } from "../condition/walk.ts";
import { isJsonObject, member, type Json, type JsonObject } from "../request/json.ts";

const MISSING = new Failure("no such data");

function readData(data: JsonObject, path: readonly string[]): Value | NoValue {
  let current: Json = data;
  for (const key of path.slice(1)) {
    const inner: Json | undefined = isJsonObject(current) ? member(current, key) : undefined;
    if (inner === undefined) return MISSING;
    current = inner;
  }
  return current;
}

function dataHost(data: JsonObject): Host<undefined> {
  return {
    roots: new Set(["data"]),
    read: (path) => () => readData(data, path),
    has: (path) => () => !(readData(data, path) instanceof Failure),
  };
}

interface Scoped {
  readonly expr: Expr;
  readonly bound: ReadonlySet<string>;
}

/** The children of an expression with the macro variables that each sees. */
function scopedChildren({ expr, bound }: Scoped): readonly Scoped[] {
  if (expr.kind === "comprehension") {
    const inner = new Set([
      ...bound,
      expr.variable,
      ...(expr.second === undefined ? [] : [expr.second]),
    ]);
    const body = expr.filter === undefined ? [expr.body] : [expr.filter, expr.body];
    return [{ expr: expr.range, bound }, ...body.map((part) => ({ expr: part, bound: inner }))];
  }
  if (expr.kind === "bind")
    return [
      { expr: expr.init, bound },
      { expr: expr.body, bound: new Set([...bound, expr.variable]) },
    ];
  return children(expr).map((part) => ({ expr: part, bound }));
}

/** True where an expression reads nothing but `data` that is known and what it binds itself. */
function readsOnlyData(expr: Expr, data: JsonObject): boolean {
  const isKnown = pathsRead(expr).every(
    ([root, name]) => root !== "data" || (name !== undefined && Object.hasOwn(data, name)),
  );
  return isKnown && readsNothingElse(expr);
}

function readsNothingElse(expr: Expr): boolean {
  const pending: Scoped[] = [{ expr, bound: new Set() }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (
      next.expr.kind === "ident" &&
      !next.bound.has(next.expr.name) &&
      !/^\.?data$/.test(next.expr.name)
    )
      return false;
    pending.push(...scopedChildren(next));
  }
  return true;
}

/**
 * WHY lists too: most constants are lists of names, and compiling each would cost more than all the
 * rest.
 */
function constantOf(expr: Expr): Value | undefined {
  if (expr.kind === "list") return literalList(expr);
  return expr.kind === "literal" ? literalValue(expr.literal) : undefined;
}

function literalList({ elements }: ListExpr): Value | undefined {
  const values: Value[] = [];
  for (const { value, optional } of elements) {
    const element = optional ? undefined : constantOf(value);
    if (element === undefined) return undefined;
    values.push(element);
  }
  return values;
}

/**
 * Works out what does not depend on the call: literals, functions of them, and `data` of the
 * catalog.
 */
export class Constants {
  readonly #data: JsonObject;
  readonly #host: Host<undefined>;
  readonly #known = new WeakMap<Expr, { readonly value: Value | NoValue | undefined }>();

  /** WHY what `data` has not is no error: a version that is compared may bring it. */
  constructor(data: JsonObject) {
    this.#data = data;
    this.#host = dataHost(data);
  }

  /**
   * The value of a constant expression, NoValue where it has none; undefined where it hangs on the
   * call.
   */
  valueOf(expr: Expr): Value | NoValue | undefined {
    const literal = constantOf(expr);
    if (literal !== undefined) return literal;
    const known = this.#known.get(expr);
    if (known !== undefined) return known.value;
    const value = readsOnlyData(expr, this.#data)
      ? compileCondition(expr, this.#host)(undefined)
      : undefined;
    this.#known.set(expr, { value });
    return value;
  }
}

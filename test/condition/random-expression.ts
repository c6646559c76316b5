import fc from "fast-check";
import type { BinaryOperator, Expr, LiteralValue } from "../../src/condition/ast.ts";

const place = { start: 0, end: 0 };
const name = fc.constantFrom("a", "b", "args", "x1", "_y");
const field = fc.oneof(name, fc.constantFrom("in", "true", "content-type", "a b", "import"));
const METHODS = ["contains", "all", "map", "size", "or"] as const;

const literal: fc.Arbitrary<LiteralValue> = fc.oneof(
  fc.constant({ type: "null" } as const),
  fc.boolean().map((value) => ({ type: "bool", value }) as const),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value) => ({ type: "int", value }) as const),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => ({ type: "uint", value }) as const),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => ({ type: "double", value }) as const),
  fc.string({ unit: "grapheme" }).map((value) => ({ type: "string", value }) as const),
  fc.uint8Array({ maxLength: 4 }).map((value) => ({ type: "bytes", value }) as const),
);

/** Any tree that the parser could have built, with all offsets 0. */
export const expression: fc.Arbitrary<Expr> = fc.letrec<{ expr: Expr }>((tie) => {
  const expr = tie("expr");
  const flagged = fc.record({ value: expr, optional: fc.boolean() });
  return {
    expr: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.oneof(
        literal.map((value): Expr => ({ kind: "literal", literal: value, ...place })),
        name.map((n): Expr => ({ kind: "ident", name: n, ...place })),
      ),
      fc.tuple(expr, field, fc.boolean()).map(
        ([operand, f, optional]): Expr => ({
          kind: "select",
          operand,
          field: f,
          optional,
          ...place,
        }),
      ),
      fc
        .tuple(expr, field)
        .map(([operand, f]): Expr => ({ kind: "has", operand, field: f, ...place })),
      fc.tuple(expr, expr, fc.boolean()).map(
        ([operand, index, optional]): Expr => ({
          kind: "index",
          operand,
          index,
          optional,
          ...place,
        }),
      ),
      fc
        .tuple(fc.constantFrom("!" as const, "-" as const), expr)
        .map(([op, operand]): Expr => ({ kind: "unary", op, operand, ...place })),
      fc
        .tuple(
          fc.constantFrom<BinaryOperator>(
            "&&",
            "||",
            "==",
            "!=",
            "<",
            "<=",
            ">",
            ">=",
            "in",
            "+",
            "-",
            "*",
            "/",
            "%",
          ),
          expr,
          expr,
        )
        .map(([op, left, right]): Expr => ({ kind: "binary", op, left, right, ...place })),
      fc.tuple(expr, expr, expr).map(
        ([condition, then, otherwise]): Expr => ({
          kind: "conditional",
          condition,
          then,
          otherwise,
          ...place,
        }),
      ),
      fc
        .array(expr, { maxLength: 3 })
        .map((args): Expr => ({ kind: "call", name: "size", args, ...place })),
      fc
        .array(expr, { maxLength: 2 })
        .map((args): Expr => ({ kind: "call", name: "math.greatest", args, ...place })),
      fc
        .tuple(expr, fc.constantFrom(...METHODS))
        .map(
          ([target, method]): Expr => ({ kind: "call", name: method, target, args: [], ...place }),
        ),
      fc
        .array(flagged, { maxLength: 3 })
        .map((elements): Expr => ({ kind: "list", elements, ...place })),
      fc
        .array(fc.record({ key: expr, value: expr, optional: fc.boolean() }), { maxLength: 2 })
        .map((entries): Expr => ({ kind: "map", entries, ...place })),
      fc
        .tuple(
          fc.constantFrom(
            "all" as const,
            "exists" as const,
            "exists_one" as const,
            "map" as const,
            "filter" as const,
          ),
          expr,
          name,
          expr,
        )
        .map(
          ([macro, range, variable, body]): Expr => ({
            kind: "comprehension",
            macro,
            range,
            variable,
            body,
            ...place,
          }),
        ),
      fc
        .tuple(
          fc.constantFrom("all" as const, "exists" as const, "exists_one" as const, "map" as const),
          expr,
          expr,
        )
        .map(
          ([macro, range, body]): Expr => ({
            kind: "comprehension",
            macro,
            range,
            variable: "k",
            second: "v",
            body,
            ...place,
          }),
        ),
      fc.tuple(expr, expr, expr, fc.boolean()).map(
        ([range, filter, body, two]): Expr => ({
          kind: "comprehension",
          macro: "map",
          range,
          variable: "k",
          ...(two ? { second: "v" } : {}),
          filter,
          body,
          ...place,
        }),
      ),
      fc
        .tuple(
          fc.constantFrom("bind" as const, "optMap" as const, "optFlatMap" as const),
          name,
          expr,
          expr,
        )
        .map(
          ([macro, variable, init, body]): Expr => ({
            kind: "bind",
            macro,
            variable,
            init,
            body,
            ...place,
          }),
        ),
    ),
  };
}).expr;

/** The tree without its offsets, for comparing two. */
export function bare(expr: Expr): unknown {
  return JSON.parse(
    JSON.stringify(expr, (key, value: unknown) => {
      if (key === "start" || key === "end" || key === "nameStart") return undefined;
      if (typeof value === "bigint") return `int ${value}`;
      if (value instanceof Uint8Array) return `bytes ${value.join(" ")}`;
      return typeof value === "number" ? `double ${Object.is(value, -0) ? "-0" : value}` : value;
    }),
  );
}

import type { Expr } from "../../../src/condition/ast.ts";
import { compileCondition, type Host } from "../../../src/condition/compile.ts";
import { Failure, Unknown, type NoValue, type Value } from "../../../src/condition/value.ts";

/** One call of the small world, by attribute path; labels by name. What is not there is absent. */
export type Row = ReadonlyMap<string, Value | NoValue>;

const ABSENT = new Failure("absent");
const MASKED = new Unknown(["masked"]);

/**
 * All texts over three letters up to a length: enough to tell every test of the generator apart.
 */
function texts(length: number): readonly string[] {
  if (length === 0) return [""];
  const shorter = texts(length - 1);
  return [
    ...shorter,
    ...shorter
      .filter((t) => t.length === length - 1)
      .flatMap((t) => ["a", "b", "x"].map((c) => t + c)),
  ];
}

const NUMBERS = [-1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5];

/**
 * Every value that an attribute may have; richer than the literals of the generator, so that gaps
 * between them are met.
 */
export const DOMAINS: ReadonlyMap<string, readonly (Value | NoValue)[]> = new Map<
  string,
  readonly (Value | NoValue)[]
>([
  ["args.n", [...NUMBERS, "a", ABSENT, MASKED]],
  ["args.m", [...NUMBERS, true, ABSENT, MASKED]],
  ["args.s", [...texts(4), 1, ABSENT, MASKED]],
  ["args.flag", [true, false, "a", ABSENT, MASKED]],
  ["session.counters.c", [...NUMBERS.filter((n) => n >= 0), MASKED]],
  ["session.labels", [[], ["p"], ["q"], ["p", "q"]]],
  ["action.effects", [[], ["p"], ["q"], ["p", "q", "r"], "p", ABSENT]],
  [
    "resource.classification",
    ["public", "internal", "confidential", "restricted", "secret", ABSENT, MASKED],
  ],
]);

const HOST: Host<Row> = {
  roots: new Set(["args", "session", "action", "resource"]),
  read: (path) => {
    const key = path.join(".");
    return (row) => row.get(key) ?? ABSENT;
  },
  has: (path) => {
    const key = path.join(".");
    return (row) => {
      const value = row.get(key) ?? ABSENT;
      return value instanceof Unknown ? value : !(value instanceof Failure);
    };
  },
};

/** Every row over the given attributes, one after another. */
export function* rowsOver(paths: readonly string[]): Generator<Row> {
  const [path, ...rest] = paths;
  if (path === undefined) {
    yield new Map();
    return;
  }
  for (const row of rowsOver(rest))
    for (const value of DOMAINS.get(path) ?? []) yield new Map([...row, [path, value]]);
}

/** What a condition comes to on a row. */
export function evaluator(expr: Expr): (row: Row) => boolean | "unknown" | "error" {
  const compiled = compileCondition(expr, HOST);
  return (row) => {
    const value = compiled(row);
    if (typeof value === "boolean") return value;
    return value instanceof Unknown ? "unknown" : "error";
  };
}

import { hasField, select } from "../../src/condition/access.ts";
import type { Expr } from "../../src/condition/ast.ts";
import { compileCondition, type Host } from "../../src/condition/compile.ts";
import { parseExpression } from "../../src/condition/parse.ts";
import type { NoValue } from "../../src/condition/value.ts";
import { Failure, PartialRecord, Unknown, type Value } from "../../src/condition/value.ts";

export type Attributes = Readonly<Record<string, Value | NoValue>>;

/** The tree of a text that must parse. */
export function parsed(text: string): Expr {
  const result = parseExpression(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.errors)}`);
  return result.expr;
}

/** A host whose rows are plain records of roots. */
export function hostFor(names: Iterable<string>): Host<Attributes> {
  const read = (row: Attributes, path: readonly string[]): Value | NoValue => {
    const [root = "", ...rest] = path;
    return rest.reduce<Value | NoValue>((value, field) => select(value, field), row[root] ?? null);
  };
  return {
    roots: new Set(names),
    read: (path) => (row) => read(row, path),
    has: (path) => (row) => hasField(read(row, path.slice(0, -1)), path[path.length - 1] ?? ""),
  };
}

/** What the condition gives on these roots. */
export function run(text: string, attributes: Attributes = {}): Value | NoValue {
  return compileCondition(parsed(text), hostFor(Object.keys(attributes)))(attributes);
}

/** An outcome in one word: a value, `error`, or `unknown(paths)`. */
export function outcome(value: Value | NoValue): unknown {
  if (value instanceof Unknown) return `unknown(${value.paths.join(" ")})`;
  return value instanceof Failure ? "error" : value;
}

export function told(text: string, attributes: Attributes = {}): unknown {
  return outcome(run(text, attributes));
}

export const unknown = (...paths: string[]): Unknown => new Unknown(paths);
export const failure = new Failure("broken");

/** A record of which `members` are known; open unless said otherwise. */
export function record(
  path: string,
  members: Readonly<Record<string, Value | NoValue>>,
  open = true,
): PartialRecord {
  return new PartialRecord(path, new Map(Object.entries(members)), open);
}

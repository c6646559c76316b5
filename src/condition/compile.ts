import type { Expr } from "./ast.ts";
import { Failure, type Bad, type Value } from "./value.ts";

/** How compiled conditions read attributes of a row. A path is what the author wrote: `["args", "amount"]`. */
export interface Host<Row> {
  readonly roots: ReadonlySet<string>;
  read(path: readonly string[]): (row: Row) => Value | Bad;
  has(path: readonly string[]): (row: Row) => boolean | Bad;
  /** A faster `'literal' in path`; undefined: none, so the list is read and searched. */
  contains?(path: readonly string[], literal: string): ((row: Row) => boolean | Bad) | undefined;
}

/** The condition as one JavaScript function; it never throws. */
export function compileCondition<Row>(_expr: Expr, _host: Host<Row>): (row: Row) => Value | Bad {
  const failure = new Failure("not compiled yet");
  return () => failure;
}

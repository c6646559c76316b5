/** What a column of a table holds; any value may be missing. */
export type ColumnType = "text" | "texts" | "boolean" | "time";

/** A value of a row: text, a list of texts, a truth, or microseconds since 1970. */
export type Cell = string | readonly string[] | boolean | bigint | undefined;

/** How lines become rows. */
export interface RowTable {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  /** The values of a line, in the order of the columns. */
  readonly cellsOf: (line: string) => readonly Cell[];
}

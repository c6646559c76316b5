import type { LineEncoding } from "../node/line-encoding.ts";
import type { RowTable } from "../node/row-table.ts";

/** The forms in which lines are written. */
export const LINE_FORMS = ["jsonl", "gz", "parquet"] as const;
export type LineForm = (typeof LINE_FORMS)[number];

/** Lines of any kind as a table of one column. */
export const LINE_TABLE: RowTable = {
  columns: [{ name: "value", type: "text" }],
  cellsOf: (line) => [line],
};

function formOf(path: string): LineForm {
  const name = path.toLowerCase();
  if (name.endsWith(".parquet")) return "parquet";
  return name.endsWith(".gz") ? "gz" : "jsonl";
}

/** How lines are stored in a file: as `to` says, else as the file's name says. */
export function encodingOf(path: string, table: RowTable, to = formOf(path)): LineEncoding {
  if (to === "parquet") return table;
  return to === "gz" ? "gz" : "plain";
}

/** Microseconds since 1970 of milliseconds, as a table holds them. */
export function microseconds(time: number): bigint {
  return BigInt(Math.round(time * 1000));
}

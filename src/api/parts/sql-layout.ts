/** An expression of SQL: a text, a call whose arguments may stand on lines of their own, or parts in a row. */
export type Sql =
  | string
  | { readonly head: string; readonly args: readonly Sql[]; readonly tail: string }
  | { readonly row: readonly Sql[] };

const STEP = 2;

/** `head(arg, arg)tail`. */
export function sqlCall(head: string, args: readonly Sql[], tail = ")"): Sql {
  return { head: `${head}(`, args, tail };
}

/** An expression with texts before and behind it. */
export function around(before: string, sql: Sql, behind = ""): Sql {
  if (typeof sql === "string") return `${before}${sql}${behind}`;
  if ("row" in sql) {
    const last = sql.row.length - 1;
    return {
      row: sql.row.map((part, i) => around(i === 0 ? before : "", part, i === last ? behind : "")),
    };
  }
  return { ...sql, head: `${before}${sql.head}`, tail: `${sql.tail}${behind}` };
}

/** An expression on one line. */
export function sqlLine(sql: Sql): string {
  if (typeof sql === "string") return sql;
  if ("row" in sql) return sql.row.map(sqlLine).join(" ");
  return `${sql.head}${sql.args.map(sqlLine).join(", ")}${sql.tail}`;
}

/** An expression on lines of at most so many columns, as far as its parts allow. */
export function sqlLines(sql: Sql, columns: number): readonly string[] {
  const line = sqlLine(sql);
  if (line.length <= columns || typeof sql === "string") return [line];
  if ("row" in sql) return sql.row.flatMap((part) => sqlLines(part, columns));
  const last = sql.args.length - 1;
  const args = sql.args.flatMap((arg, i) =>
    sqlLines(around("", arg, i < last ? "," : ""), columns - STEP),
  );
  return [sql.head, ...args.map((arg) => `${" ".repeat(STEP)}${arg}`), sql.tail];
}

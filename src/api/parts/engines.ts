import type { PlannedJob } from "../../documents/plan-result.ts";
import type { SplitKey } from "../../documents/part-result.ts";
import { around, sqlCall, sqlLine, sqlLines, type Sql } from "./sql-layout.ts";

/**
 * Where a key stands in an event. WHY ids alone: two subjects with one id and different types are
 * then of one part, which is right too.
 */
const PATHS: ReadonlyMap<SplitKey, readonly string[]> = new Map([
  ["subject", ["subject.id"]],
  ["on_behalf_of", ["context.on_behalf_of.id", "context.on_behalf_of"]],
  ["tenant", ["subject.tenant", "subject.properties.tenant"]],
]);

/** How an engine reads members of JSON text. */
interface Dialect {
  /** The member at a path, as text; null where there is none. */
  readonly member: (path: string) => Sql;
  readonly time: (text: Sql) => Sql;
  /** What a member at a path sorts by: as a number, then as a text. */
  readonly position: (path: string) => readonly Sql[];
}

/** So wide is a line of a job at most, as far as paths allow: a terminal shows it whole. */
const WIDTH = 78;

/** `head(text AS type)`. */
function cast(text: Sql, type: string): Sql {
  return sqlCall("try_cast", [around("", text, ` AS ${type}`)]);
}

const SPARK: Dialect = {
  member: (path) => sqlCall("nullif", [`get_json_object(event, '$.${path}')`, "''"]),
  time: (text) => cast(text, "TIMESTAMP"),
  position: (path) => {
    const text = `get_json_object(event, '$.${path}')`;
    return [cast(text, "DECIMAL(38, 9)"), text];
  },
};

const DUCKDB: Dialect = {
  member: (path) => sqlCall("nullif", [`json_extract_string(event, '$.${path}')`, "''"]),
  time: (text) => cast(text, "TIMESTAMPTZ"),
  position: (path) => {
    const text = `json_extract_string(event, '$.${path}')`;
    return [cast(text, "DECIMAL(38, 9)"), text];
  },
};

/** Names as ClickHouse takes a path. */
function namesIn(path: string): string {
  return path
    .split(".")
    .map((name) => `'${name}'`)
    .join(", ");
}

const CLICKHOUSE: Dialect = {
  member: (path) => sqlCall("nullIf", [`JSONExtractString(event, ${namesIn(path)})`, "''"]),
  time: (text) => sqlCall("parseDateTime64BestEffortOrNull", [text, "6"]),
  position: (path) => {
    const text = `trim(BOTH '"' FROM JSONExtractRaw(event, ${namesIn(path)}))`;
    return [sqlCall("toDecimal128OrNull", [text, "9"]), text];
  },
};

/** What a job is made for. */
export interface JobOptions {
  readonly key: SplitKey;
  /** Whether each session has to be in one part, whatever the key is. */
  readonly wholeSessions: boolean;
  /** The command that counts each part, for a shell. */
  readonly part: string;
  /** The member that tells the order of calls with one time, as a path; undefined: none does. */
  readonly position: string | undefined;
}

/** The expressions of a job. */
interface Expressions {
  readonly key: Sql;
  readonly time: Sql;
  readonly then: readonly Sql[];
}

/** The expressions in a dialect. */
function expressionsIn(
  dialect: Dialect,
  { key, wholeSessions, position }: JobOptions,
): Expressions {
  const time = dialect === CLICKHOUSE ? "JSONExtractString(event, 'time')" : dialect.member("time");
  return {
    key: (wholeSessions && key !== "session" ? keyOfSession : keyIn)(dialect, key),
    time: dialect.time(time),
    then: [...(position === undefined ? [] : dialect.position(position)), dialect.member("id")],
  };
}

/** The expressions as the document has them, a line each. */
function toldExpressions({
  key,
  time,
  then,
}: Expressions): Pick<PlannedJob, "key" | "time" | "then"> {
  return { key: sqlLine(key), time: sqlLine(time), then: then.map(sqlLine) };
}

/** The columns that a job sorts by: the time, and what follows it. */
function orderOf({ then }: Expressions): string {
  return ["t", ...then.map((_, i) => `t${i + 1}`)].join(", ");
}

/** What a job selects besides the line, each with its name. */
function columnsOf({ time, then }: Expressions, key: Sql): readonly Sql[] {
  return [
    around("", key, " AS k"),
    around("", time, " AS t"),
    ...then.map((one, i) => around("", one, ` AS t${i + 1}`)),
  ];
}

/** Columns behind the first one, on lines that are indented so far; a job may stand further in. */
function columnLines(columns: readonly Sql[], indent: number, further = 0): string {
  const last = columns.length - 1;
  return columns
    .flatMap((column, i) =>
      sqlLines(around("", column, i < last ? "," : ""), WIDTH - indent - further),
    )
    .join(`\n${" ".repeat(indent)}`);
}

function keyIn({ member }: Dialect, key: SplitKey): Sql {
  const members = (PATHS.get(key) ?? [key]).map(member);
  return members.length === 1 ? (members[0] ?? "") : sqlCall("coalesce", members);
}

/**
 * The key of a session, where it is the session that has to stay whole: the least one of its calls.
 * WHY calls alone: a prompt is a person's, whatever agent it is for.
 */
function keyOfSession(dialect: Dialect, key: SplitKey): Sql {
  const { member } = dialect;
  const own: Sql = {
    row: [
      sqlCall("CASE WHEN coalesce", [member("type"), "'call'"], ") = 'call'"),
      around("THEN ", keyIn(dialect, key)),
      "END",
    ],
  };
  return {
    row: [
      sqlCall("min", [own]),
      sqlCall("OVER (PARTITION BY coalesce", [member("session"), "value"], "))"),
    ],
  };
}

/** A text in single quotes of SQL. */
function sqlText(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** See {@link PlannedJob.lines}. */
function sparkLines(by: Expressions): string {
  return `SELECT value
FROM (
  SELECT
    value,
    ${columnLines(columnsOf(by, sqlCall("coalesce", [by.key, "value"])), 4, 2)}
  FROM events
)
DISTRIBUTE BY k SORT BY ${orderOf(by)}`;
}

/** Spark SQL: columns are handed over as lines, which JSON on one line is. */
function sparkJob(options: JobOptions): PlannedJob {
  const by = expressionsIn(SPARK, options);
  const lines = sparkLines(by);
  return {
    engine: "spark",
    title: "Spark SQL (TRANSFORM)",
    ...toldExpressions(by),
    language: "sql",
    lines,
    text: `CREATE OR REPLACE TEMPORARY VIEW events AS
SELECT value, value AS event
FROM (
  -- of a table: SELECT to_json(struct(*)) AS value FROM ...
  SELECT value FROM text.\`traces/*.jsonl\`
);

INSERT OVERWRITE DIRECTORY 'parts' USING text
SELECT TRANSFORM (value)
USING ${sqlText(options.part)}
AS (part STRING)
FROM (
  ${lines.replaceAll("\n", "\n  ")}
);`,
  };
}

/** Columns as arguments of Python, in texts that Python joins. */
function pythonColumns(columns: readonly Sql[]): string {
  return columns
    .map((column) => {
      const lines = sqlLines(column, WIDTH - '    "" ,'.length);
      return lines
        .map((line, i) => `    ${JSON.stringify(i < lines.length - 1 ? `${line} ` : line)}`)
        .join("\n");
    })
    .join(",\n");
}

/** Where Spark starts no process for a query: its Python workers do. */
function arrowJob(options: JobOptions): PlannedJob {
  const by = expressionsIn(SPARK, options);
  return {
    engine: "spark-arrow",
    title: "Spark with Python (mapInArrow)",
    ...toldExpressions(by),
    language: "python",
    text: `import subprocess
import pyarrow as pa

PART = ${JSON.stringify(options.part)}

def parts(batches):
    shell, pipe = ["sh", "-c", PART], subprocess.PIPE
    with subprocess.Popen(shell, stdin=pipe, stdout=pipe) as worker:
        for batch in batches:
            for value in batch.column(0):
                worker.stdin.write(value.as_py().encode() + b"\\n")
        worker.stdin.close()  # agentz writes its part after the last line
        said = worker.stdout.read().decode().splitlines()
    if worker.returncode != 0:
        raise RuntimeError("agentz part failed")
    yield pa.RecordBatch.from_pydict({"part": said})

lines = spark.read.text("traces/*.jsonl")
events = lines.selectExpr("value", "value AS event")
(events.selectExpr(
    "value",
${pythonColumns(columnsOf(by, sqlCall("coalesce", [by.key, "value"])))})
  .repartition("k")
  .sortWithinPartitions(${orderOf(by)
    .split(", ")
    .map((name) => `"${name}"`)
    .join(", ")}).select("value")
  .mapInArrow(parts, "part string")
  .write.mode("overwrite").text("parts"))`,
  };
}

/**
 * What agentz reads in an event and an engine refuses: escaped halves of characters (both), and
 * numbers that are too large (ClickHouse, in whose texts a backslash is written twice). The jobs leave
 * it out where they look for the key of an event that the engine cannot read.
 */
const HALVES = String.raw`\\u[dD][89a-fA-F]\w\w`;
const UNREAD = String.raw`\\\\u[dD][89a-fA-F]\\w\\w|([:,\\[]\\s*-?[0-9.]+)[eE][+]?\\d{3,}`;

/** Where the pattern is cut into two texts, so that a line of the job fits a terminal. */
const UNREAD_CUT = UNREAD.indexOf("|") + 1;

/**
 * What each job for a shell begins with. WHY: without `pipefail`, an engine that fails in a pipe
 * leaves an empty part and status 0; parts of an earlier run would be merged with those of this one.
 */
const STRICT = `#!/usr/bin/env bash
set -euo pipefail  # an engine that fails must end the job`;

/**
 * DuckDB sorts on disk and writes a file a bucket; JSON on one line is a row of one column. WHY `tr`:
 * its reader of CSV ends a line at each carriage return, and needs a delimiter that no line has. WHY
 * `grep`: it ends the last line of a file that does not; 1 is its status for an empty file.
 */
function duckdbJob(options: JobOptions): PlannedJob {
  const by = expressionsIn(DUCKDB, options);
  return {
    engine: "duckdb",
    title: "DuckDB",
    ...toldExpressions(by),
    language: "sh",
    text: `${STRICT}
mkdir parts buckets  # no folders of an earlier run: remove them first
lines_of_trace() {
  for file in traces/*.jsonl; do  # .gz files too
    gzip -dcf "$file" | { LC_ALL=C grep -a '' || [ $? = 1 ]; }
  done
}
lines_of_trace | LC_ALL=C tr '\\r\\001\\002' '\\001\\037\\037' |
  duckdb -c "${inShellQuotes(`
COPY (
  SELECT value, hash(coalesce(k, value)) % 8 AS bucket
  FROM (
    SELECT
    value,
    ${columnLines(columnsOf(by, by.key), 4)}
    FROM (
      SELECT value, coalesce(
        try_cast(value AS JSON),
        try_cast(regexp_replace(value, '${HALVES}',
          '', 'g') AS JSON)) AS event
      FROM (
        SELECT coalesce(
          translate(value, E'\\x01\\x1F', E'\\r\\x01'), '') AS value
        FROM read_csv('/dev/stdin', columns = {'value': 'VARCHAR'},
          auto_detect = false, header = false, delim = E'\\x02',
          quote = '', escape = '', max_line_size = 67108864)
      )
    )
  )
  ORDER BY bucket, ${orderOf(by)}
) TO 'buckets' (FORMAT csv, HEADER false, DELIMITER E'\\x02',
  QUOTE '', ESCAPE '', PARTITION_BY (bucket));`)}"
for bucket in buckets/*; do
  cat "$bucket"/*.csv |
    ${options.part} \\
    > "parts/\${bucket##*=}.json"
done
lines=$(cat buckets/*/*.csv | wc -l)
all=$(lines_of_trace | wc -l)
if [ "$lines" != "$all" ]; then
  echo "the parts have $lines lines, and the trace has $all" >&2
  exit 1
fi`,
  };
}

/** ClickHouse reads and sorts the trace once for each bucket. */
function clickhouseJob(options: JobOptions): PlannedJob {
  const by = expressionsIn(CLICKHOUSE, options);
  return {
    engine: "clickhouse",
    title: "ClickHouse",
    ...toldExpressions(by),
    language: "sh",
    text: `${STRICT}
mkdir parts  # no folder of an earlier run: remove it first
for bucket in 0 1 2 3 4 5 6 7; do
  clickhouse local --query "
    SELECT value
    FROM (
      SELECT
        value,
        ${inShellQuotes(columnLines(columnsOf(by, by.key), 8))}
      FROM (
        SELECT line AS value, if(isValidJSON(line), line,
          replaceRegexpAll(line,
          concat('${inShellQuotes(UNREAD.slice(0, UNREAD_CUT))}',
            '${inShellQuotes(UNREAD.slice(UNREAD_CUT))}'),
          '\\\\\\\\1')) AS event
        FROM file('traces/*.jsonl', 'LineAsString')
      )
    )
    WHERE cityHash64(coalesce(k, value)) % 8 = $bucket
    ORDER BY ${orderOf(by)}
    FORMAT TSVRaw" |
    ${options.part} \\
    > "parts/$bucket.json"
done`,
  };
}

/** A text in double quotes of a shell. */
function inShellQuotes(text: string): string {
  return text.replaceAll(/["\\$`]/g, "\\$&");
}

/** The jobs that split a trace by a key, one for each engine. */
export function plannedJobs(options: JobOptions): readonly PlannedJob[] {
  return [sparkJob, arrowJob, duckdbJob, clickhouseJob].map((job) => job(options));
}

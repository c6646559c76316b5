import type { PlannedJob } from "../../documents/plan-result.ts";
import type { SplitKey } from "../../documents/part-result.ts";

/**
 * Where a key stands in an event. WHY ids alone: two subjects with one id and different types are
 * then of one part, which is right too.
 */
const PATHS: { readonly [key in SplitKey]: readonly string[] } = {
  session: ["session"],
  subject: ["subject.id"],
  on_behalf_of: ["context.on_behalf_of.id", "context.on_behalf_of"],
  tenant: ["subject.tenant", "subject.properties.tenant"],
};

/** How an engine reads members of JSON text. */
interface Dialect {
  /** The member at a path, as text; null where there is none. */
  readonly member: (path: string) => string;
  readonly time: (text: string) => string;
}

const SPARK: Dialect = {
  member: (path) => `nullif(get_json_object(value, '$.${path}'), '')`,
  time: (text) => `try_cast(${text} AS TIMESTAMP)`,
};

const DUCKDB: Dialect = {
  member: (path) => `nullif(json_extract_string(event, '$.${path}'), '')`,
  time: (text) => `try_cast(${text} AS TIMESTAMPTZ)`,
};

const CLICKHOUSE: Dialect = {
  member: (path) =>
    `nullIf(JSONExtractString(value, ${path
      .split(".")
      .map((name) => `'${name}'`)
      .join(", ")}), '')`,
  time: (text) => `parseDateTime64BestEffortOrNull(${text}, 6)`,
};

function keyIn({ member }: Dialect, key: SplitKey): string {
  const members = PATHS[key].map(member);
  return members.length === 1 ? (members[0] ?? "") : `coalesce(${members.join(", ")})`;
}

/** A text in single quotes of SQL. */
function sqlText(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** Spark SQL: columns are handed over as lines, which JSON on one line is. */
function sparkJob(key: SplitKey, part: string): PlannedJob {
  const [expression, time] = [keyIn(SPARK, key), SPARK.time(SPARK.member("time"))];
  return {
    engine: "spark",
    title: "Spark SQL (TRANSFORM)",
    key: expression,
    time,
    language: "sql",
    text: `CREATE OR REPLACE TEMPORARY VIEW events AS
SELECT value FROM text.\`traces/*.jsonl\`;   -- of a table: SELECT to_json(struct(*)) AS value FROM ...

INSERT OVERWRITE DIRECTORY 'parts' USING text
SELECT TRANSFORM (value) USING ${sqlText(part)} AS (part STRING)
FROM (
  SELECT value
  FROM (
    SELECT value,
           coalesce(${expression}, value) AS k,
           ${time} AS t,
           ${SPARK.member("id")} AS id
    FROM events
  )
  DISTRIBUTE BY k SORT BY t, id
);`,
  };
}

/** Where Spark starts no process for a query: its Python workers do. */
function arrowJob(key: SplitKey, part: string): PlannedJob {
  const [expression, time] = [keyIn(SPARK, key), SPARK.time(SPARK.member("time"))];
  return {
    engine: "spark-arrow",
    title: "Spark with Python (mapInArrow)",
    key: expression,
    time,
    language: "python",
    text: `import subprocess, threading
import pyarrow as pa

PART = ${JSON.stringify(part)}

def parts(batches):
    worker = subprocess.Popen(["sh", "-c", PART], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    said = []
    reader = threading.Thread(target=lambda: said.append(worker.stdout.read()))
    reader.start()
    for batch in batches:
        for value in batch.column(0):
            worker.stdin.write(value.as_py().encode() + b"\\n")
    worker.stdin.close()
    reader.join()
    if worker.wait() != 0:
        raise RuntimeError("agentz part failed")
    yield pa.RecordBatch.from_pydict({"part": [said[0].decode().rstrip("\\n")]})

events = spark.read.text("traces/*.jsonl")
(events.selectExpr(
    "value",
    ${JSON.stringify(`coalesce(${expression}, value) AS k`)},
    ${JSON.stringify(`${time} AS t`)},
    ${JSON.stringify(`${SPARK.member("id")} AS id`)})
  .repartition("k").sortWithinPartitions("t", "id").select("value")
  .mapInArrow(parts, "part string")
  .write.mode("overwrite").text("parts"))`,
  };
}

/** DuckDB sorts on disk and writes a file a bucket; JSON on one line is a row of one column. */
function duckdbJob(key: SplitKey, part: string): PlannedJob {
  const [expression, time] = [keyIn(DUCKDB, key), DUCKDB.time(DUCKDB.member("time"))];
  return {
    engine: "duckdb",
    title: "DuckDB",
    key: expression,
    time,
    language: "sh",
    text: `duckdb <<'SQL' || exit
COPY (
  SELECT value, hash(coalesce(k, value)) % 8 AS bucket
  FROM (
    SELECT value,
           ${expression} AS k,
           ${time} AS t,
           ${DUCKDB.member("id")} AS id
    FROM (
      SELECT value, CASE WHEN json_valid(value) THEN value END AS event
      FROM read_csv('traces/*.jsonl', columns = {'value': 'VARCHAR'}, header = false, delim = E'\\x01',
                    quote = '', escape = '', strict_mode = false, max_line_size = 67108864)
    )
  )
  ORDER BY bucket, t, id
) TO 'buckets' (FORMAT csv, HEADER false, DELIMITER E'\\x01', QUOTE '', ESCAPE '', PARTITION_BY (bucket));
SQL
mkdir -p parts
for bucket in buckets/*; do
  cat "$bucket"/*.csv | ${part} > "parts/\${bucket##*=}.json" || exit
done`,
  };
}

/** ClickHouse reads and sorts the trace once for each bucket. */
function clickhouseJob(key: SplitKey, part: string): PlannedJob {
  const [expression, time] = [
    keyIn(CLICKHOUSE, key),
    CLICKHOUSE.time("JSONExtractString(value, 'time')"),
  ];
  return {
    engine: "clickhouse",
    title: "ClickHouse",
    key: expression,
    time,
    language: "sh",
    text: `mkdir -p parts
for bucket in 0 1 2 3 4 5 6 7; do
  clickhouse local --query "
    SELECT value
    FROM (
      SELECT line AS value,
             ${expression} AS k,
             ${time} AS t,
             ${CLICKHOUSE.member("id")} AS id
      FROM file('traces/*.jsonl', 'LineAsString')
    )
    WHERE cityHash64(coalesce(k, value)) % 8 = $bucket
    ORDER BY t, id
    FORMAT TSVRaw" | ${part} > "parts/$bucket.json" || exit
done`,
  };
}

/** The jobs that split a trace by a key; `part`: the command that counts each part, for a shell. */
export function plannedJobs(key: SplitKey, part: string): readonly PlannedJob[] {
  return [sparkJob, arrowJob, duckdbJob, clickhouseJob].map((job) => job(key, part));
}

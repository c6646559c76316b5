import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parquetLines } from "../../../src/node/parquet.ts";
import { agentz, ROOT, scratch } from "../../e2e/agentz.ts";
import { lacks, PYTHON } from "../../needs.ts";

const SAMPLE = join(ROOT, "traces/sample.jsonl");
const SETS = [
  ...["--baseline", "policies/catalog.yaml", "--baseline", "policies/baseline"],
  ...["--candidate", "policies/catalog.yaml", "--candidate", "policies/candidate"],
];

function ok(args: readonly string[]): string {
  const { status, stdout, stderr } = agentz(args);
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  return stdout;
}

function convert(from: string, to: string, ...flags: readonly string[]): string {
  ok(["trace", "convert", from, "-o", to, ...flags]);
  return to;
}

function decisions(trace: string, to: string): string {
  ok(["replay", "--trace", trace, ...SETS, "--decisions", to, "-o", `${to}.txt`]);
  return to;
}

const read = (path: string): string => readFileSync(path, "utf8");

describe("design 16.2: trace convert", () => {
  test("JSON Lines, gzip and Parquet hold the same events, and replay the same", () => {
    const folder = scratch();
    const parquet = convert(SAMPLE, join(folder, "t.parquet"));
    const gz = convert(parquet, join(folder, "t.jsonl.gz"));
    const back = convert(gz, join(folder, "t.jsonl"));
    expect(read(back)).toBe(read(SAMPLE));
    expect(gunzipSync(readFileSync(gz)).toString("utf8")).toBe(read(SAMPLE));
    const plain = read(decisions(SAMPLE, join(folder, "plain.jsonl")));
    for (const trace of [parquet, gz, back])
      expect(read(decisions(trace, join(folder, "d.jsonl")))).toBe(plain);
  });

  test("--to names the form where the file does not; a pipe takes it, standard output does not", () => {
    const folder = scratch();
    const parquet = readFileSync(convert(SAMPLE, join(folder, "t.parquet")));
    const other = convert(SAMPLE, join(folder, "t.out"), "--to", "parquet");
    expect(readFileSync(other).equals(parquet)).toBe(true);
    const { status, stderr } = agentz(["trace", "convert", SAMPLE, "--to", "gz"]);
    expect(status).toBe(2);
    expect(stderr).toContain("only JSON Lines can be written to standard output");
    expect(ok(["trace", "convert", join(folder, "t.parquet")])).toBe(read(SAMPLE));
  });

  test("a malformed line is left out and counted; a trace of none is an error and writes nothing", () => {
    const folder = scratch({ "bad.jsonl": `${read(SAMPLE).split("\n", 3).join("\n")}\nnone\n` });
    const to = join(folder, "t.parquet");
    const { status, stderr } = agentz(["trace", "convert", join(folder, "bad.jsonl"), "-o", to]);
    expect([status, stderr]).toEqual([0, expect.stringContaining("1 malformed line left out")]);
    writeFileSync(join(folder, "bad.jsonl"), "none\n");
    const before = readFileSync(to);
    expect(agentz(["trace", "convert", join(folder, "bad.jsonl"), "-o", to]).status).toBe(2);
    expect(readFileSync(to).equals(before)).toBe(true);
  });

  test("every tool that writes a trace goes by the name of its output", () => {
    const folder = scratch();
    const sorted = join(folder, "sorted.parquet");
    ok(["trace", "sort", SAMPLE, "-o", sorted]);
    expect(ok(["trace", "convert", sorted])).toBe(read(SAMPLE));
    const evaluations = join(folder, "evaluations.parquet");
    ok(["trace", "authzen", SAMPLE, "-o", evaluations]);
    const [plain, packed] = ["i.jsonl", "i.parquet"].map((name) => join(folder, name));
    for (const to of [plain, packed]) ok(["import", "authzen", evaluations, "-o", to ?? ""]);
    expect(ok(["trace", "convert", packed ?? ""])).toBe(read(plain ?? ""));
    expect(ok(["trace", "convert", evaluations, "--from", "authzen"])).toBe(read(plain ?? ""));
  });
});

/** What a decision line and its row both say, as JSON. */
function members(line: string): unknown {
  const { baseline, candidate, ...rest } = JSON.parse(line);
  const side = (name: string, value: object): object =>
    Object.fromEntries(Object.entries(value).map(([key, one]) => [`${name}_${key}`, one]));
  return { ...rest, ...side("baseline", baseline), ...side("candidate", candidate) };
}

describe("design 12: --decisions as a table", () => {
  test("has a row for each line, with the same members, and the call's time and names", async () => {
    const folder = scratch();
    const lines = read(decisions(SAMPLE, join(folder, "d.jsonl")))
      .trim()
      .split("\n");
    const table = decisions(SAMPLE, join(folder, "d.parquet"));
    const events = new Map(
      read(SAMPLE)
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
        .map((event) => [event.id, event]),
    );
    expect(await rowsOf(table)).toEqual(
      lines.map((line) => {
        const { id } = JSON.parse(line);
        const { time, session, subject, action } = events.get(id);
        return {
          ...Object(members(line)),
          time: Date.parse(time),
          session,
          subject: `${subject.type ?? "?"}:${subject.id ?? "?"}`,
          action: `${action.server ?? "?"}/${action.name ?? "?"}`,
        };
      }),
    );
  });
});

/** The rows of a table, with times as numbers. */
async function rowsOf(path: string): Promise<readonly unknown[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of parquetLines(path)) pieces.push(piece);
  const lines = Buffer.concat(pieces).toString("utf8").trim().split("\n");
  return lines.map((line) => {
    const row = JSON.parse(line);
    return { ...row, time: Date.parse(row.time) };
  });
}

describe.skipIf(lacks("parquet-readers"))("other readers of Parquet", () => {
  test("pyarrow and DuckDB read the same rows, with their types", () => {
    const folder = scratch();
    const trace = convert(SAMPLE, join(folder, "t.parquet"));
    const table = decisions(SAMPLE, join(folder, "d.parquet"));
    const program = `
import json, sys, duckdb, pyarrow.parquet as pq
trace, table = sys.argv[1:]
read = pq.read_table(trace)
assert str(read.schema.field("time").type) == "timestamp[us, tz=UTC]", read.schema
assert str(pq.read_table(table).schema.field("missing").type).startswith("list<"), table
sql = lambda text: duckdb.sql(text).fetchall()
print(json.dumps({
  "lines": read.column("agentz_event").to_pylist(),
  "duckdb": [row[0] for row in sql(f"select agentz_event from '{trace}'")],
  "amount": sql(f"select sum((agentz_event->>'$.args.amount')::double) from '{trace}'")[0][0],
  "joined": sql(f"select count(*) from '{table}' join '{trace}' using (id, session, subject, action, time)")[0][0],
  "widened": sql(f"select count(*) from '{table}' where class = 'widened' and len(candidate_rules) > 0")[0][0],
}))
`;
    const { stdout, stderr } = spawnSync(PYTHON, ["-c", program, trace, table], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    expect(stderr).toBe("");
    const lines = read(SAMPLE).trim().split("\n");
    const events = lines.map((line) => JSON.parse(line));
    const plain = read(decisions(SAMPLE, join(folder, "d.jsonl")))
      .trim()
      .split("\n");
    expect(JSON.parse(stdout)).toEqual({
      lines,
      duckdb: lines,
      amount: expect.closeTo(events.reduce((sum, { args }) => sum + (args?.amount ?? 0), 0)),
      joined: plain.length,
      widened: plain.filter((line) => line.includes('"class":"widened"')).length,
    });
  });

  test("DuckDB runs every query of the pages on them", () => {
    const folder = scratch();
    convert(SAMPLE, join(folder, "trace.parquet"));
    decisions(SAMPLE, join(folder, "decisions.parquet"));
    const queries = ["docs/trace-tools.md", "docs/replay.md"].flatMap((page) =>
      [...read(join(ROOT, page)).matchAll(/^```sql\n([^]*?)^```/gm)].map(([, text]) => text),
    );
    expect(queries).toHaveLength(3);
    const program = `
import json, sys, duckdb
print(json.dumps([len(duckdb.sql(text).fetchall()) for text in json.loads(sys.argv[1])]))
`;
    const { stdout, stderr } = spawnSync(PYTHON, ["-c", program, JSON.stringify(queries)], {
      cwd: folder,
      encoding: "utf8",
    });
    expect([stderr, JSON.parse(stdout)]).toEqual(["", [22, 1, 1]]);
  });
});

import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { agentz, ROOT, scratch } from "../e2e/agentz.ts";
import { lacks, PYTHON } from "../needs.ts";

const MINUTES = 60_000;
const JOB = join(ROOT, "contrib/spark/agentz_spark.py");

const policy = (version: string, cap: number): string => `apiVersion: agentz/v1
kind: Policy
name: refunds
version: ${version}
session:
  counters: [{ name: refunded, add: args.amount, when: "action.name == 'refund'" }]
rules:
  - { id: look, effect: allow, actions: [crm/lookup] }
  - id: refund
    effect: allow
    actions: [payments/refund]
    when: session.counters.refunded + args.amount <= ${cap}.0
`;

/** Sessions that are interleaved, so that each machine gets calls from all of the trace. */
function trace(): readonly string[] {
  return Array.from({ length: 1200 }, (_, i) =>
    JSON.stringify({
      id: `e${i}`,
      time: new Date(Date.UTC(2026, 4, 1) + i * 1001).toISOString(),
      session: `s${i % 60}`,
      subject: { type: "agent", id: `support-${i % 7}` },
      action:
        i % 3 === 0 ? { server: "crm", name: "lookup" } : { server: "payments", name: "refund" },
      args: { order: `o-${i}`, amount: (i * 7) % 50 },
    }),
  );
}

/** Lines that are no events; each is one malformed line, whatever Spark makes of it. */
const POISON = [
  "none",
  '{"id":"x",\t"id":"y"}',
  '{"id":"tab\t"}',
  '{"session":"s1","time":"nonsense"}',
];
/** Text that is not UTF-8, which Spark would repair, and what the job makes of it. */
const NO_TEXT = { bytes: Buffer.from([0x7b, 0xff, 0x7d, 0x0a]), line: "?\n" };
const SETS = ["--baseline", "baseline.yaml", "--candidate", "candidate.yaml"];

/** State by session and by subject. */
const bySubject = (cap: number): string => `apiVersion: agentz/v1
kind: Policy
name: refunds
version: 1.0.0
session:
  labels: [{ name: looked, when: "action.name == 'lookup'" }]
  counters: [{ name: refunded, add: args.amount, when: "action.name == 'refund'", key: subject }]
rules:
  - { id: look, effect: allow, actions: [crm/lookup] }
  - id: refund
    effect: allow
    actions: [payments/refund]
    when: "'looked' in session.labels && session.counters.refunded + args.amount <= ${cap}.0"
`;

/** The agent of a call's session: each session has one. */
function agentOf(line: string): string {
  const session = /"session":"s(\d+)"/.exec(line)?.[1] ?? "0";
  return `support-${Number(session) % 7}`;
}

/** A folder with two versions, the plan for them, and the archive. */
function prepared(
  files: { readonly [name: string]: string },
  planned: readonly string[] = [],
): string {
  const cwd = scratch({
    "baseline.yaml": policy("1.0.0", 500),
    "candidate.yaml": policy("1.1.0", 300),
    ...files,
  });
  for (const args of [
    ["plan", ...SETS, ...planned, "--format", "json", "-o", "plan.json"],
    ["pack", "worker", "baseline.yaml", "candidate.yaml", "-o", "agentz.tgz"],
  ])
    expect(agentz(args, { cwd })).toMatchObject({ status: 0 });
  return cwd;
}

function submit(cwd: string, master: string, args: readonly string[]): void {
  const home = execFileSync(PYTHON, ["-c", "import pyspark; print(pyspark.__path__[0])"], {
    encoding: "utf8",
  }).trim();
  const done = spawnSync(
    join(home, "bin/spark-submit"),
    [
      ...["--master", master, "--archives", "agentz.tgz#agentz"],
      ...["--conf", "spark.ui.enabled=false", "--conf", "spark.sql.shuffle.partitions=3"],
      ...[JOB, "--plan", "plan.json", "--parts", "parts", ...args],
    ],
    { cwd, encoding: "utf8", env: { ...process.env, PYSPARK_PYTHON: PYTHON } },
  );
  expect([done.status, done.status === 0 ? "" : done.stderr]).toEqual([0, ""]);
}

/** What the parts in a folder or file come to: the document, and its bytes. */
function merged(cwd: string, parts: string): { readonly text: string; readonly document: Loose } {
  const { stdout } = agentz(["merge", parts, "--format", "json"], { cwd });
  return { text: stdout, document: JSON.parse(stdout) };
}

interface Loose {
  readonly [name: string]: unknown;
}

/** The same trace as one part, by one process. */
function onOneMachine(cwd: string, ...paths: readonly string[]): string {
  const traces = paths.flatMap((path) => ["--trace", path]);
  expect(agentz(["part", ...SETS, ...traces, "-o", "one.json"], { cwd }).status).toBe(0);
  return merged(cwd, "one.json").text;
}

describe.skipIf(lacks("spark"))("design 16.1: the parts of a Spark job are one replay", () => {
  test(
    "TRANSFORM over JSON Lines and gzip: a worker that dies once is started again, a poisoned line counts once",
    () => {
      const lines = trace();
      const first = [...lines.slice(0, 700), ...POISON, ""].join("\n");
      const cwd = prepared({ "as-read.jsonl": `${first}${NO_TEXT.line}` });
      writeFileSync(join(cwd, "a.jsonl"), Buffer.concat([Buffer.from(first), NO_TEXT.bytes]));
      writeFileSync(join(cwd, "b.jsonl.gz"), gzipSync(`${lines.slice(700).join("\n")}\n`));
      // it dies after it has read its lines, and before its part is whole
      const dying = join(cwd, "dying");
      writeFileSync(
        dying,
        `#!/bin/sh\nif mkdir ${cwd}/died 2>/dev/null; then cat > /dev/null; echo '{"half'; exit 3; fi\n` +
          `cd ${cwd} && exec ${process.execPath} ${ROOT}bin/agentz.js "$@"\n`,
      );
      chmodSync(dying, 0o755);
      submit(cwd, "local[2,4]", ["--worker", dying, "a.jsonl", "b.jsonl.gz"]);
      expect(existsSync(join(cwd, "died"))).toBe(true);
      const { text, document } = merged(cwd, "parts");
      expect(text).toBe(onOneMachine(cwd, "as-read.jsonl", "b.jsonl.gz"));
      expect(document["trace"]).toMatchObject({
        calls: 1200,
        sessions: 60,
        malformed: POISON.length + 1,
      });
      const one = agentz(
        ["replay", ...SETS, "--trace", "a.jsonl", "--trace", "b.jsonl.gz", "--format", "json"],
        { cwd },
      );
      const replay: Loose = JSON.parse(one.stdout);
      for (const name of ["decisions", "changes", "groups", "missing", "approvals", "coverage"])
        expect(document[name]).toEqual(replay[name]);
    },
    10 * MINUTES,
  );

  test(
    "TRANSFORM on a cluster of two processes, out of the archive, by subject and with sessions whole, for a report",
    () => {
      const lines = trace().map((line, i) =>
        line.replace(/support-\d/, agentOf(line)).replace("{", `{"seq":${i},`),
      );
      const cwd = prepared(
        {
          "baseline.yaml": bySubject(500),
          "candidate.yaml": bySubject(300),
          "a.jsonl": `${lines.join("\n")}\n`,
        },
        ["--report", "--position", "seq"],
      );
      submit(cwd, "local-cluster[2,1,1024]", ["a.jsonl"]);
      const report = (...flags: readonly string[]): Loose => {
        const done = agentz(["report", ...SETS, ...flags, "--format", "json"], { cwd });
        expect(done.status).toBe(0);
        return JSON.parse(done.stdout);
      };
      const { trace: split, parts, ...merged } = report("--parts", "parts");
      const { trace: whole, ...one } = report("--trace", "a.jsonl");
      for (const either of [split, whole]) expect(either).toMatchObject({ calls: 1200 });
      expect(parts).toMatchObject({ key: "subject", estimated: [] });
      expect(merged).toEqual(one);
    },
    10 * MINUTES,
  );

  test(
    "mapInArrow over Parquet on a cluster of two processes, out of the archive",
    () => {
      const cwd = prepared({ "a.jsonl": `${trace().join("\n")}\n` });
      expect(agentz(["trace", "convert", "a.jsonl", "-o", "t.parquet"], { cwd }).status).toBe(0);
      submit(cwd, "local-cluster[2,1,1024]", [
        "--way",
        "arrow",
        "--format",
        "parquet",
        "t.parquet",
      ]);
      expect(merged(cwd, "parts").text).toBe(onOneMachine(cwd, "a.jsonl"));
    },
    10 * MINUTES,
  );
});

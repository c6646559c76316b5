import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
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
/** Events that agentz reads and Spark's own JSON does not: each belongs to the state of its session. */
const UNREAD = [`"note":${"7".repeat(1500)}`, `"${"n".repeat(60_000)}":1`];
const withUnread = (lines: readonly string[]): readonly string[] =>
  lines.map((line, i) =>
    i % 100 === 1 ? line.replace('"args":{', `"args":{${UNREAD[(i / 100) & 1] ?? ""},`) : line,
  );
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
  plan(cwd, ["baseline.yaml", "candidate.yaml"], planned);
  return cwd;
}

/** Writes the plan for two versions, and the archive. */
function plan(
  cwd: string,
  [baseline, candidate]: readonly [string, string],
  flags: readonly string[] = [],
): void {
  const sets = ["--baseline", baseline, "--candidate", candidate];
  for (const args of [
    ["plan", ...sets, ...flags, "--format", "json", "-o", "plan.json"],
    ["pack", "worker", baseline, candidate, "-o", "agentz.tgz"],
  ])
    expect(agentz(args, { cwd })).toMatchObject({ status: 0 });
}

/**
 * A home of Spark in a folder. WHY: a local cluster leaves what it unpacks in its home, and nothing
 * takes it away.
 */
function homeIn(cwd: string): string {
  const home = join(cwd, "spark-home");
  if (existsSync(home)) return home;
  const installed = execFileSync(PYTHON, ["-c", "import pyspark; print(pyspark.__path__[0])"], {
    encoding: "utf8",
  }).trim();
  mkdirSync(home);
  for (const name of ["bin", "jars"]) symlinkSync(join(installed, name), join(home, name));
  return home;
}

/** Runs the job in a folder; what it wrote to stderr. */
function submit(cwd: string, master: string, args: readonly string[], partitions = 3): string {
  const home = homeIn(cwd);
  const conf = {
    "spark.ui.enabled": "false",
    "spark.local.dir": join(cwd, "spark-local"),
    "spark.sql.shuffle.partitions": String(partitions),
    // WHY: it joins the partitions of a small trace to one, and one part cannot be split wrongly
    "spark.sql.adaptive.coalescePartitions.enabled": String(partitions > 3),
  };
  const done = spawnSync(
    join(home, "bin/spark-submit"),
    [
      ...["--master", master, "--archives", "agentz.tgz#agentz"],
      ...Object.entries(conf).flatMap(([name, value]) => ["--conf", `${name}=${value}`]),
      ...[JOB, "--plan", "plan.json", "--parts", "parts", ...args],
    ],
    {
      cwd,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      env: { ...process.env, SPARK_HOME: home, PYSPARK_PYTHON: PYTHON },
    },
  );
  expect([done.status, done.status === 0 ? "" : done.stderr]).toEqual([0, ""]);
  return done.stderr;
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
    "TRANSFORM over JSON Lines and gzip: a worker that dies, poisoned lines, events that Spark cannot read",
    () => {
      const lines = withUnread(trace());
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

/** More than 200 MB of calls: those of the benchmark have 671 bytes on average. */
const MANY = 330_000;

/**
 * Writes two versions of the benchmark's policies, which keep state by session and by subject, and
 * its trace with poisoned lines in between, as it is and as Spark reads it. Tells how often they come.
 */
const WRITE_MANY = `import { closeSync, openSync, writeSync } from "node:fs";
import { generate } from "./scripts/bench/generate.mjs";
import { writeSet } from "./scripts/bench/sets.mjs";
const [cwd, poison, noText, noTextAsRead] = process.argv.slice(1);
writeSet(cwd + "/baseline", "session");
writeSet(cwd + "/candidate", "session", 1);
const [trace, asRead] = ["trace", "as-read"].map((name) => openSync(cwd + "/" + name + ".jsonl", "w"));
const write = (text) => [trace, asRead].forEach((file) => writeSync(file, text));
let [text, lines, times] = ["", 0, 0];
for (const event of generate(${MANY})) {
  text += JSON.stringify(event) + "\\n";
  if (++lines % 5_000 !== 0) continue;
  write(text);
  text = "";
  if (lines % 60_000 !== 0) continue;
  write(poison);
  writeSync(trace, Buffer.from(noText, "base64"));
  writeSync(asRead, noTextAsRead);
  times++;
}
write(text);
for (const file of [trace, asRead]) closeSync(file);
console.log(times);`;

/** Where the job runs, and what dies once. */
const DEATHS = [
  [
    // four tries, since one process otherwise gives up at the first failure
    "local[2,4]",
    "a worker",
    {
      killed: "$$",
      lost: /Lost task/,
      worker: (cwd: string) => `cd ${cwd} && exec ${process.execPath} ${ROOT}bin/agentz.js`,
    },
  ],
  [
    "local-cluster[2,1,1024]",
    "one of the two processes",
    { killed: "$PPID", lost: /Lost executor/, worker: () => "exec ./agentz/worker" },
  ],
] as const;

describe.skipIf(lacks("spark"))("design 16.1: 200 MB on Spark are what one process counts", () => {
  const many = { cwd: "", malformed: 0, text: "" };

  beforeAll(() => {
    const cwd = scratch();
    const poison = [`${POISON.join("\n")}\n`, NO_TEXT.bytes.toString("base64"), NO_TEXT.line];
    const times = execFileSync(
      process.execPath,
      ["--input-type=module", "-e", WRITE_MANY, cwd, ...poison],
      { cwd: ROOT, encoding: "utf8" },
    );
    expect(statSync(join(cwd, "trace.jsonl")).size).toBeGreaterThan(200 * 1024 * 1024);
    plan(cwd, ["baseline", "candidate"]);
    const sets = ["--baseline", "baseline", "--candidate", "candidate"];
    const one = agentz(["part", ...sets, "--trace", "as-read.jsonl", "-o", "one.json"], { cwd });
    expect(one.status).toBe(0);
    many.cwd = cwd;
    many.malformed = Number(times) * (POISON.length + 1);
    many.text = merged(cwd, "one.json").text;
  }, 10 * MINUTES);

  test.each(DEATHS)(
    "%s: %s dies once, and each poisoned line counts once",
    (master, _, { killed, lost, worker }) => {
      const { cwd, malformed, text } = many;
      const [died, dying] = [join(cwd, `died-${master}`), join(cwd, "dying")];
      writeFileSync(
        dying,
        `#!/bin/sh\nif mkdir '${died}' 2>/dev/null; then head -c 1000000 > /dev/null; kill -9 ${killed}; fi\n` +
          `${worker(cwd)} "$@"\n`,
      );
      chmodSync(dying, 0o755);
      const told = submit(cwd, master, ["--worker", dying, "trace.jsonl"], 8);
      expect(existsSync(died)).toBe(true);
      expect(told).toMatch(lost);
      const parts = merged(cwd, "parts");
      expect(parts.document["trace"]).toMatchObject({ calls: MANY, malformed });
      expect(parts.text).toBe(text);
    },
    10 * MINUTES,
  );
});

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { CASES } from "./cases.mjs";
import { compiled, engine } from "./engine.mjs";
import { agentz, NotAvailable } from "./process.mjs";

/** More than one piece of 16 MiB, so that what a piece hands to the next counts too. */
const CALLS = 30_000;
/**
 * The ways that the rows measure, in this order, and what `--stats` has to say of the index: the
 * last reads what the one before wrote.
 */
const waysOf = (trace) => [
  ["a compressed trace", [], { used: "none", written: false }, `${trace}.gz`],
  ["columns, one thread", ["--no-index", "--workers", "1"], { used: "none", written: false }],
  ["columns, two workers", ["--no-index", "--workers", "2"], { used: "none", written: false }],
  ["columns, writing the index", ["--workers", "2"], { used: "none", written: true }],
  ["columns, from the index", ["--workers", "2"], { used: "columns", written: false }],
];

/** SHA-256 of lines of decisions, without the names of calls, which not every way writes. */
function digestOfLines(lines) {
  const hash = createHash("sha256");
  for (const line of lines) {
    const decision = JSON.parse(line);
    for (const name of ["time", "session", "subject", "action"]) delete decision[name];
    hash.update(`${JSON.stringify(decision)}\n`);
  }
  return hash.digest("hex");
}

/**
 * SHA-256 of what `--decisions` writes: a line for each call, with both versions' effects, rules
 * and missing attributes.
 */
function digestOf(folder, { name, trace, flags, way }) {
  const file = join(folder, "decisions.jsonl");
  const sets = [
    "--baseline",
    join(folder, name, "baseline"),
    "--candidate",
    join(folder, name, "candidate"),
  ];
  const args = [
    "replay",
    ...sets,
    "--trace",
    trace,
    ...flags,
    "--decisions",
    file,
    "--format",
    "json",
    "--stats",
  ];
  const { trace: read, changes, stats } = JSON.parse(agentz(args).stdout);
  if (read.calls !== CALLS || changes.unchanged === CALLS)
    throw new Error(`the replay of ${trace} did not see the trace, or no change`);
  const went = { used: stats.index.used, written: stats.index.written };
  if (JSON.stringify(went) !== JSON.stringify(way))
    throw new Error(
      `the replay of ${trace} went ${JSON.stringify(stats)} and not ${JSON.stringify(way)}`,
    );
  return digestOfLines(readFileSync(file, "utf8").trimEnd().split("\n"));
}

/** The SHA-256 of the same lines, each call decided by itself, one after the other. */
async function digestOfEvents(one, trace) {
  const { ReplayedTrace } = await engine();
  const calls = new ReplayedTrace();
  try {
    calls.write(readFileSync(trace, "utf8").trimEnd().split("\n"));
    const [baseline, candidate] = [await compiled(one.texts(0)), await compiled(one.texts(1))];
    const versions = { baseline: baseline.set, candidate: candidate.set };
    const { decisions } = await calls.byWalk(versions);
    return digestOfLines(decisions);
  } finally {
    calls.close();
  }
}

/**
 * The SHA-256 of every decision of each case on a small trace, the same by each way that is
 * measured as by the walk over whole events of the tests; an error names the way that differs.
 */
export async function sameDecisions(bench) {
  const folder = join(bench.folder, "same");
  mkdirSync(folder);
  const digests = {};
  for (const one of CASES) {
    const digest = await sameOf(folder, one);
    if (digest !== undefined) digests[one.name] = digest;
  }
  return digests;
}

/** A small trace of a case, and the same compressed beside it; undefined: its events are not there. */
function copied(folder, one) {
  const trace = join(folder, `${one.name}.jsonl`);
  try {
    copyFileSync(one.trace(CALLS), trace);
  } catch (error) {
    if (error instanceof NotAvailable) return undefined;
    throw error;
  }
  writeFileSync(`${trace}.gz`, gzipSync(readFileSync(trace), { level: 1 }));
  return trace;
}

async function sameOf(folder, one) {
  const { name } = one;
  const trace = copied(folder, one);
  if (trace === undefined) return undefined;
  one.writeSet(join(folder, name, "baseline"));
  one.writeSet(join(folder, name, "candidate"), 1);
  const reference = await digestOfEvents(one, trace);
  for (const [way, flags, index, read = trace] of waysOf(trace)) {
    const digest = digestOf(folder, { name, trace: read, flags, way: index });
    if (digest !== reference)
      throw new Error(
        `${name}: the decisions by ${way} (${digest}) are not those of the walk over whole events (${reference})`,
      );
  }
  return reference;
}

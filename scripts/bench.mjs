// Measures agentz against the goals of docs/performance.md. Ratios of one run on one machine; no test reads a time.
//   npm run bench -- [--events 1000000] [--runs 3] [--only cold,decide] [--all] [--list] [--output bench.json]
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { NotAvailable } from "./bench/process.mjs";
import { DECIDE_ROWS } from "./bench/rows/decide.mjs";
import { MEMORY_ROWS } from "./bench/rows/memory.mjs";
import { referenceSeconds, REPLAY_ROWS } from "./bench/rows/replay.mjs";
import { START_ROWS } from "./bench/rows/start.mjs";
import { WATCH_ROWS } from "./bench/rows/watch.mjs";
import { sameDecisions } from "./bench/same-decisions.mjs";
import { traceFile } from "./bench/trace-file.mjs";

const ROWS = [...DECIDE_ROWS, ...REPLAY_ROWS, ...WATCH_ROWS, ...MEMORY_ROWS, ...START_ROWS];
const { values: flags } = parseArgs({
  options: {
    events: { type: "string", default: "1000000" },
    runs: { type: "string", default: "3" },
    only: { type: "string" },
    all: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    output: { type: "string" },
  },
});

function chosen() {
  const names = flags.only?.split(",");
  return ROWS.filter(({ name, onRequest }) => (names === undefined ? flags.all || onRequest !== true : names.some((part) => name.startsWith(part))));
}

/** What the rows share: the trace, a folder of their own, and the reference, measured when a row first asks. */
function prepare(rows) {
  const calls = Number(flags.events);
  const bench = { calls, runs: Number(flags.runs), edits: 0, folder: mkdtempSync(join(tmpdir(), "agentz-bench-run-")), trace: undefined, seconds: undefined };
  if (rows.some(({ needs }) => needs === "trace")) bench.trace = traceFile(calls);
  bench.reference = () => (bench.seconds ??= referenceSeconds(bench));
  return bench;
}

async function measured(row, bench) {
  try {
    return { ...(await row.measure(bench)) };
  } catch (error) {
    if (error instanceof NotAvailable) return { unavailable: error.message };
    throw error;
  }
}

const figure = (ratio) => (ratio < 0.1 ? `1/${(1 / ratio).toFixed(1)}` : ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2));

function line({ what, goal, atLeast, ratio, unavailable }) {
  if (unavailable !== undefined) return `${what.padEnd(78)} not available (${unavailable})`;
  const met = goal === undefined ? "" : (atLeast ? ratio >= goal : ratio <= goal) ? "met" : "missed";
  return `${what.padEnd(78)} ${figure(ratio).padStart(8)}  ${goal === undefined ? "" : `goal ${figure(goal)}`.padEnd(12)} ${met}`;
}

const rows = chosen();
if (flags.list) console.log(ROWS.map(({ name, what, onRequest }) => `${name.padEnd(24)} ${what}${onRequest ? " (by name, or with --all)" : ""}`).join("\n"));
else {
  const bench = prepare(rows);
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? "unknown", cpus: cpus().length, platform: `${process.platform} ${process.arch}` };
  console.log(`${flags.events} calls, best of ${flags.runs}, Node ${machine.node}, ${machine.cpus} x ${machine.cpu}`);
  const results = [];
  let decisions = null;
  try {
    if (rows.some(({ needs }) => needs === "trace")) {
      decisions = await sameDecisions(bench);
      console.log(`the same decisions by columns as by whole events: ${Object.entries(decisions).map(([variant, digest]) => `${variant} ${digest.slice(0, 12)}`).join(", ")}`);
    }
    for (const row of rows) {
      const { name, what, goal, atLeast } = row;
      const result = { name, what, goal, atLeast: atLeast === true, ...(await measured(row, bench)) };
      results.push(result);
      console.log(line(result));
    }
  } finally {
    rmSync(bench.folder, { recursive: true, force: true });
  }
  const document = { calls: bench.calls, runs: bench.runs, machine, decisions, referenceSeconds: bench.seconds ?? null, rows: results };
  if (flags.output !== undefined) writeFileSync(flags.output, `${JSON.stringify(document, null, 2)}\n`);
}

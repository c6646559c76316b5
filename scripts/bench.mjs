// Measures agentz against the goals of docs/performance.md. Ratios of one run on one machine; no
// test reads a time.
//   npm run bench -- [--events 1000000] [--runs 3] [--only cold,decide] [--all] [--list] [--output
// bench.json] [--page docs/performance.md]
//   npm run bench -- --from bench.json,memory.json --page docs/performance.md      what was
// measured before, nothing anew Each row is told on stderr when it is measured; at the end stdout
// gets the table of docs/performance.md, and so does --page: there with all rows, those that were
// not measured too.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { NotAvailable } from "./bench/process.mjs";
import { DECIDE_ROWS } from "./bench/rows/decide.mjs";
import { EDITOR_ROWS } from "./bench/rows/editor.mjs";
import { ENGINE_ROWS } from "./bench/rows/engine.mjs";
import { GATEWAY_ROWS } from "./bench/rows/gateway.mjs";
import { MEMORY_ROWS } from "./bench/rows/memory.mjs";
import { referenceSeconds, REPLAY_ROWS } from "./bench/rows/replay.mjs";
import { PART_ROWS } from "./bench/rows/parts.mjs";
import { SERVE_ROWS } from "./bench/rows/serve.mjs";
import { START_ROWS } from "./bench/rows/start.mjs";
import { WATCH_ROWS } from "./bench/rows/watch.mjs";
import { CANDIDATE_ROWS, WAYS_ROWS } from "./bench/rows/ways.mjs";
import { sameDecisions } from "./bench/same-decisions.mjs";
import { HEAD, lineOf, tableOf, withTable } from "./bench/table.mjs";
import { traceFile } from "./bench/trace-file.mjs";

const ROWS = [
  ...ENGINE_ROWS,
  ...DECIDE_ROWS,
  ...REPLAY_ROWS,
  ...WATCH_ROWS,
  ...WAYS_ROWS,
  ...CANDIDATE_ROWS,
  ...MEMORY_ROWS,
  ...PART_ROWS,
  ...START_ROWS,
  ...EDITOR_ROWS,
  ...SERVE_ROWS,
  ...GATEWAY_ROWS,
];
const { values: flags } = parseArgs({
  options: {
    events: { type: "string", default: "1000000" },
    runs: { type: "string", default: "3" },
    only: { type: "string" },
    all: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    output: { type: "string" },
    from: { type: "string" },
    page: { type: "string" },
  },
});

function chosen() {
  const names = flags.only?.split(",");
  return ROWS.filter(({ name, onRequest }) =>
    names === undefined
      ? flags.all || flags.list || onRequest !== true
      : names.some((part) => name.startsWith(part)),
  );
}

/**
 * What the rows share: the trace, a folder of their own, and the reference, measured anew beside
 * every row, since what else the machine does changes.
 */
function prepare() {
  const calls = Number(flags.events);
  const folder = mkdtempSync(join(tmpdir(), "agentz-bench-run-"));
  const bench = {
    calls,
    runs: Number(flags.runs),
    edits: 0,
    folder,
    trace: undefined,
    seconds: undefined,
  };
  Object.defineProperty(bench, "trace", { get: () => traceFile(calls), enumerable: true });
  bench.reference = (trace) => {
    const seconds = referenceSeconds(bench, trace);
    if (trace === bench.trace) bench.seconds = Math.min(bench.seconds ?? Infinity, seconds);
    return seconds;
  };
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

const identity = ({ name, what, goal, atLeast }) => ({
  name,
  what,
  goal,
  atLeast: atLeast === true,
});

/** Measures these rows one after the other: the document of the run. */
async function run(rows) {
  const load = loadavg()[0];
  const bench = prepare();
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? "unknown",
    cpus: cpus().length,
    platform: `${process.platform} ${process.arch}`,
  };
  const results = [];
  let decisions = null;
  try {
    if (rows.some(({ needs }) => needs === "trace")) {
      decisions = await sameDecisions(bench);
      console.error(
        `the same decisions by columns as by whole events: ${Object.entries(decisions)
          .map(([variant, digest]) => `${variant} ${digest.slice(0, 12)}`)
          .join(", ")}`,
      );
    }
    for (const row of rows) {
      const result = { ...identity(row), ...(await measured(row, bench)) };
      results.push(result);
      console.error(lineOf(result));
    }
  } finally {
    rmSync(bench.folder, { recursive: true, force: true });
  }
  return {
    calls: bench.calls,
    runs: bench.runs,
    machine,
    load,
    decisions,
    referenceSeconds: bench.seconds ?? null,
    rows: results,
  };
}

/** Documents of earlier runs as one: how the first was made, and the rows of all. */
function earlier(paths) {
  const documents = paths.map((path) => JSON.parse(readFileSync(path, "utf8")));
  return { ...documents[0], rows: documents.flatMap(({ rows }) => rows) };
}

const rows = chosen();
if (flags.list) console.log([...HEAD, ...rows.map((row) => lineOf(identity(row)))].join("\n"));
else {
  const document = flags.from === undefined ? await run(rows) : earlier(flags.from.split(","));
  if (flags.output !== undefined)
    writeFileSync(flags.output, `${JSON.stringify(document, null, 2)}\n`);
  const whole = ROWS.map((row) => ({
    ...document.rows.find(({ name }) => name === row.name),
    ...identity(row),
  }));
  if (flags.page !== undefined)
    writeFileSync(
      flags.page,
      withTable(readFileSync(flags.page, "utf8"), tableOf({ ...document, rows: whole })),
    );
  process.stdout.write(tableOf(document));
}

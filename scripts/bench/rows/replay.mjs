import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { agentz, best, node } from "../process.mjs";
import { VARIANTS, writeSet } from "../sets.mjs";

const REFERENCE = fileURLToPath(new URL("../reference.mjs", import.meta.url));

/** Seconds of reference (c) on the bench's trace. */
export function referenceSeconds(bench) {
  return best(bench.runs, () => JSON.parse(node([REFERENCE, bench.trace]).stdout).seconds);
}

export function replayArgs(bench, variant, edit) {
  const baseline = writeSet(join(bench.folder, variant, "baseline"), variant);
  const candidate = writeSet(join(bench.folder, variant, `candidate-${edit}`), variant, edit);
  return [
    "replay",
    "--baseline",
    baseline,
    "--candidate",
    candidate,
    "--trace",
    bench.trace,
    "--format",
    "json",
  ];
}

/**
 * A result at the bench's full size has to be, byte for byte, that of one thread without an index
 * with the same arguments.
 */
export function sameResult(args, { result, way }) {
  if (result !== agentz([...args, "--no-index", "--workers", "1"]).stdout)
    throw new Error(`the result by ${way} is not that of one thread without an index`);
}

/**
 * Best seconds of a replay after edits that no run before it has seen, over those of the reference
 * measured beside it.
 */
function timesReference(bench, variant, flags) {
  let last;
  const taken = best(bench.runs, () => {
    const args = replayArgs(bench, variant, ++bench.edits);
    const done = agentz([...args, ...flags]);
    last = { args, result: done.stdout };
    const { trace, changes } = JSON.parse(done.stdout);
    if (trace.calls !== bench.calls || changes.unchanged === bench.calls)
      throw new Error("the replay did not see the trace, or no change");
    return done.seconds;
  });
  sameResult(last.args, { result: last.result, way: flags.join(" ") });
  return { seconds: taken, ratio: taken / bench.reference() };
}

const GOALS = {
  cold: { stateless: { 1: 0.65, 2: 0.4 }, session: { 1: 0.85, 2: 0.55 } },
  warm: { stateless: 1 / 15, session: 1 / 8 },
};

function coldRow(variant, workers) {
  return {
    name: `cold-${variant}-${workers}`,
    what: `cold replay, ${variant}, ${workers === 1 ? "one thread" : `${workers} workers`}, of (c)`,
    goal: GOALS.cold[variant][workers],
    needs: "trace",
    measure: (bench) =>
      timesReference(bench, variant, ["--no-index", "--workers", String(workers)]),
  };
}

function warmRow(variant) {
  return {
    name: `warm-${variant}`,
    what: `replay again after an edit, from the index, ${variant}, 2 workers, of (c)`,
    goal: GOALS.warm[variant],
    needs: "trace",
    measure: (bench) => {
      agentz(["trace", "index", bench.trace]);
      agentz([...replayArgs(bench, variant, ++bench.edits), "--workers", "2"]);
      return timesReference(bench, variant, ["--workers", "2"]);
    },
  };
}

const sizeRow = {
  name: "index-size",
  what: "index on disk, of the JSONL",
  goal: 1 / 10,
  needs: "trace",
  measure: (bench) => {
    const { files } = JSON.parse(
      agentz(["trace", "index", bench.trace, "--format", "json"]).stdout,
    );
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return { bytes, ratio: bytes / statSync(bench.trace).size };
  },
};

/** Rows of the time from file to result. */
export const REPLAY_ROWS = [
  ...VARIANTS.flatMap((variant) => [coldRow(variant, 2), coldRow(variant, 1)]),
  ...VARIANTS.map(warmRow),
  sizeRow,
];

import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { agentz, best, node } from "../process.mjs";
import { worstOf } from "../cases.mjs";
import { VARIANTS } from "../sets.mjs";

const REFERENCE = fileURLToPath(new URL("../reference.mjs", import.meta.url));

/** Seconds of reference (c) on a trace. */
export function referenceSeconds(bench, trace) {
  return best(bench.runs, () => JSON.parse(node([REFERENCE, trace]).stdout).seconds);
}

/** The folder of a case's candidate, as it was edited for the first time by whoever asks. */
export const candidateOf = (bench, one, edit) => join(bench.folder, one.name, `candidate-${edit}`);

/** The flags of a replay of a case after an edit; `calls`: of so many. */
export function replayArgs(bench, one, edit, calls = bench.calls) {
  const baseline = one.writeSet(join(bench.folder, one.name, "baseline"));
  const candidate = one.writeSet(candidateOf(bench, one, edit), edit);
  return [
    "replay",
    "--baseline",
    baseline,
    "--candidate",
    candidate,
    "--trace",
    one.trace(calls),
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
function timesReference(bench, one, flags) {
  let last;
  const taken = best(bench.runs, () => {
    const args = replayArgs(bench, one, ++bench.edits);
    const done = agentz([...args, ...flags]);
    last = { args, result: done.stdout };
    const { trace, changes } = JSON.parse(done.stdout);
    if (trace.calls !== bench.calls || changes.unchanged === bench.calls)
      throw new Error("the replay did not see the trace, or no change");
    return done.seconds;
  });
  sameResult(last.args, { result: last.result, way: flags.join(" ") });
  return { seconds: taken, ratio: taken / bench.reference(one.trace(bench.calls)) };
}

const GOALS = {
  cold: { stateless: { 1: 0.75, 2: 0.5 }, session: { 1: 0.85, 2: 0.6 } },
  warm: { stateless: 1 / 10, session: 1 / 8 },
};

function coldRow(variant, workers) {
  return {
    name: `cold-${variant}-${workers}`,
    what:
      `time of a cold replay, ${variant}, ` +
      `${workers === 1 ? "one thread" : `${workers} workers`}, divided by (c)`,
    goal: GOALS.cold[variant][workers],
    needs: "trace",
    measure: (bench) =>
      worstOf(variant, (one) =>
        timesReference(bench, one, ["--no-index", "--workers", String(workers)]),
      ),
  };
}

function warmRow(variant) {
  return {
    name: `warm-${variant}`,
    what: `time of a replay after an edit, from the index, ${variant}, 2 workers, divided by (c)`,
    goal: GOALS.warm[variant],
    needs: "trace",
    measure: (bench) =>
      worstOf(variant, (one) => {
        // the first run writes the index, where one serves the policies
        agentz([...replayArgs(bench, one, ++bench.edits), "--workers", "2"]);
        return timesReference(bench, one, ["--workers", "2"]);
      }),
  };
}

const sizeRow = {
  name: "index-size",
  what: "size of the index on disk, divided by that of the JSONL",
  goal: 1 / 10,
  needs: "trace",
  measure: (bench) =>
    worstOf("stateless", (one) => {
      const trace = one.trace(bench.calls);
      const candidate = one.writeSet(join(bench.folder, one.name, "baseline"));
      const args = ["trace", "index", trace, "--candidate", candidate, "--format", "json"];
      const { files } = JSON.parse(agentz(args).stdout);
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return { bytes, ratio: bytes / statSync(trace).size };
    }),
};

/** Rows of the time from file to result. */
export const REPLAY_ROWS = [
  ...VARIANTS.flatMap((variant) => [coldRow(variant, 2), coldRow(variant, 1)]),
  ...VARIANTS.map(warmRow),
  sizeRow,
];

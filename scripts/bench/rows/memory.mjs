import { peakOf } from "../process.mjs";
import { replayArgs } from "./replay.mjs";
import { traceFile } from "../trace-file.mjs";

/** Peak memory of a cold replay of ten times the calls, over that of the bench's own. */
export const MEMORY_ROWS = ["stateless", "session"].map((variant) => ({
  name: `memory-${variant}`,
  what: `memory of a cold replay, ${variant}: ten times the calls, of once`,
  goal: 1.5,
  needs: "trace",
  onRequest: true,
  measure: (bench) => {
    const flags = ["--no-index", "--workers", "2"];
    const once = peakOf([...replayArgs(bench, variant, ++bench.edits), ...flags]);
    const tenfold = peakOf([
      ...replayArgs({ ...bench, trace: traceFile(bench.calls * 10) }, variant, ++bench.edits),
      ...flags,
    ]);
    return { bytes: tenfold, once, ratio: tenfold / once };
  },
}));

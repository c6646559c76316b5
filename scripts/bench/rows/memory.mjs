import { worstOf } from "../cases.mjs";
import { peakOf } from "../process.mjs";
import { replayArgs } from "./replay.mjs";

/** Peak memory of a cold replay of ten times the calls, over that of the bench's own. */
export const MEMORY_ROWS = ["stateless", "session"].map((variant) => ({
  name: `memory-${variant}`,
  what: `memory of a cold replay, ${variant}, with ten times the calls, divided by that with once`,
  goal: 1.3,
  needs: "trace",
  onRequest: true,
  measure: (bench) =>
    worstOf(variant, (one) => {
      const flags = ["--no-index", "--workers", "2"];
      const peak = (calls) => peakOf([...replayArgs(bench, one, ++bench.edits, calls), ...flags]);
      const once = peak(bench.calls);
      const tenfold = peak(bench.calls * 10);
      return { bytes: tenfold, once, ratio: tenfold / once };
    }),
}));

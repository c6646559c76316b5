import fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { walkWorld } from "../fuzz/walk-worlds.ts";
import { byBatch, byEvents } from "../replay/columns.ts";

const RUNS = Number(process.env["AGENTZ_SESSION_RUNS"] ?? 40);
const SEED = Number(process.env["AGENTZ_SESSION_SEED"] ?? 20_260_518);

describe("a replay that evaluates first, of versions that keep state", () => {
  it("design 7.5, 7.8: counts what the walk over whole events counts, whatever the segments", () => {
    let [compared, calls] = [0, 0];
    const result = fc.check(
      fc.property(walkWorld, fc.integer({ min: 1, max: 40 }), (world, size) => {
        const { baseline, candidates, options } = world;
        const lines = world.files.flat();
        for (const candidate of candidates) {
          const got = byBatch(lines, { baseline, candidate }, { options, size })?.gathered;
          if (got === undefined) continue;
          compared++;
          calls += lines.length;
          const expected = byEvents(lines, { baseline, candidate }, options);
          const wrong = Object.keys(expected).filter(
            (name) => !isDeepStrictEqual(got[name], expected[name]),
          );
          const said = wrong.map((name) =>
            [name, JSON.stringify(got[name]), JSON.stringify(expected[name])].join("\n  "),
          );
          if (wrong.length > 0) throw new Error([...said, size, world.text].join("\n"));
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
    console.log(`${compared} pairs of versions, ${calls} events`);
    const { errorInstance: error } = result;
    expect(error instanceof Error ? error.message : undefined).toBeUndefined();
    expect(compared).toBeGreaterThan(2 * RUNS);
  });
});

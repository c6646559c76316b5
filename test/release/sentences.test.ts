import { expect, it } from "vitest";
import { sentenceFigures } from "./sentence-figures.ts";

// The long run is `node scripts/release-figures.mjs --kind sentences --pairs 1000`.
it("design 10.2: every sentence about calls is true of calls drawn within its conditions", () => {
  const { faults, sentences, calls } = sentenceFigures({ seed: 7, pairs: 40 });
  expect(faults).toEqual([]);
  expect(sentences).toBeGreaterThan(3);
  expect(calls).toBeGreaterThan(200);
});

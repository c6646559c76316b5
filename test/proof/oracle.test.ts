import { expect, test } from "vitest";
import { measure } from "./oracle/measure.ts";

test(
  "on random pairs of conditions nothing is found that brute force does not confirm, and four " +
    "fifths are found",
  () => {
    const { scores, pairs } = measure(350, 20261120);
    for (const [name, { held, found, wrong }] of Object.entries(scores)) {
      expect(wrong).toEqual([]);
      // that nothing is unknown holds of the small world alone
      if (name !== "unknown" && name !== "error")
        expect(found).toBeGreaterThanOrEqual(held * (name === "same" ? 0.6 : 0.8));
    }
    const faulty = scores.contradictory.held + scores.constant.held + scores.shadowed.held;
    expect(faulty).toBeGreaterThan(pairs / 5);
  },
);

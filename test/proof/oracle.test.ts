import { expect, test } from "vitest";
import { measure, missed } from "./oracle/measure.ts";

test(
  "on random pairs of conditions nothing is found that brute force does not confirm, and four " +
    "fifths are found",
  () => {
    const measured = measure(350, 20261120);
    const { scores, pairs } = measured;
    for (const { wrong } of Object.values(scores)) expect(wrong).toEqual([]);
    expect(missed(measured)).toEqual([]);
    const faulty = scores.contradictory.held + scores.constant.held + scores.shadowed.held;
    expect(faulty).toBeGreaterThan(pairs / 5);
  },
);

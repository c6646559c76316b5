import { expect, test } from "vitest";
import { measure } from "./invariants/measure.ts";

test("design 17.2: on random sets no proof is wrong, and what is refuted is permitted by the engine", () => {
  const seeds = Array.from({ length: 25 }, (_, i) => i + 1);
  const { wrong, ...figures } = measure(seeds, 10);
  expect(wrong).toEqual([]);
  // both kinds of answers are met, and few questions are left open
  expect(figures.proved).toBeGreaterThan(figures.asked / 10);
  expect(figures.refuted).toBeGreaterThan(figures.asked / 10);
  expect(figures.cannotTell).toBeLessThan(figures.asked / 20);
});

import { expect, test } from "vitest";
import { measure } from "./invariants/measure.ts";
import { measureWorlds } from "./invariants/worlds.ts";

test("design 17.2: on random sets no proof is wrong, and what is refuted is permitted by the engine", () => {
  const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
  const { wrong, ...figures } = measure(seeds, 10);
  expect(wrong).toEqual([]);
  // both kinds of answers are met, and few questions are left open
  expect(figures.proved).toBeGreaterThan(figures.asked / 10);
  expect(figures.refuted).toBeGreaterThan(figures.asked / 10);
  expect(figures.cannotTell).toBeLessThan(figures.asked / 10);
});

test("design 17.2: no session of a small world breaks what is proved, with chains, windows, keys and events", () => {
  const { wrong, ...figures } = measureWorlds([1, 2, 4, 5]);
  expect(wrong).toEqual([]);
  expect(figures.proved).toBeGreaterThan(0);
  expect(figures.refuted).toBeGreaterThan(0);
});

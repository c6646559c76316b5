import { describe, expect, it } from "vitest";
import { figures } from "./figures.ts";

// The long run is `node scripts/release-figures.mjs --pairs 1000 --calls 1000000`; this one keeps
// its promises in view.
describe("design 10.2: version check against random edits, each tried on random calls", () => {
  it("what moves a decision is never called a patch, what widens never a minor change", () => {
    const { faults, pairs, moved, widened } = figures("wild", { seed: 3, pairs: 24 });
    expect(faults).toEqual([]);
    expect(pairs).toBe(24);
    expect(moved).toBeGreaterThan(4);
    expect(widened).toBeGreaterThan(1);
  });

  it("most edits that keep the meaning are patches", () => {
    const { faults, pairs, bumps } = figures("preserving", { seed: 4, pairs: 24 });
    expect(faults).toEqual([]);
    expect(((bumps["patch"] ?? 0) + (bumps["none"] ?? 0)) / pairs).toBeGreaterThan(0.9);
  });

  it("most edits that only narrow are minor changes at most", () => {
    const { faults, pairs, bumps } = figures("narrowing", { seed: 5, pairs: 24 });
    expect(faults).toEqual([]);
    expect((bumps["major"] ?? 0) / pairs).toBeLessThan(0.2);
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import faults from "./faults.json" with { type: "json" };
import historyFaults from "./history-faults.json" with { type: "json" };
import walkFaults from "./walk-faults.json" with { type: "json" };

const ROOT = join(import.meta.dirname, "../..");
const STATEMENTS = [
  "4.1",
  "4.2",
  "4.3",
  "4.4",
  "4.5",
  "5.1",
  "5.2",
  "5.3",
  "5.4",
  "6.1",
  "6.2",
  "6.4",
  "6.5",
];

describe("the seeded faults of `npm run faults`", () => {
  it.each([...faults, ...historyFaults, ...walkFaults])(
    "still applies: $design $name",
    ({ file, from, to }) => {
      expect(readFileSync(join(ROOT, file), "utf8").split(from)).toHaveLength(2);
      expect(to).not.toBe(from);
    },
  );

  it("are twenty, and touch every statement on what the engine does from 4.1 to 6.5", () => {
    expect(faults).toHaveLength(20);
    expect(
      STATEMENTS.filter((statement) => !faults.some(({ design }) => design === statement)),
    ).toEqual([]);
  });

  it("of histories touch the statements on people, state, classes and counterfactual history", () => {
    const touched = new Set(historyFaults.map(({ design }) => design));
    expect([...touched].sort()).toEqual(["2.5", "2.6", "2.7", "5.3", "7.4", "7.5"]);
  });
});

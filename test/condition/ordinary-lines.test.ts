import { describe, expect, it } from "vitest";
import { ORDINARY_LINES } from "./ordinary-lines.ts";
import { commandsOf } from "./shell-run.ts";

describe("design 3.7: ordinary lines are read", () => {
  it("at most 5 % of them are errors", () => {
    const untold = ORDINARY_LINES.filter((line) => typeof commandsOf(line) === "string");
    expect(untold.map((line) => [line, commandsOf(line)])).toEqual([]);
    expect(untold.length / ORDINARY_LINES.length).toBeLessThanOrEqual(0.05);
  });
});

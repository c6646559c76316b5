import { describe, expect, it } from "vitest";
import { functionNames } from "../../src/condition/functions.ts";
import { FUNCTION_WORDS } from "../../src/editor/function-words.ts";

describe("the words of functions", () => {
  it("are there for every function, and for no other", () => {
    expect([...FUNCTION_WORDS.keys()].sort()).toEqual([...functionNames()].sort());
  });

  it("are one sentence each", () => {
    for (const words of FUNCTION_WORDS.values()) expect(words).toMatch(/^[A-Z0-9-].*\.$/);
  });
});

import { describe, expect, it } from "vitest";
import { told } from "./run.ts";

const CARD = "4111 1111 1111 1111";

/** A text of so many blanks, in a condition that is itself short. */
function blanks(count: number): string {
  const few = " ".repeat(1024);
  const rest = " ".repeat(count % 1024);
  return `'${"x".repeat(Math.floor(count / 1024))}'.replace('x', '${few}') + '${rest}'`;
}

describe("design 3.7: detect() never answers that nothing is there where it did not look", () => {
  it("finds what stands at the end of the longest text", () => {
    const text = `${blanks(65_536 - CARD.length)} + '${CARD}'`;
    expect(told(`detect(${text}) == ['personal/card-number']`)).toBe(true);
  });

  it("is an error for a longer one", () => {
    expect(told(`detect(${blanks(65_537)}) == []`)).toBe("error");
  });
});

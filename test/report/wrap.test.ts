import { Chalk } from "chalk";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { STATES, stateText } from "../../src/report/states.ts";
import { textWidth, wrapLine, wrapText } from "../../src/report/wrap.ts";

const bare = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, "");

describe("design 11.7: lines are wrapped to the terminal, and nothing of them is cut", () => {
  const word = fc.stringMatching(/^[a-z/:.(),]{1,14}$/);
  const line = fc
    .tuple(
      fc.constantFrom("", "  ", "approvals  ", "  3 calls    "),
      fc.array(word, { minLength: 1 }),
    )
    .map(([start, words]) => start + words.join(" "));

  test("every line fits, and all words stay in their order", () => {
    fc.assert(
      fc.property(line, fc.integer({ min: 40, max: 200 }), (text, columns) => {
        const pieces = wrapLine(text, columns);
        for (const piece of pieces) expect(textWidth(piece)).toBeLessThanOrEqual(columns);
        expect(pieces.join(" ").split(/\s+/)).toEqual(text.split(/\s+/));
      }),
    );
  });

  test("what goes on stands below the text, not below its label", () => {
    expect(wrapLine("approvals  ten calls need one and two of them had it", 31)).toEqual([
      "approvals  ten calls need one",
      "           and two of them had",
      "           it",
    ]);
  });

  test("colours take no room, wide letters two, and long words stay whole", () => {
    const red = new Chalk({ level: 1 }).red("word ".repeat(12).trim());
    for (const piece of wrapLine(red, 40)) expect(bare(piece).length).toBeLessThanOrEqual(40);
    expect(textWidth("日本")).toBe(4);
    expect(wrapText(`a ${"x".repeat(90)} b`, 40)).toBe(`a\n  ${"x".repeat(90)}\n  b`);
  });

  test("source keeps its columns, so that marks stay below it", () => {
    const source = `  12 | ${"when ".repeat(30)}`;
    expect(wrapLine(source, 40)).toEqual([source]);
  });
});

test("each state has a sign and a colour of its own", () => {
  const states = Object.values(STATES);
  expect(new Set(states.map(({ sign }) => sign)).size).toBe(5);
  expect(new Set(states.map(({ color }) => color)).size).toBe(5);
  const paint = new Chalk({ level: 1 });
  expect(bare(stateText(paint, "widened", "widened 3"))).toBe("▲ widened 3");
});

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
    expect(wrapLine("uncompared p.yaml is read by both sets", 31)).toEqual([
      "uncompared p.yaml is read by",
      "           both sets",
    ]);
  });

  test("colours take no room, and wide letters two", () => {
    const red = new Chalk({ level: 1 }).red("word ".repeat(12).trim());
    for (const piece of wrapLine(red, 40)) expect(bare(piece).length).toBeLessThanOrEqual(40);
    expect(textWidth("日本")).toBe(4);
  });

  test("a long name goes on at the end of a part of it, and an address stays whole", () => {
    const name = "payments-of-the-whole-company/release-027-for-other-countries";
    expect(wrapText(`  by ${name} at p.yaml:6`, 40)).toBe(
      "  by payments-of-the-whole-company/\n    release-027-for-other-countries at\n    p.yaml:6",
    );
    const address = `https://pages.example/${"x".repeat(60)}`;
    expect(wrapText(`see ${address} b`, 40)).toBe(`see\n  ${address}\n  b`);
  });

  test("whatever the words are, no line is wider and no letter is lost", () => {
    const words = fc.array(
      fc.oneof(fc.string({ maxLength: 90 }), fc.stringMatching(/^[日本a-z/:-]{1,90}$/)),
    );
    fc.assert(
      fc.property(words, fc.integer({ min: 40, max: 120 }), (all, columns) => {
        const text = all.join(" ").replaceAll(/[|\s]+/g, " ");
        fc.pre(!text.includes("://"));
        const wrapped = wrapText(text, columns);
        expect(wrapped.replaceAll(/\s/g, "")).toBe(text.replaceAll(/\s/g, ""));
        for (const line of wrapped.split("\n"))
          expect(textWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test("a long line of source without marks goes on beside its line", () => {
    expect(wrapText(`  12 | when: ${"args.a == 1.0 && ".repeat(4)}`.trimEnd(), 40)).toBe(
      "  12 | when: args.a == 1.0 && args.a ==\n" +
        "     |   1.0 && args.a == 1.0 && args.a\n     |   == 1.0 &&",
    );
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

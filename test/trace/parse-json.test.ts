import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson, REPEATED } from "../../src/trace/parse-json.ts";
import { ALIKE, REPEATED as LINES } from "./columns/lines.ts";

/** Whether a tree of members, written as a list of pairs, has a key twice in one object. */
type Tree = readonly (readonly [key: string, value: Tree | number])[];
const key = fc.constantFrom(
  "a",
  "b",
  "",
  "é",
  '"',
  "\\",
  "a:b",
  "{",
  "__proto__",
  "1",
  "a longer name than most",
);
const tree: fc.Arbitrary<Tree> = fc.letrec<{ readonly tree: Tree }>((tie) => ({
  tree: fc.array(fc.tuple(key, fc.oneof({ depthSize: "small" }, fc.integer(), tie("tree"))), {
    maxLength: 4,
  }),
})).tree;

const hasTwice = (of: Tree): boolean =>
  new Set(of.map(([name]) => name)).size < of.length ||
  of.some(([, inner]) => typeof inner !== "number" && hasTwice(inner));
/** A key with each of its characters escaped or not. */
const spelled = (name: string, escape: boolean): string =>
  escape
    ? `"${Array.from(
        { length: name.length },
        (_, i) => `\\u${name.charCodeAt(i).toString(16).padStart(4, "0")}`,
      ).join("")}"`
    : JSON.stringify(name);

function written(of: Tree, escapes: readonly boolean[], space: string): string {
  const members = of.map(
    ([name, inner], i) =>
      `${spelled(name, escapes[i % escapes.length] ?? false)}${space}:${space}${
        typeof inner === "number" ? String(inner) : `[${written(inner, escapes, space)}]`
      }`,
  );
  return `{${space}${members.join(`${space},${space}`)}${space}}`;
}

describe("parseJson", () => {
  it.each(LINES)("design 7.1: refuses a member that stands twice: %s", (text) => {
    const parsed = parseJson(text);
    expect("reason" in parsed && parsed.reason).toMatch(
      new RegExp(`^${REPEATED}, the second time at character \\d+$`),
    );
  });

  it("says where the second one is", () => {
    expect(parseJson('{"a":1,"b":{"c":1, "\\u0063":2}}')).toEqual({
      reason: `${REPEATED}, the second time at character 20`,
    });
  });

  it.each(ALIKE)("takes members that are only alike: %s", (text) => {
    expect(parseJson(text)).toEqual({ value: JSON.parse(text) });
  });

  it("finds it wherever it stands, however the key is spelled", () => {
    fc.assert(
      fc.property(
        tree,
        fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
        fc.constantFrom("", " ", "\n\t"),
        (of, escapes, space) => {
          const parsed = parseJson(written(of, escapes, space));
          expect("reason" in parsed).toBe(hasTwice(of));
        },
      ),
      { numRuns: 500, seed: 16 },
    );
  });
});

import { describe, expect, it } from "vitest";
import { editDistance, nearestWord } from "../../src/text/edit-distance.ts";
import { lineStarts, positionAt } from "../../src/text/line-index.ts";

describe("edit distance", () => {
  it.each<[string, string, number]>([
    ["", "", 0],
    ["abc", "abc", 0],
    ["abc", "acb", 1],
    ["kitten", "sitting", 3],
    ["", "abc", 3],
  ])("%s to %s is %i", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it("names the nearest known word, and none that is far", () => {
    expect(nearestWord("efect", ["effect", "reject"])).toBe("effect");
    expect(nearestWord("WHEN", ["when"])).toBe("when");
    expect(nearestWord("xyz", ["when", "mode"])).toBe(undefined);
    expect(nearestWord("x".repeat(100_000), ["when"])).toBe(undefined);
  });
});

describe("positions", () => {
  it("counts LF, CRLF and a lone CR as one line end each", () => {
    const starts = lineStarts("a\nb\r\nc\rd");
    expect(starts).toEqual([0, 2, 5, 7]);
    expect(positionAt(starts, 0)).toEqual({ line: 1, column: 1 });
    expect(positionAt(starts, 6)).toEqual({ line: 3, column: 2 });
    expect(positionAt(starts, 8)).toEqual({ line: 4, column: 2 });
  });
});

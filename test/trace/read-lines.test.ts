import fc from "fast-check";
import { expect, test } from "vitest";
import { LineReader } from "../../src/trace/read-lines.ts";

function read(
  bytes: Uint8Array | string,
  size = 1 << 20,
  maxBytes?: number,
): { lines: [number, string][]; bad: [number, string][]; count: number } {
  const all = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  const lines: [number, string][] = [];
  const bad: [number, string][] = [];
  const reader = new LineReader(
    {
      onLine: (text, line) => lines.push([line, text]),
      onUnreadable: (line, cause) => bad.push([line, cause]),
    },
    maxBytes,
  );
  for (let at = 0; at < all.length; at += size) reader.push(all.subarray(at, at + size));
  return { lines, bad, count: reader.end() };
}

test("lines end with LF or CRLF, the last one with or without; a mark at the start is no part of it", () => {
  expect(read("\uFEFFa\r\nb\nc").lines).toEqual([
    [1, "a\r"],
    [2, "b"],
    [3, "c"],
  ]);
  expect(read("a\nb\n")).toEqual({
    lines: [
      [1, "a"],
      [2, "b"],
    ],
    bad: [],
    count: 2,
  });
  expect(read("").count).toBe(0);
});

test("empty lines are skipped and numbered", () => {
  expect(read("\n \t\r\na\n\n\nb").lines).toEqual([
    [3, "a"],
    [6, "b"],
  ]);
});

test("what is not UTF-8 costs its own line only", () => {
  const bytes = new Uint8Array([97, 10, 0xff, 0xfe, 10, 98, 10, 0xc3]);
  expect(read(bytes)).toEqual({
    lines: [
      [1, "a"],
      [3, "b"],
    ],
    bad: [
      [2, "the line is not valid UTF-8"],
      [4, "the line is not valid UTF-8"],
    ],
    count: 4,
  });
});

test("a line of 5 MB is read; one beyond the bound is told and never held", () => {
  const long = "x".repeat(5_000_000);
  expect(read(`a\n${long}\nb`, 65536).lines.map(([line, text]) => [line, text.length])).toEqual([
    [1, 1],
    [2, 5_000_000],
    [3, 1],
  ]);
  expect(read(`a\n${long}\nb\n${long}`, 65536, 4_000_000)).toMatchObject({
    lines: [
      [1, "a"],
      [3, "b"],
    ],
    bad: [
      [2, "the line is longer than 4000000 bytes"],
      [4, "the line is longer than 4000000 bytes"],
    ],
  });
  expect(read(`a\n${long}\nb`, 10_000_000, 4_000_000).bad).toHaveLength(1);
});

test("how the bytes are cut into chunks does not matter", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "grapheme", maxLength: 12 })),
      fc.integer({ min: 1, max: 9 }),
      (texts, size) => {
        const text = texts.join("\n");
        const expected = text
          .replace(/^\uFEFF/, "")
          .split("\n")
          .map((line, index) => [index + 1, line])
          .filter(([, line]) => String(line).trim() !== "");
        expect(read(text, size).lines).toEqual(expected);
      },
    ),
  );
});

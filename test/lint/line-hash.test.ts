import { expect, test } from "vitest";
import { lineHashes } from "../../src/lint/line-hash.ts";

/**
 * The hash as GitHub's action rolls it over a file, unit by unit: the slow way, to compare with.
 */
function rolled(text: string): ReadonlyMap<number, string> {
  const units: number[] = [];
  const starts: number[] = [];
  let fresh = true;
  const push = (unit: number): void => {
    if (fresh) starts.push(units.length);
    fresh = unit === 10;
    units.push(unit);
  };
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 32 || unit === 9 || (unit === 10 && text.charCodeAt(i - 1) === 13)) continue;
    push(unit === 13 ? 10 : unit);
  }
  push(65535);
  const counts = new Map<string, number>();
  return new Map(
    starts.map((start, line) => {
      let hash = 0n;
      for (let i = 0; i < 100; i++) hash = (hash * 37n + BigInt(units[start + i] ?? 0)) % 2n ** 64n;
      const hex = hash.toString(16);
      counts.set(hex, (counts.get(hex) ?? 0) + 1);
      return [line + 1, `${hex}:${counts.get(hex)}`] as const;
    }),
  );
}

test.each([
  ["plain lines", "rules:\n  - id: a\n    effect: deny\n"],
  ["repeated lines", `${"x: 1\n".repeat(60)}`],
  ["other line ends and blanks", "a:\t1\r\nb: 2\r\n\r\nc: 3"],
  ["nothing", ""],
  ["a long line", `a: ${"b".repeat(500)}\nc: d\n`],
])("the line hash of code scanning: %s", (_, text) => {
  const expected = rolled(text);
  expect(lineHashes(text, new Set(expected.keys()))).toEqual(expected);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NameTable } from "../../src/text/name-table.ts";

describe("names with numbers", () => {
  it("each distinct text has one number, in the order of first sight, whatever its characters", () => {
    const name = fc.oneof(
      fc.string({ maxLength: 3 }),
      fc.string({ unit: "grapheme", maxLength: 3 }),
      fc.nat(3_000).map((n) => `session-${n}`),
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 2_000 }), (names) => {
        const table = new NameTable();
        const known = new Map<string, number>();
        for (const text of names) {
          expect(table.find(text)).toBe(known.get(text) ?? -1);
          const number = known.get(text) ?? known.size;
          known.set(text, number);
          expect(table.number(text)).toBe(number);
        }
        expect(table.size).toBe(known.size);
        for (const [text, number] of known) expect(table.find(text)).toBe(number);
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { BitSet } from "../../src/trace/bit-set.ts";
import { hashAscii, hashesOf, TextNumbers } from "../../src/text/text-numbers.ts";
import { TraceTally } from "../../src/trace/summary.ts";
import { fileOf, linesOf, readAll } from "../trace/bytes.ts";

test("each distinct text has one number, in the order of first sight", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 200 }), (texts) => {
      const table = new TextNumbers();
      const known = new Map<string, number>();
      for (const text of texts) {
        if (!known.has(text)) known.set(text, known.size);
        expect(table.ordinal(text)).toBe(known.get(text));
      }
      expect(table.size).toBe(known.size);
    }),
  );
});

test("the hashes of ASCII characters are the same off their bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(5), (text, from) => {
      const bytes = new Uint8Array([...new Uint8Array(from), ...Buffer.from(text), 65]);
      const into = new Uint32Array([7, 7]);
      const plain = /^[\u0000-\u007f]*$/u.test(text) && !text.includes("\\");
      expect(hashAscii(bytes, from, bytes.length - 1, into)).toBe(plain);
      expect([...into]).toEqual(plain ? hashesOf(text) : [7, 7]);
    }),
  );
});

test("200,000 names that differ by a number stay distinct", () => {
  const table = new TextNumbers();
  let wrong = 0;
  for (let round = 0; round < 2; round++)
    for (let n = 0; n < 200_000; n++)
      if (table.ordinal(`gpt-4o/banking/user_task_${n}/direct/x`) !== n) wrong++;
  expect(wrong).toBe(0);
  expect(table.size).toBe(200_000);
});

test("a bit set counts what it holds", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5000 })), (numbers) => {
      const set = new BitSet();
      for (const n of numbers) set.add(n);
      expect(set.size).toBe(new Set(numbers).size);
      expect(numbers.every((n) => set.has(n))).toBe(true);
      expect(set.has(6000)).toBe(false);
      const moved = new BitSet();
      moved.merge(
        set.part(),
        Uint32Array.from({ length: 5001 }, (_, n) => 2 * n + 1),
      );
      expect([moved.size, numbers.every((n) => moved.has(2 * n + 1))]).toEqual([set.size, true]);
    }),
  );
});

test("design 12: events, calls, sessions and the span of time", async () => {
  const { events } = await readAll([
    fileOf(
      "t",
      linesOf([
        { session: "a", action: {}, time: "2026-01-01T00:00:02Z" },
        { session: "b", action: {}, time: "2026-01-01T00:00:01+01:00" },
        { session: "c", type: "prompt" },
        { action: {} },
      ]),
    ),
  ]);
  const tally = new TraceTally();
  for (const event of events) tally.add(event);
  expect(tally.summary()).toEqual({
    events: 4,
    calls: 3,
    sessions: 3,
    from: "2025-12-31T23:00:01.000Z",
    to: "2026-01-01T00:00:02.000Z",
  });
  expect(new TraceTally().summary()).toEqual({ events: 0, calls: 0, sessions: 0 });
});

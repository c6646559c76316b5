import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TraceEvent } from "../../src/trace/event.ts";
import { EventOrder, eventsOf } from "../../src/trace/order.ts";
import { fileOf, linesOf, readAll } from "./bytes.ts";

function event(line: number, time: number | undefined): TraceEvent {
  return {
    id: String(line),
    type: "call",
    file: "f",
    line,
    request: {},
    ...(time !== undefined && { time }),
  };
}

/** Design 5.4, said the plain way: a stable sort by the time that each event has or inherits. */
function reference(times: readonly (number | undefined)[]): string[] {
  let key = -Infinity;
  const keyed = times.map((time, index) => ({ id: String(index + 1), key: (key = time ?? key) }));
  return keyed.sort((a, b) => (a.key === b.key ? 0 : a.key - b.key)).map(({ id }) => id);
}

function order(
  times: readonly (number | undefined)[],
  bound: number,
  batch: number,
): { ids: string[]; reordered: number } {
  const buffer = new EventOrder(bound);
  const events = times.map((time, index) => event(index + 1, time));
  const out: TraceEvent[] = [];
  for (let at = 0; at < events.length; at += batch)
    out.push(...eventsOf(buffer.take(events.slice(at, at + batch))));
  out.push(...eventsOf(buffer.end()));
  return { ids: out.map(({ id }) => id), reordered: buffer.reordered };
}

const times = fc.array(fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined, freq: 4 }), {
  maxLength: 60,
});

describe("design 5.4: disorder within the bound is fixed", () => {
  test("any disorder gives the order of a stable sort", () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 9 }), (list, batch) => {
        expect(order(list, list.length, batch).ids).toEqual(reference(list));
      }),
    );
  });

  test("a bound as large as the worst lateness suffices, one less does not", () => {
    fc.assert(
      fc.property(times, (list) => {
        let key = -Infinity;
        const keys = list.map((time) => (key = time ?? key));
        const worst = Math.max(
          0,
          ...keys.map(
            (own, index) => keys.slice(0, index).filter((earlier) => earlier > own).length,
          ),
        );
        expect(order(list, worst, 3).ids).toEqual(reference(list));
        if (worst > 0) expect(() => order(list, worst - 1, 3)).toThrow(/comes after more than/);
      }),
    );
  });

  test("what came after a later one is counted, if it has a time", () => {
    expect(order([1, 5, 3, undefined, 4, 5, 6], 10, 2).reordered).toBe(2);
  });

  test("events before the first time are held back by nothing", () => {
    const buffer = new EventOrder(10_000);
    expect(eventsOf(buffer.take([event(1, undefined), event(2, undefined)]))).toHaveLength(2);
    expect(eventsOf(buffer.take([event(3, 5), event(4, undefined)]))).toHaveLength(0);
    expect(eventsOf(buffer.end())).toHaveLength(2);
  });

  test("shuffling a trace within the bound changes nothing but the count", async () => {
    const call = (n: number): object => ({
      id: `e${n}`,
      time: new Date(n * 1000).toISOString(),
      action: { name: "x" },
    });
    const sorted = Array.from({ length: 200 }, (_, n) => call(n));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 200, maxLength: 200 }),
        async (delays) => {
          const shuffled = sorted
            .map((value, n) => ({ value, at: n + (delays[n] ?? 0) }))
            .sort((a, b) => a.at - b.at)
            .map(({ value }) => value);
          const { events } = await readAll([fileOf("t", linesOf(shuffled), 700)], { reorder: 20 });
          expect(events.map(({ id }) => id)).toEqual(sorted.map((_, n) => `e${n}`));
        },
      ),
      { numRuns: 25 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AmountWindow } from "../../src/engine/amount-window.ts";
import { sumOf } from "../../src/engine/state-store.ts";
import { Window } from "../../src/engine/window.ts";

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined, freq: 9 });

const step = fc.record({
  pass: fc.nat(4),
  timeless: fc.nat(9).map((n) => n === 0),
  add: maybe(fc.record({ value: maybe(fc.constantFrom(0, 0.1, 0.2, 1, 7, 1e300)) })),
  looks: fc.nat(2),
});

describe("design 5.1, 5.4: amounts of a counter over a window", () => {
  it("come to what a window of entries that surely were added shows", () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 3, 10), fc.array(step, { maxLength: 60 }), (within, steps) => {
        const amounts = new AmountWindow(within);
        const entries = new Window<number>(within);
        amounts.add(1, 0);
        entries.add({ at: 0, value: 1, sure: true });
        let time = 0;
        for (const { pass, timeless, add, looks } of steps) {
          time += pass;
          const now = timeless ? undefined : time;
          for (let i = 0; i < looks; i++) expect(amounts.sum(now)).toBe(sumOf(entries, now));
          if (add === undefined) continue;
          amounts.add(add.value, now);
          entries.add({ at: now, value: add.value, sure: true });
        }
        expect(amounts.sum(time)).toBe(sumOf(entries, time));
      }),
    );
  });
});

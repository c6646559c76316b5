import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Window, type Entry, type View } from "../../src/engine/window.ts";

/** What a window shows, looked up among all entries that were ever added. */
function plainly(
  entries: readonly Entry<number>[],
  within: number | undefined,
  of: { readonly now: number | undefined; readonly max: number },
): View<number> {
  const { now, max } = of;
  const none = { values: [], perhaps: [], open: false, full: false };
  if (entries.length === 0) return none;
  if (within !== undefined && now === undefined) return { ...none, open: true };
  const inside = entries.filter(
    ({ at }) => within === undefined || now === undefined || at === undefined || now - at <= within,
  );
  const seen = inside.slice(0, max);
  const known = seen.filter(({ value }) => value !== undefined);
  const isSure = ({ at, sure }: Entry<number>): boolean =>
    sure && (within === undefined || at !== undefined);
  const valueOf = ({ value }: Entry<number>): number => value ?? 0;
  return {
    values: known.filter(isSure).map(valueOf),
    perhaps: known.filter((entry) => !isSure(entry)).map(valueOf),
    open: seen.some(({ value }) => value === undefined),
    full: inside.length > 0 && inside.length >= max,
  };
}

const step = fc.record({
  pass: fc.nat(5),
  timeless: fc.nat(7).map((n) => n === 0),
  add: fc.option(
    fc.record({ value: fc.option(fc.nat(9), { nil: undefined }), sure: fc.boolean() }),
  ),
  looks: fc.nat(2),
});

const textStep = fc.record({
  pass: fc.nat(5),
  timeless: fc.nat(15).map((n) => n === 0),
  add: fc.option(
    fc.record({
      value: fc.option(fc.constantFrom("a", "b", "a", "b", "a", "b", 7), {
        nil: undefined,
        freq: 12,
      }),
      sure: fc.nat(9).map((n) => n > 0),
    }),
  ),
});

describe("design 5.1, 5.4: what a window shows", () => {
  it("is what its entries come to at that time, however often it was looked at before", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(undefined, 0, 3, 10),
        fc.constantFrom(1, 2, 1000),
        fc.array(step, { maxLength: 40 }),
        (within, max, steps) => {
          const window = new Window<number>(within);
          const entries: Entry<number>[] = [];
          let time = 0;
          for (const { pass, timeless, add, looks } of steps) {
            time += pass;
            const now = timeless ? undefined : time;
            for (let i = 0; i < looks; i++)
              expect(window.view(now, max)).toEqual(plainly(entries, within, { now, max }));
            if (add === null) continue;
            const entry = { at: now, ...add };
            entries.push(entry);
            window.add(entry);
          }
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  it("has a text wherever it says how often it has it, and the same number of others", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(undefined, 3, 10),
        fc.constantFrom(2, 1000),
        fc.array(textStep, { maxLength: 40 }),
        (within, max, steps) => {
          const window = new Window<string | number>(within);
          const plain = new Window<string | number>(within);
          let time = 0;
          for (const { pass, timeless, add } of steps) {
            time += pass;
            const now = timeless ? undefined : time;
            const { values, perhaps, open, full } = plain.view(now, max);
            const isTold = perhaps.length === 0 && !open && !full && !values.includes(7);
            const times = values.filter((value) => value === "a").length;
            expect(window.find("a", now, max)).toEqual(
              isTold ? { size: values.length, times } : undefined,
            );
            if (add === null) continue;
            window.add({ at: now, ...add });
            plain.add({ at: now, ...add });
          }
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });
});

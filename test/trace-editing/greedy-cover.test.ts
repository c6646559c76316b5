import fc from "fast-check";
import { expect, test } from "vitest";
import { greedyCover } from "../../src/trace-editing/greedy-cover.ts";
import type { Show } from "../../src/trace-editing/session-shows.ts";

/** The same, asked of every session each time. */
function naive(shows: readonly Show[]): readonly Show[] {
  const open = new Set(shows.flatMap(({ features }) => features));
  const chosen: Show[] = [];
  for (;;) {
    let [best, score]: [Show | undefined, number] = [undefined, 0];
    for (const show of shows) {
      const own = show.features.filter((feature) => open.has(feature)).length / show.calls;
      if (own > score) [best, score] = [show, own];
    }
    if (best === undefined) return chosen;
    chosen.push(best);
    for (const feature of best.features) open.delete(feature);
  }
}

const show = fc.record({
  calls: fc.integer({ min: 1, max: 6 }),
  features: fc.uniqueArray(fc.nat(15), { maxLength: 6 }),
});

test("the cover that asks every session each time, and no other", () => {
  fc.assert(
    fc.property(fc.array(show, { maxLength: 25 }), (made) => {
      const shows = made.map((one, session): Show => ({ session, ...one }));
      expect(greedyCover(shows)).toEqual(naive(shows));
    }),
    { numRuns: 500 },
  );
});

test("what is asked grows with what there is to show: twenty thousand sessions, each unlike the others", () => {
  let asked = 0;
  const shows = Array.from({ length: 20_000 }, (_, session): Show => {
    const features = [session, session + 1];
    return {
      session,
      calls: 1 + (session % 3),
      get features() {
        asked++;
        return features;
      },
    };
  });
  const chosen = greedyCover(shows);
  expect(new Set(chosen.flatMap(({ session }) => [session, session + 1])).size).toBe(20_001);
  expect(asked).toBeLessThan(4 * shows.length);
});

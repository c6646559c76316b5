import { expect, test } from "vitest";
import { KnownIds } from "../../src/serve/known-ids.ts";

test("an id that was added is known, across all tables, and hardly another one is", () => {
  const known = new KnownIds();
  expect(known.has("id-0")).toBe(false);
  const ids = 2 ** 14 + 2 ** 18 + 1000;
  for (let i = 0; i < ids; i++) known.add(`id-${i}`);
  const asked = Array.from({ length: 60_000 }, (_, i) => (i * 9 < ids ? i * 9 : i));
  expect(asked.filter((i) => !known.has(`id-${i}`))).toEqual([]);
  expect(known.has(`id-${ids - 1}`)).toBe(true);
  const wrong = asked.filter((i) => known.has(`other-${i}`));
  expect(wrong.length).toBeLessThan(2);
});

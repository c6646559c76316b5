import { describe, expect, it } from "vitest";
import { fuzzWalks } from "./walk-main.ts";

/** What a generator that is walked by events alone would never show. */
const NEEDED: readonly (readonly [string, number])[] = [
  ["first candidate: by columns", 25],
  ["edited, off an index of others: by columns", 75],
  ["again, off its own index: by columns", 25],
  ["filtered and labelled: by columns", 20],
  ["labelled: by columns", 20],
  ["in disorder", 5],
  ["of several files", 20],
  ["watched: by columns", 200],
  ["command: by columns", 200],
  ["command, damaged by now: by columns", 15],
  ["command: calls decided by a replay before", 200],
  ["watched: calls decided by a replay before", 200],
  ["changed", 300],
];

/** Alone on two cores it takes half a minute. */
const PATIENCE = 300_000;

describe("design 7.8: replays by columns and by events", () => {
  it("say the same of random sets, edits and traces, off indexes of other versions too", {
    timeout: PATIENCE,
  }, async () => {
    const said: string[] = [];
    const { held, ways } = await fuzzWalks({
      worlds: 100,
      seed: 1,
      say: (line) => said.push(line),
    });
    console.log(said.join("\n"));
    expect(held).toBe(true);
    expect(NEEDED.filter(([name, least]) => ways.get(name) < least)).toEqual([]);
  });
});

import { expect, it } from "vitest";
import { fuzzParts } from "./part-main.ts";

it("design 16.1: parts come to the bytes of one run, however the trace is split and merged", async () => {
  const said: string[] = [];
  const { held, counts } = await fuzzParts({
    worlds: 100,
    seed: 1,
    say: (line) => said.push(line),
  });
  console.log(said.join("\n"));
  expect(held).toBe(true);
  expect(counts.get("alike")).toBeGreaterThan(40);
});

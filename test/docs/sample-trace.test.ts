import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { decodeEvent } from "../../src/trace/event.ts";

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const trace = readFileSync(at("traces/sample.jsonl"), "utf8");

test("design 7.8: the sample's generator gives the bytes of traces/sample.jsonl", () => {
  const generated = execFileSync(process.execPath, [at("scripts/make-sample-trace.mjs"), "-"], {
    encoding: "utf8",
    maxBuffer: 1 << 24,
  });
  expect(generated === trace).toBe(true);
});

test(
  "design 7.1: every line of the sample is an event, with an id of its own and nothing that the " +
    "format does not know",
  () => {
    const ids = new Set<string>();
    const unknown: string[] = [];
    const lines = trace.trimEnd().split("\n");
    lines.forEach((line, i) => {
      const event = decodeEvent(JSON.parse(line), {
        file: "sample.jsonl",
        line: i + 1,
        onUnknownMember: (name) => unknown.push(name),
      });
      if (typeof event === "string") throw new Error(event);
      ids.add(event.id);
    });
    expect(unknown).toEqual([]);
    expect(ids.size).toBe(lines.length);
  },
);

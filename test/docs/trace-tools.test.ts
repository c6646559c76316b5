import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import type { Io } from "../../src/node/io.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "agentz-tools-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function ioOf(): { io: Io; out: () => string; err: () => string } {
  let [out, err] = ["", ""];
  const io: Io = {
    cwd: root,
    env: { XDG_CACHE_HOME: folder },
    stdout: { write: (text) => void (out += text), isTTY: false, columns: 100 },
    stderr: { write: (text) => void (err += text), isTTY: false },
    readStdin: () => Promise.resolve(""),
    clock: () => 0,
  };
  return { io, out: () => out, err: () => err };
}

const commands = [
  ...readFileSync(join(root, "docs/trace-tools.md"), "utf8").matchAll(/^\| `agentz ([^`]+)` \|/gm),
].map(([, line]) => line ?? "");

describe("every command of docs/trace-tools.md runs", () => {
  test("there are twelve", () => expect(commands).toHaveLength(12));

  test.each(commands)("agentz %s", async (line) => {
    const argv = line
      .split(" ")
      .map((word) =>
        /^(sorted|merged|part|shared|fixture|evaluations)\.jsonl$|^converted\.parquet$|^catalog\.yaml$/.test(
          word,
        )
          ? join(folder, word)
          : word,
      );
    const { io, err } = ioOf();
    const status = await main(argv, io);
    expect([status, err()]).toEqual([line.startsWith("catalog check") ? 1 : 0, expect.any(String)]);
  });

  test("what they wrote is sound: sorted as it was, merged as it was, round-trip through AuthZEN", async () => {
    const sample = readFileSync(join(root, "traces/sample.jsonl"), "utf8");
    expect(readFileSync(join(folder, "sorted.jsonl"), "utf8").length).toBe(sample.length);
    expect(readFileSync(join(folder, "merged.jsonl"), "utf8").length).toBe(sample.length);
    const back = ioOf();
    expect(await main(["import", "authzen", join(folder, "evaluations.jsonl")], back.io)).toBe(0);
    const calls = sample
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type === undefined || type === "call");
    const read = back
      .out()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    for (const name of [
      "id",
      "time",
      "subject",
      "action",
      "resource",
      "context",
      "decision",
      "args",
      "outcome",
      "labels",
    ])
      expect(
        read.map((event) => event[name]),
        name,
      ).toEqual(calls.map((event) => event[name]));
  });

  test("stats and checks give exactly one JSON document on stdout, also for failures", async () => {
    for (const argv of [
      ["trace", "stats", "traces/sample.jsonl", "--format", "json"],
      ["trace", "validate", "traces/sample.jsonl", "--format", "json"],
      ["catalog", "check", "traces/sample.jsonl", "--format", "json"],
      ["trace", "stats", "nowhere.jsonl", "--format", "json"],
    ]) {
      const { io, out } = ioOf();
      await main(argv, io);
      expect(JSON.parse(out())).toMatchObject({ schemaVersion: 1 });
    }
  });
});

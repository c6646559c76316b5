import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { lacks } from "../needs.ts";

const SAID = "the part is read from standard input";
/** A terminal of the system that runs one command; its input ends at once. */
const onTerminal = (command: string): string =>
  spawnSync("script", ["-qec", `stty columns 200; ${command}`, "/dev/null"], {
    encoding: "utf8",
    input: "\u0004",
    timeout: 60_000,
  }).stdout;

test.skipIf(lacks("script"))("a part that waits for lines on a terminal says so", () => {
  const part = `'${process.execPath}' bin/agentz.js part`;
  expect(onTerminal(part)).toContain(SAID);
  expect(onTerminal(`${part} --trace traces/sample.jsonl`)).not.toContain(SAID);
});

test("a part from a pipe says nothing", () => {
  const done = spawnSync(process.execPath, ["bin/agentz.js", "part"], {
    encoding: "utf8",
    input: "",
  });
  expect(done).toMatchObject({ status: 0, stderr: "" });
});

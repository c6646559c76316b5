import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { makeFolder } from "../../src/node/make-folder.ts";
import { ROOT } from "../e2e/agentz.ts";

const folder = mkdtempSync(join(tmpdir(), "agentz-folders-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the folders above it are made too, with the permissions that were asked for", () => {
  const path = join(folder, "a/b/c");
  makeFolder(path, 0o700);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, "a")).mode & 0o777).toBe(0o700);
  makeFolder(path, 0o700);
  expect(existsSync(path)).toBe(true);
});

test("through a link to a folder", () => {
  mkdirSync(join(folder, "real"));
  symlinkSync("real", join(folder, "link"));
  makeFolder(join(folder, "link/below"));
  expect(existsSync(join(folder, "real/below"))).toBe(true);
});

test("what cannot be made is said", () => {
  writeFileSync(join(folder, "file"), "");
  symlinkSync("nowhere", join(folder, "broken"));
  expect(() => makeFolder(join(folder, "file/x/y"))).toThrow(/x` cannot be made|is not a folder/);
  expect(() => makeFolder(join(folder, "broken/x"))).toThrow(/a link of this name leads nowhere/);
});

const CALL = {
  hook_event_name: "PreToolUse",
  session_id: "s",
  tool_use_id: "t",
  tool_name: "Read",
  tool_input: {},
};

// where a folder is there that takes no other, Node's own `recursive` tries for ever
describe.runIf(process.platform === "linux")("below /proc", () => {
  const policies = join(ROOT, "policies");
  test.each([
    ["the log of the gateway", "proxy --mode record --log /proc/agentz/log/x.jsonl -- node"],
    [
      "beside another decision point",
      "proxy --decision-point unix:/nowhere --log /proc/agentz/x.jsonl -- node",
    ],
    ["a new project", "init /proc/agentz/x"],
    ["the log of a hook", `hook claude-code --candidate ${policies} --log /proc/agentz/x.jsonl`],
    ["an output", "trace stats traces/sample.jsonl -o /proc/agentz/x.json"],
    ["the folder of a cache", `replay --candidate ${policies} --trace traces/sample.jsonl`],
  ])("%s: a command ends", (_, line) => {
    const done = spawnSync(process.execPath, [join(ROOT, "bin/agentz.js"), ...line.split(" ")], {
      cwd: ROOT,
      env: { PATH: process.env["PATH"] ?? "", XDG_CACHE_HOME: "/proc/agentz/cache" },
      input: JSON.stringify(CALL),
      timeout: 300_000,
      killSignal: "SIGKILL",
      encoding: "utf8",
    });
    expect(done.signal).toBeNull();
    expect(done.stderr).not.toMatch(/internal error/);
  });
});

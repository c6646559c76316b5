import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { agentz, ROOT } from "../e2e/agentz.ts";

const folder = mkdtempSync(join(tmpdir(), "agentz-bench-page-"));
for (const name of ["policies", "traces", "agentz.yaml"])
  cpSync(join(ROOT, name), join(folder, name), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

const commands = [
  ...readFileSync(join(ROOT, "docs/bench.md"), "utf8").matchAll(/^\| `agentz ([^`]+)` \|/gm),
].map(([, line]) => line ?? "");

describe("every command of docs/bench.md runs", () => {
  test("there are five", () => expect(commands).toHaveLength(5));
  test.each(commands)("agentz %s", (line) => {
    const done = agentz(line.split(" "), { cwd: folder });
    expect([done.status, done.stderr]).toEqual([0, ""]);
    expect(done.stdout !== "" || existsSync(join(folder, "bench.md"))).toBe(true);
  });
});

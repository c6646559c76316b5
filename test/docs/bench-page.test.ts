import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { agentz, EVENTS, jsonl, POLICY, ROOT, scratch } from "../e2e/agentz.ts";

// small, since each run decides ten thousand calls whatever the trace
const folder = scratch({
  "agentz.yaml": "candidate: [policies/refunds.yaml]\ntrace: [traces]\n",
  "policies/refunds.yaml": POLICY,
  "traces/t.jsonl": jsonl(EVENTS),
});
for (const name of ["policies/catalog.yaml", "policies/baseline", "policies/domains.csv"])
  cpSync(join(ROOT, name), join(folder, name), { recursive: true });

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

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../e2e/agentz.ts";

const page = readFileSync(join(ROOT, "docs/performance.md"), "utf8");

test("docs/performance.md names every row of the benchmark in its order, and no other", () => {
  const listed = execFileSync(process.execPath, ["scripts/bench.mjs", "--list"], { cwd: ROOT, encoding: "utf8" });
  const rows = [...listed.matchAll(/^\S+/gm)].map(([name]) => name);
  const named = [...page.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = ""]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(named).toEqual(rows);
});

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/fuzzing.md"), "utf8");

describe("the commands of docs/fuzzing.md", () => {
  it.each(
    [...PAGE.matchAll(/^npm run (fuzz|faults) -- (.+)$/gm)].map(
      ([, name = "", args = ""]) => [name, args] as const,
    ),
  )(
    "npm run %s -- %s",
    (name, args) => {
      const script = name === "fuzz" ? "scripts/fuzz.mjs" : "scripts/seeded-faults.mjs";
      const { status, stdout } = spawnSync(
        process.execPath,
        [join(ROOT, script), ...args.split(" ")],
        { cwd: ROOT, encoding: "utf8" },
      );
      expect(stdout).toMatch(
        name === "fuzz"
          ? /no disagreement, seeds 1 to \d+/
          : /1 of 1 faults found within 60 s each/,
      );
      expect(status).toBe(0);
    },
    300_000,
  );

  it("are three", () => {
    expect(PAGE.match(/^npm run (fuzz|faults)/gm)).toHaveLength(3);
  });
});

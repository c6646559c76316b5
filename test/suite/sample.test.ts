import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { TestResult } from "../../src/documents/test-result.ts";
import { run } from "./run-command.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("design 8.3: the sample's suites reach every rule and outcome, kill every decided mutant, and " +
  "leave at most 5% undecided", {
  timeout: 600_000,
}, async () => {
  const { status, stdout } = await run(
    root,
    "test",
    "--min-coverage",
    "1",
    "--min-mutation",
    "1",
    "--format",
    "json",
  );
  const { summary, coverage, mutation, gate }: TestResult = JSON.parse(stdout);
  expect(summary).toMatchObject({ failed: 0, errors: 0 });
  expect(coverage?.rules.uncovered).toEqual([]);
  expect(coverage?.outcomes.uncovered).toEqual([]);
  expect(mutation?.survivors).toEqual([]);
  expect(mutation?.score).toBe(100);
  expect((mutation?.undecided ?? 1) / (mutation?.total ?? 1)).toBeLessThanOrEqual(0.05);
  expect(gate.passed).toBe(true);
  expect(status).toBe(0);
});

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { TestResult } from "../../src/documents/test-result.ts";
import { run } from "./run-command.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(new URL("../../docs/agentdojo.md", import.meta.url), "utf8");

/** The commands of the page's section on tests, each as its words. */
const commands = [...page.matchAll(/^agentz (test policies\/agentdojo\/.*)$/gm)].map(([, words]) =>
  (words ?? "").split(" "),
);

test("the page tells how each level is tested", () => {
  expect(commands.map((words) => words[2])).toEqual(
    ["lean", "balanced", "strict", "request"].map((level) => `policies/agentdojo/${level}`),
  );
});

describe("the AgentDojo pack's suites, as the page runs them", () => {
  test.each(commands.map((words) => [words[2] ?? "", words] as const))(
    "%s: every rule and outcome is reached, every mutant killed or proven equal",
    { timeout: 600_000 },
    async (_, words) => {
      expect(words).toEqual(expect.arrayContaining(["--min-coverage", "--min-mutation"]));
      const { status, stdout } = await run(root, ...words, "--format", "json");
      const { summary, coverage, mutation, gate }: TestResult = JSON.parse(stdout);
      expect(summary).toMatchObject({ failed: 0, errors: 0 });
      expect([coverage?.rules.uncovered, coverage?.outcomes.uncovered]).toEqual([[], []]);
      expect([mutation?.survivors, mutation?.undecidedMutants]).toEqual([[], []]);
      const level = words[2]?.split("/").at(-1);
      expect(page).toContain(
        `| ${level} | ${summary.tests} | ${coverage?.rules.covered} of ` +
          `${coverage?.rules.total} | ${coverage?.outcomes.covered} of ` +
          `${coverage?.outcomes.total} | ${mutation?.killed} of ${mutation?.total} | ` +
          `${mutation?.equivalent} | ${mutation?.undecided} |`,
      );
      expect([status, gate.passed]).toEqual([0, true]);
    },
  );
});

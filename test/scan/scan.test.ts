import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { agentz, jsonl, ROOT, scratch } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";

const PACKS = readdirSync(join(ROOT, "policies/starter"));

describe("design 15.4: starter packs", () => {
  test("there are four", () => {
    expect(PACKS).toEqual(["coding-agent", "data-analyst", "mcp-servers", "support-agent"]);
  });

  test.each(PACKS)("%s: no findings, all covered, no mutant survives", async (pack) => {
    const cwd = scratch();
    cpSync(join(ROOT, "policies/starter", pack), join(cwd, pack), { recursive: true });
    expect((await runInProcess(cwd, {}, ["lint", pack, "--max-warnings", "0"])).status).toBe(0);
    // WHY not of the largest: its 500 mutants take longer than all that is tested here
    const mutate = pack === "coding-agent" ? [] : ["--mutate"];
    const line = ["test", pack, "--candidate", pack, "--coverage", ...mutate, "--format", "json"];
    const { status, stdout } = await runInProcess(cwd, {}, line);
    const { summary, coverage, mutation } = JSON.parse(stdout);
    expect([status, summary.failed + summary.errors]).toEqual([0, 0]);
    expect(coverage.rules.uncovered.concat(coverage.outcomes.uncovered)).toEqual([]);
    if (mutate.length > 0)
      expect([mutation.survivors, mutation.killed]).toEqual([[], mutation.total]);
  });

  test("init writes one, and it passes", async () => {
    const cwd = scratch();
    const wrote = await runInProcess(cwd, {}, ["init", "--pack", "data-analyst"]);
    expect([wrote.status, wrote.stdout]).toEqual([
      0,
      expect.stringContaining("policies/catalog.yaml"),
    ]);
    expect((await runInProcess(cwd, {}, ["test"])).status).toBe(0);
    const none = await runInProcess(cwd, {}, ["init", "--pack", "coding-agents"]);
    expect([none.status, none.stderr]).toEqual([2, expect.stringContaining("coding-agent, data")]);
  });
});

/** A session as Claude Code records it: each call with its result. */
function session(
  calls: readonly (readonly [tool: string, input: object, error?: boolean])[],
): string {
  const common = { sessionId: "s-1", cwd: "/repo", version: "2.1.0", isSidechain: false };
  return jsonl(
    calls.flatMap(([name, input, failed], i) => [
      {
        ...common,
        type: "assistant",
        uuid: `a${i}`,
        timestamp: `2026-05-0${1 + (i % 2)}T10:00:0${i}.000Z`,
        message: { role: "assistant", content: [{ type: "tool_use", id: `t${i}`, name, input }] },
      },
      {
        ...common,
        type: "user",
        uuid: `u${i}`,
        timestamp: `2026-05-0${1 + (i % 2)}T10:00:0${i}.500Z`,
        message: {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: `t${i}`, content: "ok", is_error: failed === true },
          ],
        },
        ...(failed === true && { toolDenialKind: "user-rejected" }),
      },
    ]),
  );
}
const TOKEN = `ghp_${"a1B2".repeat(9)}`;
const HOME = scratch({
  ".claude/projects/-repo/s-1.jsonl": session([
    ["Read", { file_path: "/repo/a.ts" }],
    ["Bash", { command: "ls -la" }],
    ["Read", { file_path: "/home/u/.ssh/id_rsa" }],
    ["Bash", { command: `git push https://${TOKEN}@example.com/a.git` }],
    ["Bash", { command: "git push origin main" }],
    ["Bash", { command: 'eval "$X"' }],
    ["Bash", { command: "sudo rm -rf /" }, true],
    ["Unheard", {}],
  ]),
});

describe("agentz scan", () => {
  const scan = (...args: readonly string[]) => runInProcess(HOME, { HOME }, ["scan", ...args]);

  test("says what was done that the pack would have held, the gravest first", async () => {
    const { status, stdout } = await scan("--format", "json");
    const { gravest, held, calls, days, heldPerDay, next } = JSON.parse(stdout);
    expect([status, calls, days, heldPerDay]).toEqual([0, 7, 2, 1.5]);
    expect(held).toEqual({ deny: 1, require_approval: 2, unreadable: 1, unnamed: 1 });
    expect(gravest).toMatchObject([
      { effect: "deny", what: "Read", rules: ["coding-agent/secrets"], calls: 1 },
      { effect: "require_approval", what: "Bash: git push …", calls: 2, example: { args: null } },
      { what: "Bash: eval …", rules: [] },
    ]);
    expect(next).toBe("agentz init --pack coding-agent");
  });

  test("fits on a screen, and shows arguments only where they are asked for, without secrets", async () => {
    const plain = (await scan()).stdout;
    expect(plain.split("\n").length).toBeLessThan(25);
    expect(plain).not.toMatch(/origin|id_rsa|ghp_/);
    expect(plain).toContain("make policies of it: agentz init --pack coding-agent");
    const shown = (await scan("--details")).stdout;
    expect(shown).toContain("git push https://****");
    expect(shown).not.toContain("ghp_");
  });

  test("where nothing was recorded it says what it looks for; paths name others", async () => {
    const empty = scratch();
    const none = await runInProcess(empty, { HOME: empty }, ["scan"]);
    expect([none.status, none.stderr]).toEqual([2, expect.stringContaining("Claude Code, Codex")]);
    const there = await runInProcess(empty, { HOME: empty }, ["scan", join(HOME, ".claude")]);
    expect(there.stdout).toContain("7 calls in 1 session");
  });

  test("the packs are found by what is built", () => {
    expect(agentz(["scan", join(HOME, ".claude")], { cwd: HOME }).status).toBe(0);
  });
});

import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { agentz, jsonl, ROOT, scratch } from "../e2e/agentz.ts";
import { wrapText } from "../../src/report/wrap.ts";
import { prettyScan } from "../../src/report/scan/pretty.ts";
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
    const none = await runInProcess(cwd, {}, ["init", "--pack", "nothing"]);
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
    const { gravest, held, recorded, calls, days, heldPerDay, next, ...rest } = JSON.parse(stdout);
    expect([status, recorded, calls, days, heldPerDay]).toEqual([0, 8, 7, 2, 2.5]);
    expect(rest).toMatchObject({
      agents: [{ name: "Claude Code", calls: 7 }],
      unnamed: [{ tool: "Unheard", calls: 1 }],
      more: { kinds: 0, calls: 0 },
    });
    expect(held).toEqual({ deny: 1, require_approval: 2, unreadable: 1, unnamed: 1 });
    expect(gravest).toMatchObject([
      { effect: "deny", what: "Read", rules: ["coding-agent/secrets"], calls: 1 },
      { effect: "require_approval", what: "Bash: git push …", calls: 2, example: { args: null } },
      { what: "Bash: eval …", rules: [] },
    ]);
    expect(next).toBe("agentz init guard --pack coding-agent");
  });

  test("fits on a screen, and shows arguments only where they are asked for, without secrets", async () => {
    const plain = (await scan()).stdout;
    expect(plain.split("\n").length).toBeLessThan(25);
    expect(plain).not.toMatch(/origin|id_rsa|ghp_/);
    expect(plain).toContain("make policies of it: agentz init guard --pack coding-agent");
    const shown = (await scan("--details")).stdout;
    expect(shown).toContain("git push https://****");
    expect(shown).not.toContain("ghp_");
  });

  test("where nothing was recorded it says what it looks for; paths name others", async () => {
    const empty = scratch();
    const none = await runInProcess(empty, { HOME: empty }, ["scan"]);
    expect([none.status, none.stderr]).toEqual([2, expect.stringContaining("Claude Code, Codex")]);
    const there = await runInProcess(empty, { HOME: empty }, ["scan", join(HOME, ".claude")]);
    expect(there.stdout).toMatch(
      /^8 calls in 1 session, 2026-05-01 to 2026-05-02; 1 of them did not run\n/,
    );
  });

  test("counts what a replay of the same sessions counts", async () => {
    const trace = join(HOME, ".claude");
    const pack = join(ROOT, "policies/starter/coding-agent");
    const { recorded, sessions } = JSON.parse((await scan(trace, "--format", "json")).stdout);
    const args = ["--from", "claude-code", "--baseline", "recorded", "--format", "json"];
    const replayed = await runInProcess(HOME, {}, [
      "replay",
      "--trace",
      trace,
      "--candidate",
      pack,
      ...args,
    ]);
    expect(JSON.parse(replayed.stdout).trace).toMatchObject({ calls: recorded, sessions });
  });

  test("sums up all that it would have stopped, and says what it does not show", async () => {
    const { stdout } = await scan();
    expect(stdout).toContain(
      [
        "the pack coding-agent would have denied 2 calls and held 3 for an approval:",
        "  2.5 a day, on 2 days with calls",
        "  of the denied, 1 for tools that the pack does not name:",
        "    Unheard (1)",
        "  of the held, 1 because agentz cannot read the shell line",
      ].join("\n"),
    );
    const kinds = ["a", "b", "c", "d", "e", "f", "g"].map((name): readonly [string, object] => [
      name.toUpperCase(),
      { path: "/repo/.env" },
    ]);
    const home = scratch({ ".claude/projects/-repo/s.jsonl": session(kinds) });
    const many = await runInProcess(home, { HOME: home }, ["scan"]);
    expect(many.stdout).toContain("5. E  (1 call, denied)");
    expect(many.stdout).toContain("… 2 more kinds with 2 calls: --details");
    const all = await runInProcess(home, { HOME: home }, ["scan", "--details"]);
    expect(all.stdout).toContain("7. G  (1 call, denied)");
    expect(all.stdout).not.toContain("more kinds");
    const tools = kinds.map(([name]): readonly [string, object] => [name, {}]);
    const unnamed = scratch({ ".claude/projects/-repo/s.jsonl": session(tools) });
    const told = await runInProcess(unnamed, { HOME: unnamed }, ["scan"]);
    expect(told.stdout).toContain("would have denied 7 calls and held 0 for an approval");
    expect(told.stdout).toContain("A (1), B (1), C (1), D (1), E (1), and 2 more");
  });

  test("where all is allowed it says only that", async () => {
    const home = scratch({
      ".claude/projects/-repo/s.jsonl": session([["Read", { file_path: "/repo/a.ts" }]]),
    });
    const { stdout } = await runInProcess(home, { HOME: home }, ["scan"]);
    expect(stdout).toBe(
      "1 call in 1 session of Claude Code, 2026-05-01 to 2026-05-01\n\n" +
        "the pack coding-agent would have allowed every call\n\n" +
        "make policies of it: agentz init guard --pack coding-agent\n",
    );
  });

  test("where no call was recorded, or none ran, it does not say that all is allowed", async () => {
    const files = {
      "prompts.jsonl": jsonl([
        {
          type: "user",
          sessionId: "s",
          uuid: "u",
          timestamp: "2026-05-01T10:00:00.000Z",
          message: { role: "user", content: "hello" },
        },
      ]),
      "other.jsonl": '{"id":"p","kind":"note"}\n',
      "refused.jsonl": session([["Bash", { command: "sudo rm -rf /" }, true]]),
    };
    const cwd = scratch(files);
    const run = (name: string) => runInProcess(cwd, {}, ["scan", name]);
    const [prompts, other, refused] = [
      await run("prompts.jsonl"),
      await run("other.jsonl"),
      await run("refused.jsonl"),
    ];
    expect([prompts.status, prompts.stdout, prompts.stderr.split("\n")[0]]).toEqual([
      2,
      "",
      "agentz: no call was found in 1 file",
    ]);
    expect([other.status, other.stderr.split("\n")[0]]).toEqual([
      2,
      "agentz: no call was found in 1 file: 1 record could not be read",
    ]);
    expect([refused.status, refused.stdout]).toEqual([
      0,
      expect.stringContaining(
        "none of the calls ran, so the pack coding-agent had nothing to stop",
      ),
    ]);
  });

  test("the command that it names works, and names the commands to go on with", async () => {
    const cwd = scratch();
    const { stdout } = await runInProcess(cwd, {}, ["init", "guard", "--pack", "coding-agent"]);
    expect(stdout).toBe(
      "wrote guard/agentz.yaml\nwrote guard/policies/policy.yaml\nwrote guard/tests/coding-agent.yaml\n\n" +
        "next: cd guard && agentz lint && agentz test\n",
    );
    for (const command of ["lint", "test"])
      expect((await runInProcess(join(cwd, "guard"), {}, [command])).status).toBe(0);
  });

  test.each([
    [40, 40],
    [80, 80],
    [200, 200],
    [undefined, 1000],
  ])(
    "lines are wrapped to the %s columns of a terminal, and whole elsewhere",
    async (columns, most) => {
      const { stdout } = await scan("--details", "--format", "json");
      const document = JSON.parse(stdout);
      const [first] = document.gravest;
      document.gravest = [{ ...first, reason: "why ".repeat(200) }];
      const whole = prettyScan(document);
      const text = columns === undefined ? whole : wrapText(whole, columns);
      // a word that is longer than the terminal is broken
      expect(text.replace(/\s+/g, "")).toBe(whole.replace(/\s+/g, ""));
      const longest = Math.max(
        ...text
          .split("\n")
          .filter((line) => /\S\s+\S/.test(line))
          .map((line) => line.length),
      );
      if (columns === undefined) expect(longest).toBeGreaterThan(most - 300);
      else expect(longest).toBeLessThanOrEqual(most);
    },
  );

  test("the packs are found by what is built", () => {
    expect(agentz(["scan", join(HOME, ".claude")], { cwd: HOME }).status).toBe(0);
  });
});

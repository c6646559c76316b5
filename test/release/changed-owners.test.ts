import { describe, expect, test } from "vitest";
import { scratch } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";

const catalog = (owner: string): string =>
  `apiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\nagents:\n` +
  `  - { id: bot, owner: ${owner}, purpose: helps, status: commissioned }\n`;

test("the owner of an agent goes from somebody to somebody, and no decision changes", async () => {
  const cwd = scratch({ "a.yaml": catalog("sales"), "b.yaml": catalog("care") });
  const { stdout } = await runInProcess(cwd, {}, ["diff", "a.yaml", "b.yaml"]);
  expect(stdout).toContain("agent `bot`: its owner goes from `sales` to `care`");
});

describe("owners of policies and invariants, which no digest covers", () => {
  const policy = (owner: string): string =>
    `apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\n${owner}rules:\n` +
    `  - { id: a, effect: allow, actions: ["crm/get"] }\n`;
  const cwd = scratch({
    "a.yaml": policy("owner: sales\n"),
    "b.yaml": policy("owner: care\n"),
    "c.yaml": policy(""),
  });
  const told = "Somebody else answers: the policy `p` goes from `sales` to";

  test.each([
    ["b.yaml", `${told} \`care\``],
    ["c.yaml", `${told} nobody`],
  ])("are told by diff and ci: %s", async (after, words) => {
    const { stdout } = await runInProcess(cwd, {}, ["diff", "a.yaml", after]);
    expect(stdout).toBe(`a.yaml and ${after} have the same meaning\n  ${words}\n`);
    const sides = ["--baseline", "a.yaml", "--candidate", after];
    const ci = await runInProcess(cwd, {}, ["ci", ...sides]);
    expect(ci.stdout).toContain(`note: ${words}`);
    const comment = await runInProcess(cwd, {}, ["ci", ...sides, "--format", "markdown"]);
    expect(comment.stdout).toContain(`\n${words.replace("-", "\\-")}.\n`);
  });

  test("are told of agents by the comment, too, and once by diff", async () => {
    const agents = scratch({ "a.yaml": catalog("sales"), "b.yaml": catalog("care") });
    const sides = ["--baseline", "a.yaml", "--candidate", "b.yaml", "--format", "markdown"];
    const { stdout } = await runInProcess(agents, {}, ["ci", ...sides]);
    expect(stdout).toContain("the agent `bot` goes from `sales` to `care`.");
    const diff = await runInProcess(agents, {}, ["diff", "a.yaml", "b.yaml"]);
    expect(diff.stdout.match(/`sales`/g)).toHaveLength(1);
  });

  test("stay silent where they are as before, and of what is new or gone", async () => {
    const { stdout } = await runInProcess(cwd, {}, [
      "diff",
      "a.yaml",
      "a.yaml",
      "--format",
      "json",
    ]);
    expect(JSON.parse(stdout)).not.toHaveProperty("owners");
  });
});

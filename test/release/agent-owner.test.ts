import { expect, test } from "vitest";
import { scratch } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";

test("the owner of an agent goes from somebody to somebody, and no decision changes", async () => {
  const catalog = (owner: string): string =>
    `apiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\nagents:\n` +
    `  - { id: bot, owner: ${owner}, purpose: helps, status: commissioned }\n`;
  const cwd = scratch({ "a.yaml": catalog("sales"), "b.yaml": catalog("care") });
  const { stdout } = await runInProcess(cwd, {}, ["diff", "a.yaml", "b.yaml"]);
  expect(stdout).toContain("agent `bot`: its owner goes from `sales` to `care`");
});

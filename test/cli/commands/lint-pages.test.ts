import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CODES } from "../../../src/diagnostics/codes.ts";
import { hideSecrets } from "../../../src/text/hide-secrets.ts";
import { ROOT, scratch } from "../../e2e/agentz.ts";
import { runInProcess } from "../../e2e/in-process.ts";

describe("agentz lint --explain", () => {
  test("shows the page of every code", async () => {
    for (const code of Object.keys(CODES)) {
      const { status, stdout } = await runInProcess(scratch(), {}, ["lint", "--explain", code]);
      expect([status, stdout]).toEqual([
        0,
        hideSecrets(readFileSync(join(ROOT, "docs/lint", `${code}.md`), "utf8")),
      ]);
    }
  });

  test("as JSON", async () => {
    const args = ["lint", "--explain", "wildcard-allow", "--format", "json"];
    const { stdout } = await runInProcess(scratch(), {}, args);
    expect(JSON.parse(stdout)).toMatchObject({
      command: "lint",
      code: "wildcard-allow",
      title: CODES["wildcard-allow"],
      page: expect.stringContaining("# wildcard-allow"),
    });
  });

  test.each([
    ["wildcard-alow", "did you mean `wildcard-allow`?"],
    ["../../README", "`agentz lint --rules` lists them"],
    ["constructor", "`agentz lint --rules` lists them"],
  ])("%s is no code", async (code, help) => {
    const { status, stderr } = await runInProcess(scratch(), {}, ["lint", "--explain", code]);
    expect(status).toBe(2);
    expect(stderr).toContain(help);
  });
});

describe("agentz lint --print-config", () => {
  test("design 11.7: names the file found above, with its paths seen from here", async () => {
    const cwd = scratch();
    const below = join(cwd, "below");
    mkdirSync(below);
    mkdirSync(join(cwd, ".git"));
    writeFileSync(
      join(cwd, "agentz.yaml"),
      "candidate: [policies]\nlint: { rules: { missing-owner: off } }\n",
    );
    const { status, stdout } = await runInProcess(below, {}, ["lint", "--print-config"]);
    expect([status, stdout]).toEqual([
      0,
      "# ../agentz.yaml\ncandidate:\n  - ../policies\nlint:\n  rules:\n    missing-owner: off\n",
    ]);
  });

  test("says where there is none", async () => {
    const cwd = scratch();
    mkdirSync(join(cwd, ".git"));
    const { stdout } = await runInProcess(cwd, {}, ["lint", "--print-config"]);
    expect(stdout).toBe("# there is no agentz.yaml\n");
  });
});

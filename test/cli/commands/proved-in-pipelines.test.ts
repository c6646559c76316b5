import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scratch } from "../../e2e/agentz.ts";
import { runInProcess } from "../../e2e/in-process.ts";

const SET = (amount: string, when = "args.amount > 100.0"): string => `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules: [{ id: pay, effect: allow, actions: [bank/pay], when: "args.amount <= ${amount}" }]
---
apiVersion: agentz/v1
kind: Invariant
name: money
version: 1.0.0
rules:
  - { id: small-only, never: { actions: [bank/pay], when: "${when}" } }
`;
const TRACE = JSON.stringify({
  id: "1",
  session: "s",
  time: "2026-05-18T09:00:00Z",
  subject: { type: "agent", id: "a" },
  action: { kind: "tool_call", server: "bank", name: "pay" },
  args: { amount: 40 },
});

function project(set: string, config = ""): string {
  return scratch({
    "policies/set.yaml": set,
    "t.jsonl": `${TRACE}\n`,
    "agentz.yaml": `candidate: [policies]\n${config}`,
  });
}

describe("design 17.2: invariants are a part of ci", () => {
  const ODD = "args.to.matches('^[a-z]{9}7$')";
  test.each([
    ["proved", SET("100.0"), "", "passed"],
    ["refuted", SET("200.0"), "", "failed"],
    ["cannot tell", SET("100.0", ODD), "", "passed"],
    [
      "cannot tell, asked to fail",
      SET("100.0", ODD),
      "analyze: { fail_on: cannot-tell }",
      "failed",
    ],
  ])("%s", async (_, set, config, said) => {
    const status = said === "passed" ? 0 : 1;
    const cwd = project(set, config);
    const done = await runInProcess(cwd, {}, ["ci", "--require", "analyze", "--output", "json=-"]);
    const { steps, analyze } = JSON.parse(done.stdout);
    const step = steps.find(({ name }: { name: string }) => name === "analyze");
    expect([done.status, step.status]).toEqual([status, said]);
    expect(analyze.answers[0]).toMatchObject({ id: "money/small-only", line: 12, ms: null });
    expect((await runInProcess(cwd, {}, ["analyze"])).status).toBe(status);
  });

  test("every format names the session that breaks one", async () => {
    const outputs = ["pretty", "markdown", "github", "junit"];
    const cwd = project(SET("200.0"));
    const flags = outputs.flatMap((format) => ["--output", `${format}=${format}.txt`]);
    await runInProcess(cwd, {}, ["ci", ...flags]);
    for (const format of outputs)
      expect(readFileSync(join(cwd, `${format}.txt`), "utf8")).toMatch(
        /money\/small\\?-only[^]*calls bank\/pay with/,
      );
  });

  test("a set without invariants is skipped, and fails where it is required", async () => {
    const cwd = project(SET("100.0").replace(/---[^]*$/, ""));
    const { stdout } = await runInProcess(cwd, {}, ["ci", "--output", "json=-"]);
    expect(JSON.parse(stdout).steps).toContainEqual({
      name: "analyze",
      status: "skipped",
      summary: "the candidate has no `kind: Invariant`",
      help: null,
    });
    expect((await runInProcess(cwd, {}, ["ci", "--require", "analyze"])).status).toBe(1);
  });

  test("`analyze` of agentz.yaml takes nothing else", async () => {
    const { status, stderr } = await runInProcess(
      project(SET("100.0"), "analyze: { fail_on: refuted }"),
      {},
      ["analyze"],
    );
    expect([status, stderr]).toEqual([2, expect.stringContaining("fail_on: cannot-tell")]);
  });
});

test.each(["html", "markdown", "pretty", "json"])(
  "design 17.2: the report says what is proved (%s)",
  async (format) => {
    const cwd = project(SET("200.0"));
    const argv = ["report", "--trace", "t.jsonl", "--baseline", "recorded", "--format", format];
    const { status, stdout } = await runInProcess(cwd, {}, argv);
    expect(status).toBe(0);
    expect(stdout).toMatch(/1 refuted|"refuted": 1/);
  },
);

test("design 10.3: a bundle holds an invariant and its proof, and is analyzed like its files", async () => {
  const cwd = project(SET("100.0"));
  const build = ["bundle", "build", "--evidence", "analyze", "--output", "b.agentz"];
  expect((await runInProcess(cwd, {}, build)).status).toBe(0);
  expect(readFileSync(join(cwd, "b.agentz"), "utf8")).toContain("small-only");
  await runInProcess(cwd, {}, ["bundle", "keygen", "k"]);
  await runInProcess(cwd, {}, ["bundle", "sign", "b.agentz", "--key", "k.pem"]);
  const verify = ["bundle", "verify", "b.agentz", "--key", "k.pub.pem", "--require", "analyze"];
  expect((await runInProcess(cwd, {}, verify)).status).toBe(0);
  const argv = ["analyze", "--candidate", "b.agentz", "--format", "json"];
  const { summary } = JSON.parse((await runInProcess(cwd, {}, argv)).stdout);
  expect(summary).toEqual({ proved: 1, refuted: 0, cannotTell: 0 });
  const broken = project(SET("200.0"));
  const refused = await runInProcess(broken, {}, build);
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining("analyze failed")]);
});

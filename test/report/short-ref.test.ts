import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { shortRef } from "../../src/report/short-ref.ts";
import { EVENTS, jsonl, POLICY, scratch } from "../e2e/agentz.ts";
import { git, run } from "../node/repositories.ts";

const WHOLE = "0123456789abcdef0123456789abcdef01234567";

test.each([
  [`git:${WHOLE}`, "git:0123456789ab"],
  [
    `git:${WHOLE}:policies git:${WHOLE}0123456789abcdef01234567`,
    "git:0123456789ab:policies git:0123456789ab",
  ],
  [`git:${WHOLE}-branch`, `git:${WHOLE}-branch`],
  [`git:v${WHOLE}`, `git:v${WHOLE}`],
  [WHOLE, WHOLE],
])("%s is shown as %s", (ref, shown) => {
  expect(shortRef(ref)).toBe(shown);
});

test("no head shows a whole commit, and what it shows can be given again", async () => {
  const cwd = scratch({
    "set/p.yaml": POLICY,
    "t.jsonl": jsonl(EVENTS),
    "agentz.yaml": "candidate: [set]\ntrace: [t.jsonl]\n",
  });
  process.chdir(cwd);
  git(cwd, "init", "-q", "-b", "main");
  git(cwd, "add", ".");
  git(cwd, "commit", "-qm", "one");
  const whole = git(cwd, "rev-parse", "HEAD");
  const short = `git:${whole.slice(0, 12)}`;
  const event = String(EVENTS[0]?.id);
  writeFileSync(join(cwd, "set/p.yaml"), POLICY.replace("effect: allow", "effect: deny"));
  for (const words of [
    ["replay", "--baseline"],
    ["replay", "--format", "markdown", "--baseline"],
    ["diff"],
    ["explain", event, "--baseline"],
    ["version", "check", "--base"],
  ]) {
    const { stdout, stderr } = await run(cwd, ...words, `git:${whole}`);
    expect(stderr).toBe("");
    expect(stdout).toContain(short);
    // a command to copy has what was given
    const lines = stdout.split("\n").filter((line) => !/agentz \w+ .*--baseline/.test(line));
    expect(lines.join("\n")).not.toContain(whole);
  }
  const again = await run(cwd, "replay", "--baseline", short, "--format", "json");
  expect(again.status).toBe(0);
});

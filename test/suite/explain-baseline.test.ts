import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { ExplainResult } from "../../src/documents/explain-result.ts";
import type { DecisionLine } from "../../src/documents/replay-result.ts";
import { scratch } from "../e2e/agentz.ts";
import { git } from "../node/repositories.ts";
import { run } from "./run-command.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

async function explained(cwd: string, ...argv: readonly string[]): Promise<ExplainResult> {
  const { status, stdout, stderr } = await run(cwd, "explain", ...argv, "--format", "json");
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

const policy = (effect: string, id: string): string => `apiVersion: agentz/v1
kind: Policy
name: desk
version: 1.0.0
rules:
  - { id: ${id}, effect: ${effect}, actions: [mail/send] }
`;
const call =
  '{"id":"s/1","session":"s","time":"2026-05-18T09:00:00Z","subject":{"type":"agent","id":"a"},' +
  '"action":{"server":"mail","name":"send"},"decision":{"effect":"deny","rule":"old/stop"}}\n';
const files = {
  "new.yaml": policy("allow", "may-send"),
  "old.yaml": policy("deny", "no-mail"),
  "t.jsonl": call,
  "r.yaml":
    "{ subject: { type: agent, id: a }, action: { server: mail, name: send }, complete: [] }",
};
const ASKED = ["s/1", "--trace", "t.jsonl", "--candidate", "new.yaml"];

describe("agentz explain shows both versions of a call", () => {
  test("design 7.4, 7.5: what it says of a change is what a replay says, for each call of the sample that changes", {
    timeout: 400_000,
  }, async () => {
    const log = `${scratch({})}/decisions.jsonl`;
    await run(root, "replay", "--decisions", log, "--format", "json");
    const lines: readonly DecisionLine[] = readFileSync(log, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const changed = lines.filter((line) => line.class !== "unchanged");
    expect(changed.length).toBeGreaterThan(30);
    expect(changed.some(({ direct }) => direct === false)).toBe(true);
    expect(changed.some((line) => line.class === "unreachable")).toBe(true);
    const direct = changed.filter((line) => line.direct === true);
    const asked = [
      ...changed.filter((line) => !direct.includes(line)),
      ...direct.slice(0, 6),
      ...lines.filter((line) => line.class === "unchanged").slice(0, 3),
    ];
    for (const { id, class: change, direct: isDirect, baseline } of asked) {
      const result = await explained(root, id);
      const { effect, permitted, indeterminate, rules } = result.baseline ?? {};
      expect({ id, class: result.baseline?.class, direct: result.baseline?.direct }).toEqual({
        id,
        class: change,
        direct: isDirect,
      });
      expect({ effect, permitted, indeterminate, rules }).toEqual(baseline);
    }
  });

  test("the screen names both decisions, and the rule that decided in each", async () => {
    const folder = scratch(files);
    const { stdout } = await run(folder, "explain", ...ASKED, "--baseline", "old.yaml");
    expect(stdout).toContain(`s/1: ▲ widened: deny -> allow
  baseline   deny (old.yaml)
             by desk/no-mail at old.yaml:6
  candidate  allow (new.yaml)
             by desk/may-send at new.yaml:6
`);
    expect(stdout).toMatch(/rules of the baseline .*\n\* desk\/no-mail \(deny\): matched/);
    expect(stdout).toMatch(/rules of the candidate .*\n\* desk\/may-send \(allow\): matched/);
  });

  test("outside a repository the baseline is what was recorded, as for a replay (design 7.3)", async () => {
    const folder = scratch(files);
    const result = await explained(folder, ...ASKED);
    expect(result.baseline).toMatchObject({
      ref: "recorded",
      class: "widened",
      effect: "deny",
      rules: ["old/stop"],
      decision: null,
    });
  });

  test("the same policies are named as such", async () => {
    const { stdout } = await run(scratch(files), "explain", ...ASKED, "--baseline", "new.yaml");
    expect(stdout).toContain("  = unchanged: the baseline new.yaml has the same policies\n");
  });

  test("a request is decided by both versions; nothing was recorded of it", async () => {
    const folder = scratch(files);
    const now = ["--now", "2026-05-18T09:00:00Z"];
    const asked = ["explain", "r.yaml", "--candidate", "new.yaml", ...now, "--format", "json"];
    const alone = await run(folder, ...asked);
    expect(JSON.parse(alone.stdout)).toMatchObject({ baseline: null });
    const both = await run(folder, ...asked, "--baseline", "old.yaml");
    expect(JSON.parse(both.stdout)).toMatchObject({
      baseline: { class: "widened", effect: "deny", rules: ["desk/no-mail"] },
    });
    const recorded = await run(folder, ...asked, "--baseline", "recorded");
    expect(recorded.status).toBe(2);
    expect(recorded.stderr).toContain("a request has none");
  });

  test("a baseline that does not load is an error where somebody named it, and else told", async () => {
    const old = { "new.yaml": "kind: Policy\n", "old.yaml": "kind: Policy\n" };
    const folder = scratch(old);
    git(folder, "init", "-q", "-b", "main");
    git(folder, "add", ".");
    git(folder, "commit", "-qm", "base");
    for (const [name, text] of Object.entries({ ...files, ...old, "new.yaml": files["new.yaml"] }))
      writeFileSync(join(folder, name), text);
    const told = await run(folder, "explain", ...ASKED);
    expect(told.status).toBe(0);
    expect(told.stdout).toContain("s/1: allow\n");
    expect(told.stderr).toMatch(
      /^agentz: not compared with a baseline: the policy set `git:.*` does not load/,
    );
    const refused = await run(folder, "explain", ...ASKED, "--baseline", "old.yaml");
    expect(refused.status).toBe(2);
    writeFileSync(join(folder, "agentz.yaml"), "baseline: [old.yaml]\n");
    expect((await run(folder, "explain", ...ASKED)).status).toBe(2);
  });
});

import { describe, expect, test } from "vitest";
import type { ExplainResult } from "../../src/documents/explain-result.ts";
import { scratch } from "../e2e/agentz.ts";
import { run } from "./run-command.ts";

const RULES = {
  quiet: `{ id: quiet, effect: deny, when: "size(args.text) > 9 || args.n > 1.0", reason: it is loud }`,
  known: `{ id: known, effect: deny, when: "args.list[5] == 'x'", reason: it is on the list }`,
  late: `{ id: late, effect: deny, when: "args.list[5] == 'y'", reason: it is late }`,
};

function policy(...rules: readonly (keyof typeof RULES)[]): string {
  return `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
  - { id: open, effect: allow }
${rules.map((name) => `  - ${RULES[name]}\n`).join("")}`;
}

const REQUEST = `{time: "2026-05-04T09:00:00Z", subject: {type: agent, id: a}, action: {name: x/y},
args: {list: [], n: 7, text: abc}}`;

async function explained(text: string, ...flags: readonly string[]): Promise<string> {
  const folder = scratch({ "p.yaml": text, "r.yaml": REQUEST });
  const path = `${folder}/p.yaml`;
  const told = await run(folder, "explain", "r.yaml", "--candidate", path, ...flags);
  return told.stdout;
}

describe("design 4.3, 4.4: a rule that fails to evaluate", () => {
  test("gives no reason where another rule matched", async () => {
    const text = policy("known", "quiet");
    const result: ExplainResult = JSON.parse(await explained(text, "--format", "json"));
    expect(result.decision).toMatchObject({ rules: ["p/quiet"], reason: "it is loud" });
    expect(result.deciding).toMatchObject([{ rule: "p/quiet", why: "it is loud" }]);
  });

  test("is named with its error where it alone decides, and each error is said once", async () => {
    const text = policy("known", "late");
    const result: ExplainResult = JSON.parse(await explained(text, "--format", "json"));
    expect(result.decision.reason).toMatch(/^p\/known could not be evaluated: \S/);
    const why = "it could not be evaluated, so that the strictest outcome counts";
    expect(result.deciding).toMatchObject([
      { rule: "p/known", why },
      { rule: "p/late", why },
    ]);
    const pretty = await explained(text);
    expect(pretty.match(/error in .*/g)).toEqual([
      expect.stringMatching(/^error in p\/known, p\/late: \S/),
    ]);
    expect(pretty).not.toContain("it is late");
  });
});

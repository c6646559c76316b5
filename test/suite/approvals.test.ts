import { describe, expect, test } from "vitest";
import type { TestResult } from "../../src/documents/test-result.ts";
import { scratch } from "../e2e/agentz.ts";
import { run } from "./run-command.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules: [{ id: ask, effect: require_approval, actions: [bank/pay] }]
`;
const SUITE = `apiVersion: agentz/v1
kind: Suite
name: s
fixtures: { pay: { subject: { type: agent, id: a }, action: { server: bank, name: pay } } }
`;

async function findings(tests: string): Promise<readonly string[]> {
  const ran = await run(
    scratch({ "p.yaml": POLICY, "s.yaml": `${SUITE}${tests}\n` }),
    "test",
    "p.yaml",
    "s.yaml",
    "--format",
    "json",
  );
  const parsed: TestResult = JSON.parse(ran.stdout);
  expect(ran.status).toBe(parsed.findings.length > 0 ? 1 : 0);
  return parsed.findings.map(({ line, message }) => `${line}: ${message}`);
}

const of = (context: string): string =>
  `tests: [{ name: t, call: { use: pay, context: ${context} }, expect: { permitted: false } }]`;
const NEITHER = (word: string): string =>
  `5: the decision \`${word}\` of an approval is neither \`granted\` nor \`refused\``;

describe("design 6.2: a suite writes `granted` or `refused`", () => {
  test.each([
    "denied",
    "rejected",
    "deny",
    "false",
    "Refused",
    "approved",
    "null",
    "''",
    "7",
    "[refused]",
  ])("`decision: %s` does not load", async (word) => {
    expect(
      await findings(of(`{ approvals: [{ by: human:omar, decision: ${word} }] }`)),
    ).toHaveLength(1);
  });
  test("with its place and what was meant", async () => {
    const folder = scratch({
      "p.yaml": POLICY,
      "s.yaml": `${SUITE}${of("{ approvals: [{ by: human:omar }, { by: human:lea, decision: denied }] }")}\n`,
    });
    const { stdout } = await run(folder, "test", "p.yaml", "s.yaml");
    expect(stdout).toContain("did you mean `refused`?");
    expect(
      await findings(
        of("{ approvals: [{ by: human:omar }, { by: human:lea, decision: denied }] }"),
      ),
    ).toEqual([NEITHER("denied")]);
  });
  test("in fixtures and matrices too", async () => {
    expect(
      await findings(
        `tests: [{ name: t, call: { use: pay }, matrix: { "context.approvals[0].decision": ` +
          "[granted, denied] }, expect: { permitted: false } }]",
      ),
    ).toEqual([NEITHER("denied")]);
    expect(
      await findings(
        "tests: [{ name: t, call: { use: pay }, matrix: { context.approvals: [[], [{ by: " +
          "human:omar, decision: ok }]] }, expect: { permitted: false } }]",
      ),
    ).toEqual([NEITHER("ok")]);
    expect(
      await findings(
        "tests: [{ name: t, call: { use: pay }, matrix: { context: [{ approvals: [{ decision: " +
          "nope }] }] }, expect: { permitted: false } }]",
      ),
    ).toEqual([NEITHER("nope")]);
  });
  test("and arguments may say what they like", async () => {
    expect(await findings(of("{ approvals: [{ by: human:omar, decision: refused }] }"))).toEqual(
      [],
    );
    expect(
      await findings(
        "tests: [{ name: t, call: { use: pay, args: { context: { approvals: [{ decision: " +
          "denied }] } } }, expect: { permitted: false } }]",
      ),
    ).toEqual([]);
  });
  test("design 8.4: a recorded decision that is neither is pinned as unrecorded, and counts alike", async () => {
    const event = {
      id: "x/1",
      session: "s",
      subject: { type: "agent", id: "a" },
      action: { server: "bank", name: "pay" },
      args: {},
      context: {
        on_behalf_of: { type: "human", id: "jane" },
        delegation: [],
        approvals: [
          { by: "human:omar", decision: null },
          { by: "human:lea", decision: "denied" },
        ],
      },
    };
    const folder = scratch({
      "p.yaml": POLICY,
      "t.jsonl": `${JSON.stringify(event)}\n`,
      "agentz.yaml": "tests: [s.yaml]\n",
    });
    const pinned = await run(
      folder,
      "test",
      "--candidate",
      "p.yaml",
      "--pin",
      `${folder}/t.jsonl`,
      "--event",
      "x/1",
      "-o",
      "s.yaml",
    );
    expect([pinned.status, pinned.stderr]).toEqual([0, expect.not.stringContaining("otherwise")]);
    const ran = await run(folder, "test", "p.yaml", "s.yaml", "--format", "json");
    expect(JSON.parse(ran.stdout)).toMatchObject({ summary: { tests: 1, passed: 1 } });
  });
});

import { expect, test } from "vitest";
import type { TestResult } from "../../src/documents/test-result.ts";
import { scratch } from "../e2e/agentz.ts";
import { run } from "./run-command.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules: [{ id: pay, effect: allow, actions: [bank/pay] }]
`;

async function findings(fixture: string): Promise<readonly string[]> {
  const suite = `apiVersion: agentz/v1
kind: Suite
name: s
fixtures: { pay: ${fixture} }
tests:
  - { name: a, call: { use: pay }, expect: { effect: allow } }
  - { name: b, call: { use: pay, args: { n: 1 } }, expect: { effect: allow } }
  - { name: c, call: { action: { name: x } }, matrix: { use: [pay] }, expect: { effect: deny } }
`;
  const ran = await run(
    scratch({ "p.yaml": POLICY, "s.yaml": suite }),
    ...["test", "p.yaml", "s.yaml", "--format", "json"],
  );
  expect(ran.status).toBe(1);
  const result: TestResult = JSON.parse(ran.stdout);
  return result.findings.map(({ line, message, help }) => `${line}: ${message} | ${help ?? ""}`);
}

test.each([
  [
    "{ action: bank/pay }",
    "4: expected a map, but found text (`bank/pay`) | write `action: { server: bank, name: pay }`",
  ],
  [
    "{ subject: agent:bot }",
    "4: expected a map, but found text (`agent:bot`) | write `subject: { type: agent, id: bot }`",
  ],
  ["{ subject: bot }", "4: expected a map, but found text (`bot`) | "],
  ["{ use: nope }", "4: there is no fixture `nope` | "],
  ["{ use: pay }", "4: the fixture `pay` uses itself | "],
  ["{ subjct: { id: a } }", "4: a call has no field `subjct` | did you mean `subject`?"],
])(
  "a fixture with a fault is told once, and not as one that does not exist: %s",
  async (one, said) => {
    const found = await findings(one);
    expect(found.map((text) => text.replace("known here: pay", "did you mean `pay`?"))).toEqual([
      said,
    ]);
  },
);

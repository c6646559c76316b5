import { describe, expect, test } from "vitest";
import type { DecideResult, UncountedApproval } from "../../src/documents/decide-result.ts";
import type { ExplainResult } from "../../src/documents/explain-result.ts";
import type { TestResult } from "../../src/documents/test-result.ts";
import { scratch } from "../e2e/agentz.ts";
import { run } from "./run-command.ts";

const SET = `apiVersion: agentz/v1
kind: Policy
name: pay
version: 1.0.0
rules:
  - id: big
    effect: require_approval
    actions: [bank/pay]
    when: args.amount > 100.0
    approval: { approvers: ["role:manager", "agent:checker"], quorum: 2, within: 1h }
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
people: [{ id: omar, roles: [manager] }, { id: lea, roles: [manager] }, { id: jane, roles: [clerk] }]
tools:
  - { name: pay, server: bank, effects: [pay], resource: none,
      args: { type: object, properties: { amount: { type: number } } } }
`;
const OTHER = `sha256:${"0".repeat(64)}`;
const NOW = "2026-05-18T09:00:00Z";
const CALL =
  "subject: { type: agent, id: bot }, args: { amount: 200 }, " +
  "action: { kind: mcp_request, server: bank, name: pay }";

/** A request with the approvals of a case; what it leaves out is known to be absent. */
function request(context: string): string {
  return `{ ${CALL}, time: ${NOW}, complete: [context], context: ${context} }`;
}

function suite(context: string): string {
  return `apiVersion: agentz/v1
kind: Suite
name: s
now: ${NOW}
tests:
  - { name: t, call: { ${CALL}, context: ${context} }, expect: { effect: require_approval, permitted: true } }
`;
}

interface Told {
  readonly uncounted: readonly UncountedApproval[];
  readonly pretty: string;
}

/** What three commands say of the same call: of a test, of a request, and of an explained one. */
async function told(context: string): Promise<readonly Told[]> {
  const folder = scratch({ "p.yaml": SET, "s.yaml": suite(context), "r.yaml": request(context) });
  const asked = ["--candidate", "p.yaml", "r.yaml"];
  const json = async (...argv: readonly string[]): Promise<string> =>
    (await run(folder, ...argv, "--format", "json")).stdout;
  const pretty = async (...argv: readonly string[]): Promise<string> =>
    (await run(folder, ...argv)).stdout;
  const tested: TestResult = JSON.parse(await json("test", "p.yaml", "s.yaml"));
  const decided: DecideResult = JSON.parse(await json("decide", ...asked));
  const explained: ExplainResult = JSON.parse(await json("explain", ...asked));
  return [
    {
      uncounted: tested.tests[0]?.failures[0]?.uncounted ?? [],
      pretty: await pretty("test", "p.yaml", "s.yaml"),
    },
    { uncounted: decided.uncounted, pretty: await pretty("decide", ...asked) },
    { uncounted: explained.uncounted, pretty: await pretty("explain", ...asked) },
  ];
}

const LEA = "{ by: human:lea }";

describe("design 6.1, 6.2: why an approval does not count", () => {
  test.each([
    [
      "too old",
      `{ approvals: [${LEA}, { by: human:omar, at: 2026-05-18T07:59:59Z }] }`,
      "human:omar does not count: it was given more than 1h before the call",
    ],
    [
      "later than the call",
      `{ approvals: [${LEA}, { by: human:omar, at: 2026-05-18T09:00:01Z }] }`,
      "human:omar does not count: it was given after the call",
    ],
    [
      "another role",
      `{ approvals: [${LEA}, { by: human:jane }] }`,
      "human:jane does not count: the approvers are `agent:checker`, `role:manager`",
    ],
    [
      "nobody that the catalog lists",
      `{ approvals: [${LEA}, { by: human:omer }] }`,
      "human:omer does not count: no catalog lists the person `omer`",
    ],
    [
      "whom the agent acts for",
      `{ on_behalf_of: { type: human, id: omar }, approvals: [${LEA}, { by: human:omar }] }`,
      "human:omar does not count: nobody approves what they asked for",
    ],
    [
      "another call",
      `{ approvals: [${LEA}, { by: human:omar, digest: "${OTHER}" }] }`,
      "human:omar does not count: its digest is that of another call",
    ],
    [
      "one person twice",
      `{ approvals: [${LEA}, { by: human:lea, at: 2026-05-18T08:30:00Z }] }`,
      "human:lea does not count: one person counts once",
    ],
    [
      "a refusal",
      `{ approvals: [${LEA}, { by: human:omar, decision: refused }] }`,
      "human:omar does not count: it is a refusal",
    ],
    [
      "another spelling",
      `{ approvals: [${LEA}, { by: human:Omar }] }`,
      "human:Omar does not count: `human:Omar` may be another spelling of an approver's name",
    ],
    [
      "no name",
      `{ approvals: [${LEA}, { by: omar }] }`,
      "one does not count: who gave it is unknown: `by` is no `type:id`, or unrecorded",
    ],
  ])("%s", async (_, context, line) => {
    for (const { uncounted, pretty } of await told(context)) {
      expect(uncounted.map(({ rule, by, why }) => `${rule}: ${by ?? "one"}: ${why}`)).toEqual([
        `pay/big: ${line.replace(" does not count", "")}`,
      ]);
      expect(pretty.split("\n").map((text) => text.trim())).toContain(line);
    }
  });

  test("an approval that is enough says nothing", async () => {
    for (const { uncounted } of await told(`{ approvals: [${LEA}, { by: human:omar }] }`))
      expect(uncounted).toEqual([]);
  });

  test("what an earlier call of a session used up", async () => {
    const given = "context: { approvals: [{ id: a, by: human:lea }, { id: b, by: human:omar }] }";
    const calls = [true, true].map(
      (permitted) =>
        `      - { call: { ${CALL}, ${given} }, expect: { permitted: ${permitted} } }\n`,
    );
    const text = suite("{}").replace(/ {2}- [^]*/, `  - name: t\n    session:\n${calls.join("")}`);
    const { stdout } = await run(
      scratch({ "p.yaml": SET, "s.yaml": text }),
      "test",
      "p.yaml",
      "s.yaml",
    );
    expect(stdout).toContain("human:lea does not count: an earlier call used it up");
    expect(stdout).toContain("human:omar does not count: an earlier call used it up");
  });

  test("what is not known of the call is named", async () => {
    const open = request(`{ approvals: [${LEA}, { by: human:omar }] }`).replace(
      "complete: [context], ",
      "",
    );
    const { stdout } = await run(
      scratch({ "p.yaml": SET, "r.yaml": open }),
      "decide",
      "--candidate",
      "p.yaml",
      "r.yaml",
    );
    expect(stdout).toContain(
      "human:lea does not count: it is unknown whether they asked for the call (unrecorded: context.on_behalf_of)",
    );
  });
});

import { describe, expect, it } from "vitest";
import { assemble, call, controls, type Event } from "../coverage/deployment.ts";

/** One golden case: lines of an agent's record and of the catalog, rules, and events. */
interface Given {
  readonly agent?: string;
  readonly catalog?: string;
  readonly rule?: string;
  readonly events?: readonly Event[];
}

function document({ agent, catalog }: Given): string {
  const agents = agent === undefined ? "" : `agents:\n  - { ${agent} }\n`;
  return `kind: Catalog\nname: c\nversion: 1.0.0\n${agents}${catalog ?? ""}`;
}

function policy({ rule }: Given): string {
  return (
    "kind: Policy\nname: p\nversion: 1.0.0\nrules:\n  - { " +
    `${rule ?? "id: look, effect: allow, actions: [crm/lookup]"} }`
  );
}

const A = "id: a, status: commissioned";
const TOOL = "tools: [{ name: lookup, server: crm, effects: [update], args: { type: object } }]\n";
const workload = (id: string, more: Event = {}): Event => ({
  subject: { type: "agent", id: "a", credential: { kind: "workload", id, ...more } },
});
const by = (pdp: string): Event => ({ decision: { effect: "allow", pdp } });
const whole: readonly Event[] = [
  { type: "prompt", subject: { type: "human", id: "h" } },
  call({ context: { model: { name: "m" } }, outcome: { status: "ok" } }),
  { type: "response", subject: { type: "agent", id: "a" } },
];
const signals =
  "id: tainted, effect: deny, actions: ['**'], when: 'context.signals.injection > 0.9'";
const signalled = [call({ context: { signals: { injection: 0.1 } } })];
const point =
  "decision_points: [{ id: gate, external: true, surfaces: [x] }, { id: inner, external: false, surfaces: [x] }]\n";

const CASES: readonly (readonly [control: string, met: Given, notMet: Given, noEvidence: Given])[] =
  [
    [
      "unique-identity",
      { agent: A, events: [call(workload("1"))] },
      {
        agent: A,
        events: [
          call({ subject: { type: "agent", id: "b", credential: { kind: "workload", id: "1" } } }),
        ],
      },
      { agent: A, events: [call()] },
    ],
    [
      "no-shared-credentials",
      { agent: A, events: [call(workload("1"))] },
      {
        agent: A,
        events: [
          call(workload("1")),
          call({ subject: { type: "agent", id: "b", credential: { kind: "workload", id: "1" } } }),
        ],
      },
      { agent: A, events: [call()] },
    ],
    ["registered-owner", { agent: `${A}, owner: o` }, { agent: A }, {}],
    [
      "manifest",
      {
        agent: `${A}, manifest: { tools: [{ name: crm/lookup }], sources: ['order:*'] }`,
        catalog: TOOL,
      },
      { agent: `${A}, manifest: { tools: [{ name: crm/lookup }] }`, catalog: TOOL },
      { agent: A, catalog: TOOL },
    ],
    [
      "external-enforcement",
      { catalog: point, events: [call(by("gate"))] },
      { catalog: point, events: [call(by("gate")), call(by("inner"))] },
      { events: [call(by("gate"))] },
    ],
    [
      "task-scope",
      {
        events: [
          call({
            ...workload("1", { expires: "2026-05-04T10:00:00Z" }),
            context: { task: { id: "T1" } },
          }),
        ],
      },
      {
        events: [
          call({
            ...workload("1", { expires: "2026-05-04T08:00:00Z" }),
            context: { task: { id: "T1" } },
          }),
        ],
      },
      { events: [call({ ...workload("1"), context: { task: { id: "T1" } } })] },
    ],
    [
      "behaviour-baseline",
      { agent: `${A}, manifest: { max_calls: 5, max_duration: 1h }` },
      {
        catalog:
          `agents:\n  - { ${A}, manifest: { max_calls: 5, max_duration: 1h } }\n  - { id: b, ` +
          "status: commissioned }\n",
      },
      { agent: A },
    ],
    [
      "audit-trail",
      { events: whole },
      { events: whole.slice(0, 2) },
      { events: [call({ session: "" })] },
    ],
    [
      "anomaly-response",
      { rule: `${signals}, on_deny: suspend_session`, events: signalled },
      { rule: signals, events: signalled },
      { events: signalled },
    ],
    [
      "inventory",
      { agent: `${A}, owner: o, purpose: p, manifest: { max_calls: 5 }` },
      { agent: `${A}, owner: o, manifest: { max_calls: 5 }` },
      {},
    ],
    [
      "review-cadence",
      { agent: `${A}, reviewed: 2026-05-01, review_every: 90d` },
      { agent: `${A}, reviewed: 2026-01-01, review_every: 90d` },
      { agent: A },
    ],
    [
      "decommissioning",
      { agent: `${A}, retire_when: the project ends` },
      { agent: "id: a, status: suspended, retire_when: the project ends" },
      { agent: A },
    ],
  ];

describe("the twelve controls", () => {
  for (const [control, ...given] of CASES) {
    it.each([
      ["met", given[0]],
      ["not met", given[1]],
      ["no evidence", given[2]],
    ] as const)(`${control}: %s`, (status, one) => {
      const found = controls(assemble(policy(one), document(one)).set, one.events ?? [call()]).get(
        control,
      );
      expect([found?.status, found?.evidence.length !== 0]).toEqual([status, true]);
    });
  }

  it("covers every control, three cases each", () => {
    expect(CASES.map(([id]) => id)).toEqual([
      ...controls(assemble(policy({}), document({})).set, []).keys(),
    ]);
  });

  it("takes what is known against a control before what is missing", () => {
    const found = controls(assemble(policy({}), document({ agent: A })).set, [
      call(),
      call({ subject: { type: "agent", id: "b" } }),
    ]).get("unique-identity");
    expect(found?.status).toBe("not met");
    expect(found?.evidence).toEqual([
      "1 call under an identity that no catalog lists",
      "2 calls record no credential, or no kind of credential",
    ]);
  });
});

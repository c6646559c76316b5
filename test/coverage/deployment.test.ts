import { describe, expect, it } from "vitest";
import { Latency } from "../../src/coverage/latency.ts";
import type { Breakdown } from "../../src/documents/coverage-result.ts";
import { decodeEarlier } from "../../src/coverage/earlier.ts";
import { sinceOf } from "../../src/coverage/since.ts";
import { assemble, call, cover, type Event } from "./deployment.ts";

const CATALOG = `kind: Catalog
name: c
version: 1.0.0
tools:
  - { name: lookup, server: crm, effects: [update], reversible: true, open_world: false, resource: none }
  - { name: send, server: mail, effects: [send], reversible: false, open_world: true, resource: none }
  - { name: pay, server: bank, effects: [pay], reversible: false, open_world: false, resource: none }
  - { name: read, server: vault, effects: [read], reversible: true, resource: { type: file, id: args.path } }
resources: [{ match: "file:*", classification: restricted }]
decision_points: [{ id: gate, external: true, surfaces: [mcp, spare] }]`;
const set = assemble(
  "kind: Policy\nname: p\nversion: 1.0.0\nrules:\n  - { id: look, effect: allow, actions: [crm/lookup] }",
  CATALOG,
).set;
const on = (server: string, name: string, given: Event = {}): Event =>
  call({ action: { kind: "mcp_request", server, name }, ...given });
const at = (surface: string, given: Event = {}): Event => ({ context: { surface }, ...given });

describe("design 9.7: by every dimension, and the uncovered as a list", () => {
  it("sums to the whole in every dimension", () => {
    const events = [
      on("crm", "lookup", at("mcp")),
      on("mail", "send", at("desk")),
      on("vault", "read", { args: { path: "x" } }),
      call({ subject: { type: "agent", id: "b" }, time: "2026-05-06T00:00:00Z" }),
    ];
    const body = cover(set, events);
    const parts: readonly (readonly [string, Breakdown])[] = Object.entries(body.by);
    for (const [name, part] of parts) {
      expect([
        name,
        Object.values(part).reduce((sum, { consequential }) => sum + consequential, 0),
      ]).toEqual([name, 4]);
      expect(
        Object.values(part).reduce((sum, { metrics }) => sum + metrics.policy.covered, 0),
      ).toBe(body.metrics.policy.covered);
    }
    expect(Object.keys(body.by)).toEqual([
      "agent",
      "surface",
      "server",
      "action",
      "class",
      "kind",
      "day",
    ]);
    expect(Object.keys(body.by.day)).toEqual(["2026-05-04", "2026-05-06"]);
    expect(Object.keys(body.by.class).sort()).toEqual(["none", "restricted"]);
  });

  it("lists irreversible before paying before restricted before open world, then by calls", () => {
    const events = [
      ...Array<Event>(5).fill(on("vault", "read", { args: { path: "x" } })),
      ...Array<Event>(3).fill(on("mail", "send")),
      on("bank", "pay"),
      ...Array<Event>(9).fill(on("crm", "lookup")),
      ...Array<Event>(2).fill(on("new", "tool")),
    ];
    expect(cover(set, events).uncovered.map(({ action, calls }) => [action, calls])).toEqual([
      ["bank/pay", 1],
      ["mail/send", 3],
      ["new/tool", 2],
      ["vault/read", 5],
      ["crm/lookup", 9],
    ]);
  });

  it("gives one entry for each subject, action and class, and says why", () => {
    const { uncovered } = cover(set, [
      on("mail", "send", { decision: { effect: "allow", pdp: "gate" } }),
      on("mail", "send"),
    ]);
    expect(uncovered).toHaveLength(1);
    expect(uncovered[0]).toMatchObject({
      subject: "agent:a",
      action: "mail/send",
      resourceClass: null,
      calls: 2,
      metrics: { enforcement: 1, policy: 2, identity: 2 },
    });
    expect(uncovered[0]?.why).toContain("no decision point decided it (1)");
  });

  it("keeps names such as __proto__ apart as ordinary ones", () => {
    const body = cover(set, [
      on("__proto__", "constructor", {
        subject: { type: "agent", id: "__proto__" },
        ...at("__proto__"),
      }),
    ]);
    expect(Object.keys(body.by.surface)).toEqual(["__proto__"]);
    expect(JSON.parse(JSON.stringify(body.by.surface)).__proto__.consequential).toBe(1);
  });

  it("stays bounded where a trace names ever new agents, and still counts all", () => {
    const events = Array.from({ length: 3000 }, (_, i) =>
      call({ subject: { type: "agent", id: `a${i}` } }),
    );
    const body = cover(set, events);
    expect(body.consequential).toBe(3000);
    expect(Object.keys(body.by.agent)).toHaveLength(1001);
    expect(body.by.agent["(others)"]?.consequential).toBe(2000);
    expect(body.uncovered.length + body.uncoveredRest.groups).toBe(3000);
    expect(body.uncovered.reduce((sum, { calls }) => sum + calls, body.uncoveredRest.calls)).toBe(
      3000,
    );
  });

  it("a total of 0 stays 0, never a full score", () => {
    expect(cover(set, []).metrics).toMatchObject({
      enforcement: { covered: 0, total: 0 },
      policy: { covered: 0, total: 0 },
    });
  });
});

describe("decision points, audit trail and disagreements", () => {
  const decided = (surface: string, effect: string, ms: number): Event =>
    on("crm", "lookup", { ...at(surface), decision: { effect, pdp: "gate", ms } });

  it("says which points are known, seen and covering on each surface", () => {
    const { points, surfaces } = cover(set, [
      decided("mcp", "allow", 1),
      decided("desk", "deny", 3),
      on("crm", "lookup", at("desk")),
    ]).decisionPoints;
    expect(points).toEqual([
      {
        id: "gate",
        external: true,
        surfaces: ["mcp", "spare"],
        decisions: 2,
        denied: 1,
        elsewhere: ["desk"],
      },
    ]);
    expect(surfaces).toEqual([
      { surface: "desk", calls: 2, consequential: 2, covered: 1, known: [], seen: ["gate"] },
      { surface: "mcp", calls: 1, consequential: 1, covered: 1, known: ["gate"], seen: ["gate"] },
      { surface: "spare", calls: 0, consequential: 0, covered: 0, known: ["gate"], seen: [] },
    ]);
  });

  it("gives decisions a minute, denials and exact percentiles", () => {
    const events = Array.from({ length: 100 }, (_, i) => ({
      ...decided("mcp", i === 0 ? "deny" : "allow", i + 1),
      time: new Date(Date.UTC(2026, 4, 4) + i * 1200).toISOString(),
    }));
    expect(cover(set, events).decisions).toEqual({
      decisions: 100,
      denied: 1,
      perMinute: 50.505,
      peakMinute: 50,
      latency: { recorded: 100, p50: 50, p99: 99, exact: true },
    });
  });

  it("keeps percentiles of many values within two percent, in little memory", () => {
    const latency = new Latency();
    for (let i = 1; i <= 20_000; i++) latency.add(i / 100);
    const { p50, p99, exact, recorded } = latency.summary();
    expect([exact, recorded]).toEqual([false, 20_000]);
    expect(Math.abs((p50 ?? 0) / 100 - 1)).toBeLessThan(0.02);
    expect(Math.abs((p99 ?? 0) / 198 - 1)).toBeLessThan(0.02);
  });

  it("finds the same call decided differently on two surfaces, and only the same one", () => {
    const asked = (surface: string, effect: string, args: Event): Event =>
      on("crm", "lookup", { ...at(surface), args, decision: { effect, pdp: "gate" } });
    const found = cover(set, [
      asked("mcp", "deny", { n: 1, m: 2 }),
      asked("desk", "allow", { m: 2, n: 1 }),
      asked("desk", "allow", { n: 2 }),
      asked("mcp", "allow", { n: 2 }),
    ]).disagreements;
    expect(found).toEqual([
      {
        by: "recorded",
        subject: "agent:a",
        action: "crm/lookup",
        surfaces: [
          { surface: "desk", effect: "allow" },
          { surface: "mcp", effect: "deny" },
        ],
        calls: 1,
        example: "e1",
      },
    ]);
  });

  it("counts a session as whole only with prompt, response, call, result and model", () => {
    const model = { context: { model: { name: "m" } } };
    const events: readonly Event[] = [
      { type: "prompt", subject: { type: "human", id: "h" } },
      call({ ...model, outcome: { status: "ok" } }),
      { type: "response", subject: { type: "agent", id: "a" } },
      call({ ...model, session: "t" }),
      call({ ...model, session: "u", decision: { effect: "deny" } }),
      call({ session: "" }),
    ];
    expect(cover(set, events).audit).toEqual({
      sessions: 3,
      prompts: 1,
      responses: 1,
      calls: 3,
      results: 2,
      models: 3,
      complete: 1,
      callsOutsideSessions: 1,
    });
  });
});

describe("since an earlier report", () => {
  const document = (body: ReturnType<typeof cover>, digest: string): unknown =>
    JSON.parse(
      JSON.stringify({
        command: "coverage",
        candidate: { digest },
        trace: { to: "2026-04-01T00:00:00Z" },
        ...body,
      }),
    );

  it("says what moved, and that a new tool did it", () => {
    const before = decodeEarlier(
      document(cover(set, [on("crm", "lookup"), on("crm", "lookup")]), "sha256:1"),
    );
    if (typeof before === "string") throw new Error(before);
    const now = cover(set, [
      on("crm", "lookup"),
      on("crm", "lookup"),
      on("new", "tool"),
      on("new", "tool"),
    ]);
    const since = sinceOf(before, now, { digest: "sha256:1", to: null });
    expect(since).toMatchObject({
      policyChanged: false,
      newTools: ["new/tool"],
      goneTools: [],
      newAgents: [],
    });
    expect(since.moved.find(({ metric }) => metric === "policy")).toEqual({
      metric: "policy",
      before: { covered: 2, total: 2 },
      after: { covered: 2, total: 4 },
      why: ["tool new/tool is new: 0 of 2 covered"],
    });
    expect(since.unmoved).toContain("enforcement");
  });

  it("nothing moved against itself", () => {
    const body = cover(set, [on("crm", "lookup")]);
    const before = decodeEarlier(document(body, "sha256:1"));
    expect(
      typeof before === "string" ? before : sinceOf(before, body, { digest: "sha256:2", to: null }),
    ).toMatchObject({ moved: [], policyChanged: true });
  });

  it.each([
    [[]],
    [{}],
    [{ command: "replay" }],
    [{ command: "coverage", metrics: {} }],
    [{ command: "coverage", metrics: { enforcement: { covered: "1", total: 2 } } }],
    [Object.assign({}, document(cover(set, []), "sha256:1"), { trace: { to: "x\r" } })],
  ])("refuses %j", (value) => {
    expect(decodeEarlier(value)).toEqual(expect.any(String));
  });
});

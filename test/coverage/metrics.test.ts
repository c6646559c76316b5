import { describe, expect, it } from "vitest";
import { assemble, call, cover, type Event } from "./deployment.ts";

const CATALOG = `kind: Catalog
name: c
version: 1.0.0
agents:
  - { id: a, status: commissioned }
  - { id: old, status: commissioned, expires: 2026-01-01 }
  - { id: off, status: suspended }
people: [{ id: jane, roles: [] }]
tools:
  - { name: lookup, server: crm, effects: [read], reversible: true, resource: { type: order, id: args.order } }
  - { name: note, server: crm, effects: [update], reversible: true, resource: none }
  - { name: refund, server: pay, effects: [pay], reversible: true, open_world: false,
      resource: { type: order, id: args.order } }
  - { name: wipe, server: disk, effects: [delete], resource: none }
  - { name: ping, server: net, effects: [], resource: none }
  - { name: search, server: web, effects: [send], consequential: false, resource: none }
  - { name: bare, server: crm }
resources:
  - { match: "order:secret-*", classification: restricted }
  - { match: "order:open-*", classification: public }
  - { match: "order:plain-*", classification: internal }
decision_points: [{ id: gate, external: true, surfaces: [mcp] }, { id: hook, external: false, surfaces: [desk] }]`;

const RULES =
  "- { id: look, effect: allow, actions: [crm/lookup] }\n  - { id: refund, effect: " +
  "require_approval, actions: [pay/refund], when: args.amount > 10.0 }\n  - { id: note, " +
  "effect: allow, actions: [crm/note] }";
const policy = (rules: string): string =>
  `kind: Policy\nname: p\nversion: 1.0.0\nrules:\n  ${rules}`;
const set = assemble(policy(RULES), CATALOG).set;
const on = (tool: string, given: Event = {}): Event =>
  call({
    action: { kind: "tool_call", server: tool.split("/")[0], name: tool.split("/")[1] },
    ...given,
  });

describe("design 9: what is consequential", () => {
  const consequential = (event: Event): number => cover(set, [event]).consequential;

  it.each([
    ["reads of public data are not", on("crm/lookup", { args: { order: "open-1" } }), 0],
    ["reads of internal data are not", on("crm/lookup", { args: { order: "plain-1" } }), 0],
    ["reads of restricted data are", on("crm/lookup", { args: { order: "secret-1" } }), 1],
    ["reads of data of no known class are", on("crm/lookup", { args: { order: "else" } }), 1],
    ["no effects: it is not", on("net/ping"), 0],
    ["the catalog says that it is not", on("web/search"), 0],
    ["a tool that no catalog knows is", on("new/tool"), 1],
    [
      "a trace cannot say otherwise",
      on("new/tool", {
        action: {
          server: "new",
          name: "tool",
          effects: [],
          consequential: false,
          reversible: true,
        },
      }),
      1,
    ],
    ["a listed tool of unknown effects is", on("crm/bare"), 1],
    ["a look-alike of a harmless tool is", on("net/Ping"), 1],
    ["people do not count", on("crm/note", { subject: { type: "human", id: "jane" } }), 0],
    ["services do not count", on("crm/note", { subject: { type: "service", id: "cron" } }), 0],
    ["models count", on("crm/note", { subject: { type: "model", id: "m" } }), 1],
    ["subjects of unrecorded type count", on("crm/note", { subject: { id: "a" } }), 1],
    [
      "subjects of masked type count",
      on("crm/note", { subject: { type: "human", id: "jane" }, unrecorded: ["subject.type"] }),
      1,
    ],
  ] as const)("%s", (_name, event, count) => {
    expect(consequential(event)).toBe(count);
  });

  it("lists what the catalog leaves out, and what it does not know", () => {
    const body = cover(set, [on("web/search"), on("web/search"), on("new/tool")]);
    expect(body.inconsequential).toEqual({ calls: 2, marked: [{ tool: "web/search", calls: 2 }] });
    expect(body.unknownTools).toEqual([{ tool: "new/tool", calls: 1 }]);
  });

  it(
    "counts by either version's catalog: marking a tool does not shrink the denominator while " +
      "the baseline's says otherwise",
    () => {
      const marked = assemble(
        policy(RULES),
        CATALOG.replace(
          "{ name: note, server: crm, effects: [update],",
          "{ name: note, server: crm, effects: [update], consequential: false,",
        ),
      ).set;
      expect(cover(marked, [on("crm/note")]).consequential).toBe(0);
      expect(cover(marked, [on("crm/note")], set).consequential).toBe(1);
      expect(cover(marked, [on("crm/note")]).inconsequential.marked).toEqual([
        { tool: "crm/note", calls: 1 },
      ]);
    },
  );
});

describe("design 9.1 to 9.6: the six coverages", () => {
  const metric = (
    name: keyof ReturnType<typeof cover>["metrics"],
    events: readonly Event[],
    given = set,
  ): readonly number[] => {
    const { covered, total } = cover(given, events).metrics[name];
    return [covered, total];
  };
  const note = (given: Event): Event => on("crm/note", given);

  it("design 9.1: decided by a decision point that the catalog lists as external", () => {
    const events = [
      note({ decision: { effect: "allow", pdp: "gate" } }),
      note({ decision: { effect: "allow", pdp: "hook" } }),
      note({ decision: { effect: "allow", pdp: "else" } }),
      note({ decision: { effect: "allow" } }),
      note({}),
    ];
    expect(metric("enforcement", events)).toEqual([1, 5]);
  });

  it.each([
    ["nothing more", "", 1],
    ["allow **", "- { id: all, effect: allow, actions: ['**'] }", 1],
    ["allow with no actions", "- { id: all, effect: allow }", 1],
    ["allow *", "- { id: all, effect: allow, actions: ['*'] }", 1],
    ["allow */*", "- { id: all, effect: allow, actions: ['*/*', x/y] }", 1],
    ["allow ** when true", "- { id: all, effect: allow, actions: ['**'], when: 'true' }", 1],
    ["allow ** when 1 < 2", "- { id: all, effect: allow, actions: ['**'], when: '1 < 2' }", 1],
    [
      "allow ** when true || args.x",
      "- { id: all, effect: allow, actions: ['**'], when: \"true || args.x == 'y'\" }",
      1,
    ],
    [
      "allow ** for one agent",
      "- { id: all, effect: allow, subjects: ['agent:a'], actions: ['**'] }",
      1,
    ],
    [
      "allow ** on every resource",
      "- { id: all, effect: allow, actions: ['**'], resources: ['**'] }",
      1,
    ],
    [
      "allow ** on a condition",
      "- { id: all, effect: allow, actions: ['**'], when: \"subject.id == 'a'\" }",
      2,
    ],
    ["a rule for the tool", "- { id: wipe, effect: allow, actions: [disk/wipe] }", 2],
  ] as const)(
    "design 9.2: %s beside the rules covers so many of two calls",
    (_name, more, covered) => {
      expect(
        metric(
          "policy",
          [on("crm/note"), on("disk/wipe")],
          assemble(policy(`${RULES}\n  ${more}`), CATALOG).set,
        ),
      ).toEqual([covered, 2]);
    },
  );

  it("design 9.2: manifest and lifecycle cover, containment, default and indeterminate calls do not", () => {
    const contained = assemble(
      policy(
        `${RULES}\n  - { id: stop, effect: deny, actions: [disk/wipe], when: args.hard, on_deny: suspend_session }`,
      ),
      CATALOG,
    ).set;
    expect(
      metric("policy", [on("crm/note", { subject: { type: "agent", id: "off" } }), on("new/tool")]),
    ).toEqual([1, 2]);
    expect(metric("policy", [on("pay/refund", { args: undefined })])).toEqual([0, 1]);
    expect(
      metric(
        "policy",
        [on("disk/wipe", { args: { hard: true } }), on("disk/wipe", { args: { hard: false } })],
        contained,
      ),
    ).toEqual([1, 2]);
    const gated = assemble(
      policy(RULES),
      CATALOG.replace(
        "{ id: a, status: commissioned }",
        "{ id: a, status: commissioned, manifest: { tools: [{ name: crm/note }] } }",
      ),
    ).set;
    expect(metric("policy", [on("disk/wipe")], gated)).toEqual([1, 1]);
  });

  const OWN = { kind: "workload", id: "t" };
  it.each([
    ["a registered agent", { type: "agent", id: "a", credential: OWN }, {}, 1],
    ["one whose credential is not recorded", { type: "agent", id: "a" }, {}, 0],
    [
      "one whose credential is masked",
      { type: "agent", id: "a", credential: OWN },
      { unrecorded: ["subject.credential"] },
      0,
    ],
    ["one whose credential says nothing", { type: "agent", id: "a", credential: {} }, {}, 0],
    [
      "one whose credential is known by its id alone",
      { type: "agent", id: "a", credential: { id: "t" } },
      {},
      1,
    ],
    [
      "one whose credential is known by its kind alone",
      { type: "agent", id: "a", credential: { kind: "workload" } },
      {},
      1,
    ],
    ["one nobody knows", { type: "agent", id: "b" }, {}, 0],
    ["an expired one", { type: "agent", id: "old" }, {}, 0],
    ["a suspended one", { type: "agent", id: "off" }, {}, 0],
    ["no id", { type: "agent" }, {}, 0],
    ["a model that is registered", { type: "model", id: "a", credential: OWN }, {}, 1],
    ["a model", { type: "model", id: "m", credential: OWN }, {}, 0],
    ["a person's id", { type: "agent", id: "jane" }, {}, 0],
    [
      "the user's own id",
      { type: "agent", id: "a" },
      { context: { on_behalf_of: { type: "human", id: "a" } } },
      0,
    ],
    [
      "the user's token",
      { type: "agent", id: "a", credential: { kind: "user_token", id: "t" } },
      {},
      0,
    ],
    [
      "its own workload credential",
      { type: "agent", id: "a", credential: { kind: "workload", id: "t" } },
      {},
      1,
    ],
  ] as const)("design 9.3: identity of %s", (_name, subject, more, covered) => {
    expect(metric("identity", [note({ subject, ...more })])).toEqual([covered, 1]);
  });

  it("design 9.3: a call that records no credential is counted apart, where nothing else speaks against it", () => {
    const body = cover(set, [
      note({}),
      note({ subject: { type: "agent", id: "off" } }),
      note({ subject: { type: "agent", id: "a", credential: OWN } }),
    ]);
    expect(body.metrics.identity).toEqual({ covered: 1, total: 3, unrecorded: 1 });
    expect(body.by.agent["agent:a"]?.metrics.identity).toEqual({
      covered: 1,
      total: 2,
      unrecorded: 1,
    });
    expect(body.uncovered.map(({ why }) => why).join()).toContain("no credential is recorded");
  });

  it(
    "design 9.3: a credential that a second subject uses, even in a harmless call, covers " +
      "neither, also looking back",
    () => {
      const mine = note({
        subject: { type: "agent", id: "a", credential: { kind: "workload", id: "k" } },
      });
      const other = on("net/ping", {
        subject: { type: "human", id: "jane", credential: { kind: "workload", id: "k" } },
      });
      const body = cover(set, [
        mine,
        mine,
        note({ subject: { type: "agent", id: "a", credential: OWN } }),
        other,
      ]);
      expect(body.metrics.identity).toEqual({ covered: 1, total: 3, unrecorded: 0 });
      expect(body.by.agent["agent:a"]?.metrics.identity).toEqual({
        covered: 1,
        total: 3,
        unrecorded: 0,
      });
      expect(body.credentials).toEqual({ seen: 2, shared: 1 });
      expect(body.uncovered[0]?.why).toContain(
        "made with a credential that another subject uses too (2)",
      );
    },
  );

  it("design 9.4: classified, of the calls that have a resource", () => {
    const orders = ["secret-1", "else"].map((order) =>
      on("pay/refund", { args: { order, amount: 5 } }),
    );
    expect(metric("classification", [...orders, note({})])).toEqual([1, 2]);
  });

  it("design 9.5: irreversible (unknown counts), paying or granting calls that are denied or under approval", () => {
    const refund = (amount: number): Event =>
      on("pay/refund", { args: { order: "secret-1", amount } });
    expect(metric("oversight", [refund(50), refund(5), on("crm/note")])).toEqual([2, 2]);
    const lax = assemble(
      policy(
        `${RULES}\n  - { id: small, effect: allow, actions: [pay/refund], when: args.amount <= ` +
          "10.0 }\n  - { id: wipe, effect: allow, actions: [disk/wipe] }",
      ),
      CATALOG,
    ).set;
    expect(metric("oversight", [refund(50), refund(5), on("disk/wipe")], lax)).toEqual([1, 3]);
    expect(metric("oversight", [on("pay/refund", { args: undefined })], lax)).toEqual([0, 1]);
  });

  it("design 9.6: the type of the actor is recorded", () => {
    expect(metric("attribution", [note({}), note({ subject: { id: "a" } })])).toEqual([1, 2]);
  });
});

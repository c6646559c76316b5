import { describe, expect, it } from "vitest";
import type { Event } from "../reference/request.ts";
import { BASE_TIME } from "./conditions.ts";
import { agreed, agreedChanges, catalog, policy } from "./written.ts";

const HOUR = 3_600_000;
const AGENT = { type: "agent", id: "a1" };
const TOOL = { server: "crm", name: "lookup" };
const call = (more: Partial<Event>): Event => ({
  session: "s",
  time: BASE_TIME,
  subject: AGENT,
  action: TOOL,
  args: {},
  context: {},
  complete: ["context"],
  ...more,
});
const named = (attribute: string) => expect.objectContaining({ attribute });
const ORDERS = catalog(`tools:
  - { name: lookup, server: crm, effects: [read], resource: { type: order, id: args.order } }
resources:
  - { match: "*:1", classification: public, fields: { iban: restricted } }
  - { match: "order:*", classification: confidential, fields: { card: restricted } }`);

describe("what comparing engine and reference has found", () => {
  it("design 6.5: a call without session and subject lists both, for either may have been stopped", () => {
    const rules = [
      "{ id: block, effect: deny, on_deny: block_tool, subjects: ['agent:a2'] }",
      "{ id: revoke, effect: deny, on_deny: revoke_credential, subjects: ['agent:a2'] }",
    ];
    const [decision] = agreed(
      [policy(rules)],
      [{ time: BASE_TIME, subject: AGENT, action: TOOL, args: {}, unrecorded: ["subject.id"] }],
    );
    expect(decision?.missing).toEqual(
      expect.arrayContaining([named("session"), named("subject.id")]),
    );
  });

  it("design 5.4: what a call without time reads of a window does not hang on whether an earlier call read it", () => {
    const session = "session: { counters: [{ name: n, add: '1.0', within: 30m, on: attempted }] }";
    const untimed: Event = { session: "s", subject: AGENT, action: TOOL, args: {} };
    const [, , decision] = agreed(
      [policy(["{ id: r, effect: allow, when: session.counters.n < 5.0 }"], session)],
      [call({}), call({ time: BASE_TIME + HOUR }), untimed],
    );
    expect(decision).toMatchObject({
      effect: "deny",
      indeterminate: true,
      missing: [named("session.counters.n")],
    });
    const writing =
      "session: { counters: [{ name: n, add: '1.0', within: 30m, when: \"args.first == true\" }] }";
    const first = call({ args: { first: true } });
    const later = agreed(
      [policy(["{ id: r, effect: allow, when: session.counters.n < 5.0 }"], writing)],
      [
        first,
        call({ args: { first: false }, time: BASE_TIME + HOUR }),
        { ...untimed, args: { first: false } },
      ],
    );
    expect(later[2]).toMatchObject({ effect: "deny", indeterminate: true });
  });

  it("design 5.3: of a call that did not really run the outcome is unrecorded, however complete the event is", () => {
    const session =
      "session: { labels: [{ name: done, when: 'true', on: completed }, { name: none, when: " +
      "'!has(outcome.status)' }] }";
    const stopped = call({
      decision: { effect: "deny" },
      outcome: {},
      complete: ["context", "outcome"],
    });
    const [, decision] = agreed(
      [
        policy(
          [
            "{ id: r, effect: allow, when: \"'done' in session.labels || 'none' in " +
              "session.labels || !('done' in session.labels)\" }",
          ],
          session,
        ),
      ],
      [stopped, call({})],
    );
    expect(decision?.missing).toEqual(
      expect.arrayContaining([named("session.labels.done"), named("session.labels.none")]),
    );
  });

  it("design 2.5: an entry that may fit veils nothing that a more specific one surely gives", () => {
    const rule = "{ id: r, effect: deny, when: \"resource.classification == 'confidential'\" }";
    const [decision] = agreed([policy([rule]), ORDERS], [call({ unrecorded: ["args.order"] })]);
    expect(decision).toMatchObject({ rules: ["p/r"], indeterminate: false, missing: [] });
  });

  it(
    "design 2.5, 6.4: each field has its own classification, and a field whose classification is " +
      "unknown is redacted",
    () => {
      const rule =
        "{ id: r, effect: allow, when: has(resource.fields.card), obligations: { redact: { above: internal } } }";
      const [decision] = agreed([policy([rule]), ORDERS], [call({ unrecorded: ["args.order"] })]);
      expect(decision).toMatchObject({
        effect: "allow",
        obligations: [{ type: "redact", fields: ["card", "iban"] }],
      });
    },
  );

  it("design 7.1: masked arguments do not count as complete", () => {
    const world = catalog(
      "agents: [{ id: a1, manifest: { tools: [{ name: '**', args: { type: object, required: [order] } }] } }]",
    );
    const [decision] = agreed(
      [policy(["{ id: r, effect: allow }"]), world],
      [call({ complete: ["args"], unrecorded: ["args"] })],
    );
    expect(decision).toMatchObject({
      effect: "deny",
      indeterminate: true,
      missing: [named("args")],
    });
  });

  it("design 7.1: a masked path exists, so that its container is not known to be absent", () => {
    const [decision] = agreed(
      [policy(["{ id: r, effect: deny, when: has(context.signals) }", "{ id: a, effect: allow }"])],
      [call({ unrecorded: ["context.signals.injection"] })],
    );
    expect(decision).toMatchObject({
      effect: "deny",
      indeterminate: true,
      missing: [named("context.signals")],
    });
  });

  it("design 4.4: the nearest rule is that of a subject whom nobody permitted, not of one whom an error denied", () => {
    const rules = [
      "{ id: near, effect: allow, when: \"args.order == '1'\" }",
      "{ id: broken, effect: deny, when: args.amount > 50.0 }",
    ];
    const event = call({ subject: { id: "a1" }, context: { delegation: ["agent:boss"] } });
    const [decision] = agreed(
      [policy(rules, "delegation: agents\ntarget: { subjects: ['agent:*'] }")],
      [event],
    );
    expect(decision).toMatchObject({ rules: ["default", "p/broken"], nearest: null });
  });

  it("design 7.4: one rule is undecided apart for each principal whose name is not whole", () => {
    const both = "{ id: both, effect: allow, when: context.signals.injection > 0.5 }";
    const own =
      "{ id: own, effect: allow, subjects: ['service:**'], when: context.surface == 'web' }";
    const spelled = catalog("agents: [{ id: a1, owner: team }]\npeople: [{ id: lea }]");
    const event = call({
      id: "e0",
      subject: { type: "service", id: "A1" },
      context: { on_behalf_of: { type: "human", id: "LEA" } },
      complete: [],
      unrecorded: ["context.signals", "context.surface"],
    });
    const more = "delegation: user";
    const [change] = agreedChanges(
      [policy([own, both], more), spelled],
      [policy([both], more), spelled],
      [event],
    );
    expect(change?.class).toBe("indeterminate");
  });

  it("design 7.5: a call is unreachable only where every event of its parent's id was stopped", () => {
    const all = "{ id: all, effect: allow }";
    const stop = "{ id: stop, effect: deny, actions: ['crm/spawn'] }";
    const spawn = { kind: "subagent_invocation", server: "crm", name: "spawn" };
    const classes = (first: object): readonly unknown[] =>
      agreedChanges(
        [policy([all])],
        [policy([all, stop])],
        [
          call({ id: "e0", ...first }),
          call({ id: "e0", action: spawn }),
          call({ id: "e2", parent: "e0" }),
        ],
      ).map((change) => change.class);
    expect(classes({ action: spawn })).toEqual(["narrowed", "narrowed", "unreachable"]);
    expect(classes({})).toEqual(["unchanged", "narrowed", "unchanged"]);
  });

  it("design 4.5, 6.5: an agent above who may not be asked at all starts a containment only perhaps", () => {
    const text = policy(
      [
        "{ id: block, effect: deny, on_deny: block_tool, subjects: ['agent:boss'] }",
        "{ id: a, effect: allow }",
      ],
      "delegation: agents\ntarget: { subjects: ['agent:*'] }",
    );
    const other = policy(["{ id: a, effect: allow }"]).replace("name: p", "name: q");
    const first = call({ subject: { id: "a1" }, context: { delegation: ["agent:boss"] } });
    const [, decision] = agreed([text, other], [first, call({})]);
    expect(decision).toMatchObject({
      effect: "deny",
      indeterminate: true,
      undecided: ["containment"],
    });
  });

  it("design 2.4, 4.2: where the tool is unrecorded and some have no resource, not even ** surely fits one", () => {
    const world = catalog("tools: [{ name: lookup, server: crm, resource: none }]");
    const shown = call({ resource: { type: "file", id: "/data/a" } });
    const rules = policy(["{ id: a, effect: allow, resources: ['**'] }"]);
    expect(agreed([rules, world], [shown])[0]).toMatchObject({
      effect: "deny",
      indeterminate: false,
    });
    expect(agreed([rules, world], [{ ...shown, unrecorded: ["action"] }])[0]).toMatchObject({
      effect: "deny",
      indeterminate: true,
    });
  });

  it(
    "design 3.6, 4.2: a server that looks like a known one is not another, where the tool's name " +
      "is unrecorded either",
    () => {
      const world = catalog("tools: [{ name: refund, server: pay }]");
      const rules = policy([
        "{ id: a, effect: allow }",
        "{ id: d, effect: deny, actions: ['pay/*'] }",
      ]);
      const shown = call({ action: { server: "Pay", name: "refund" } });
      for (const event of [shown, { ...shown, unrecorded: ["action.name"] }])
        expect(agreed([rules, world], [event])[0]).toMatchObject({
          effect: "deny",
          indeterminate: true,
        });
    },
  );

  it(
    "design 4.5: a mode of delegation that no policy names is not possible, where whom a policy " +
      "speaks about is unknown",
    () => {
      const user = policy(
        ["{ id: d, effect: deny }"],
        "delegation: user\ntarget: { subjects: ['agent:a*'] }",
      );
      const other = policy(["{ id: a, effect: allow, subjects: ['agent:**'] }"]).replace(
        "name: p",
        "name: q",
      );
      const event = call({
        context: { on_behalf_of: { type: "human", id: "jane" } },
        unrecorded: ["context.delegation", "subject.id"],
      });
      const [decision] = agreed([user, other], [event]);
      expect(decision?.possible).toEqual(["deny", "allow"]);
    },
  );

  it("design 5.1: a value that nobody knows takes a place in a list of the first few", () => {
    const session =
      "session: { values: [{ name: seen, add: args.order, on: attempted, within: 1h, max: 1 }] }";
    const [, , decision] = agreed(
      [policy(["{ id: r, effect: allow, when: \"'1' in session.values.seen\" }"], session)],
      [call({}), call({ args: { order: "1" } }), call({})],
    );
    expect(decision).toMatchObject({
      effect: "deny",
      indeterminate: true,
      missing: [named("session.values.seen")],
    });
  });
});

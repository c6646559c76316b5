import { describe, expect, it } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import type { Event } from "../reference/request.ts";
import type { Json } from "../reference/value.ts";
import { byColumns, byEvents, sha256 } from "../replay/columns.ts";
import { BASE_TIME } from "./conditions.ts";
import { agreed, catalog, policy } from "./written.ts";

const PEOPLE = catalog(`people:
  - { id: mia, roles: [manager], department: finance, tenant: eu, attributes: { home: { region: eu }, level: 3 } }
  - { id: joe, roles: [clerk], team: desk }`);

const call = (person: Json | undefined, more: Partial<Event> = {}): Event => ({
  session: "s",
  time: BASE_TIME,
  subject: { type: "agent", id: "a1" },
  action: { kind: "tool_call", server: "bank", name: "pay" },
  args: {},
  context: person === undefined ? {} : { on_behalf_of: person },
  ...more,
});

/**
 * What a condition on `context.on_behalf_of` comes to, told by a rule that allows where it holds.
 */
function told(when: string, event: Event, world = PEOPLE): string {
  const [decision] = agreed(
    [policy([`{ id: r, effect: allow, when: ${JSON.stringify(when)} }`]), world],
    [event],
  );
  if (decision?.indeterminate === true)
    return (
      "unknown: " +
      `${decision.missing.map(({ attribute }) => attribute.replace("context.on_behalf_of", "…")).join(" ")}`
    );
  return decision?.errors.length === 0 ? String(decision.effect === "allow") : "error";
}

const human = (id: string, more: object = {}): Json => ({ type: "human", id, ...more });
const MANAGER = "'manager' in context.on_behalf_of.roles";
const WHOLE: Partial<Event> = { complete: ["context"] };

describe("design 2.5, 2.7: conditions see the catalog's people on context.on_behalf_of", () => {
  it.each([
    ["a role", MANAGER, call(human("mia")), "true"],
    ["no such role", MANAGER, call(human("joe")), "false"],
    [
      "a role that the trace claims besides",
      MANAGER,
      call(human("joe", { roles: ["manager"] })),
      "false",
    ],
    [
      "the person of a call of somebody else",
      MANAGER,
      call(human("joe"), { subject: { type: "human", id: "mia" } }),
      "false",
    ],
    [
      "a department",
      "context.on_behalf_of.department == 'finance'",
      call(human("mia", { department: "desk" })),
      "true",
    ],
    [
      "a tenant",
      "context.on_behalf_of.tenant == 'eu'",
      call(human("mia", { tenant: "us" })),
      "true",
    ],
    ["a team", "context.on_behalf_of.team == 'desk'", call(human("joe")), "true"],
    [
      "what the record does not say the trace may",
      "context.on_behalf_of.tenant == 'us'",
      call(human("joe", { tenant: "us" })),
      "true",
    ],
    [
      "what neither says is unrecorded",
      "context.on_behalf_of.tenant == 'us'",
      call(human("joe")),
      "unknown: ….tenant",
    ],
    [
      "or absent, where the context is complete",
      "has(context.on_behalf_of.tenant)",
      call(human("joe"), WHOLE),
      "false",
    ],
    [
      "a free attribute",
      "context.on_behalf_of.level > 2",
      call(human("mia", { level: 1 })),
      "true",
    ],
    [
      "a map, at its leaves",
      "context.on_behalf_of.home.region == 'eu' && context.on_behalf_of.home.zone == 'z'",
      call(human("mia", { home: { region: "us", zone: "z" } })),
      "true",
    ],
    [
      "a key that is found while deciding",
      "context.on_behalf_of[args.key] == 'finance'",
      call(human("mia", { department: "desk" }), { ...WHOLE, args: { key: "department" } }),
      "true",
    ],
    [
      "context as a whole",
      "context[args.key].department == 'finance'",
      call(human("mia", { department: "desk" }), { ...WHOLE, args: { key: "on_behalf_of" } }),
      "true",
    ],
    ["whether the person is listed", "context.on_behalf_of.registered", call(human("mia")), "true"],
    [
      "or is not, whatever the trace claims",
      "context.on_behalf_of.registered",
      call(human("eve", { registered: true })),
      "false",
    ],
    [
      "of somebody who is not listed the trace is believed",
      MANAGER,
      call(human("eve", { roles: ["manager"] })),
      "true",
    ],
    ["a human without a type", MANAGER, call({ id: "joe", roles: ["manager"] }), "false"],
    ["a name", MANAGER, call("human:mia"), "true"],
    ["a bare name", MANAGER, call("joe"), "false"],
    [
      "a name's parts",
      "context.on_behalf_of.id == 'mia' && context.on_behalf_of.type == 'human'",
      call("human:mia"),
      "true",
    ],
    [
      "another spelling of the id",
      MANAGER,
      call(human("Joe", { roles: ["manager"] })),
      "unknown: ….roles",
    ],
    [
      "another spelling of the type",
      MANAGER,
      call({ type: "user", id: "joe", roles: ["manager"] }),
      "unknown: ….roles",
    ],
    [
      "an agent of that name",
      MANAGER,
      call({ type: "agent", id: "joe", roles: ["manager"] }),
      "true",
    ],
    [
      "a masked id",
      MANAGER,
      call(human("joe", { roles: ["manager"] }), { unrecorded: ["context.on_behalf_of.id"] }),
      "unknown: ….roles",
    ],
    ["no id", MANAGER, call({ type: "human", roles: ["manager"] }), "unknown: ….roles"],
    [
      "a masked attribute that the catalog knows",
      MANAGER,
      call(human("mia"), { unrecorded: ["context.on_behalf_of.roles"] }),
      "true",
    ],
    [
      "a masked person",
      MANAGER,
      call(human("mia"), { unrecorded: ["context.on_behalf_of"] }),
      "unknown: ….roles",
    ],
    ["nobody recorded", MANAGER, call(undefined), "unknown: ….roles"],
    ["nobody", MANAGER, call(undefined, WHOLE), "error"],
    ["nobody: there is none", "has(context.on_behalf_of)", call(undefined, WHOLE), "false"],
    ["somebody: there is one", "has(context.on_behalf_of)", call(human("mia")), "true"],
    ["neither a map nor a name", MANAGER, call(7), "error"],
    [
      "the caller's own attributes stay the caller's",
      "subject.tenant == 'us'",
      call(human("mia"), { subject: { type: "agent", id: "a1", tenant: "us" } }),
      "true",
    ],
  ] as const)("%s", (_, when, event, wanted) => {
    expect(told(when, event)).toBe(wanted);
  });

  it("design 2.6: a service that is acted for brings its record", () => {
    const world = catalog(
      "unregistered: policy\nagents: [{ id: batch, owner: ops, attributes: { tenant: eu } }]",
    );
    expect(
      told(
        "context.on_behalf_of.owner == 'ops' && context.on_behalf_of.tenant == 'eu'",
        call({ type: "service", id: "batch", tenant: "us" }),
        world,
      ),
    ).toBe("true");
  });

  it("design 5.2: state kept by the tenant is the caller's, and that by the person is kept by name", () => {
    const session =
      "session: { counters: [{ name: t, add: '1.0', key: tenant, on: attempted }, { name: p, " +
      "add: '1.0', key: on_behalf_of, on: attempted }] }";
    const rules = policy(
      ["{ id: r, effect: allow, when: session.counters.t == 1.0 && session.counters.p == 0.0 }"],
      session,
    );
    const subject = { type: "agent", id: "a1", tenant: "us" };
    const decisions = agreed(
      [rules, PEOPLE],
      [call(human("mia"), { subject }), call(human("joe"), { subject })],
    );
    expect(decisions[1]).toMatchObject({ effect: "allow" });
  });

  it("design 4.5: an agent may do what the person may, by the person's own record", () => {
    const rules = policy(
      [
        "{ id: a, effect: allow, subjects: ['agent:*'] }",
        "{ id: p, effect: allow, subjects: ['human:*'], when: \"'manager' in subject.roles\" }",
      ],
      "delegation: user",
    );
    const effect = (person: Json): unknown =>
      agreed([rules, PEOPLE], [call(person, WHOLE)])[0]?.effect;
    expect([effect(human("mia")), effect(human("joe", { roles: ["manager"] }))]).toEqual([
      "allow",
      "deny",
    ]);
  });
});

/** The attributes that a replay of these events counts as contradicted, by both ways of walking. */
function contradictions(persons: readonly Json[], world = PEOPLE): unknown {
  const set = compileSet(
    loadDocuments(
      [policy([`{ id: r, effect: allow, when: "${MANAGER}" }`]), world].map((text, i) => ({
        file: `${i}.yaml`,
        text,
      })),
    ).documents,
    sha256,
  );
  const lines = persons.map((person, i) =>
    JSON.stringify({ ...call(person), id: String(i), time: new Date(BASE_TIME).toISOString() }),
  );
  const options = { history: "counterfactual", approvals: "recorded", idle: undefined } as const;
  const expected = byEvents(lines, { baseline: undefined, candidate: set }, options);
  expect(byColumns(lines, { baseline: undefined, candidate: set }, { options, size: 2 })).toEqual(
    expected,
  );
  return (expected["notes"] as { readonly contradictions: unknown }).contradictions;
}

describe("design 2.7: what the catalog contradicts is counted", () => {
  const attribute = (name: string, calls: number): object => ({
    attribute: `context.on_behalf_of.${name}`,
    calls,
  });
  it.each([
    [
      "a list",
      [human("joe", { roles: ["manager"] }), human("joe"), human("joe", { roles: ["clerk"] })],
      [attribute("roles", 1)],
    ],
    [
      "a text",
      [
        human("mia", { tenant: "us" }),
        human("mia", { tenant: "us" }),
        human("mia", { tenant: "eu" }),
      ],
      [attribute("tenant", 2)],
    ],
    [
      "another kind of value",
      [human("mia", { tenant: ["eu"], roles: "manager" })],
      [attribute("roles", 1), attribute("tenant", 1)],
    ],
    [
      "a leaf of a map",
      [
        human("mia", { home: { region: "us" } }),
        human("mia", { home: { zone: "z" } }),
        human("mia", { home: 1 }),
      ],
      [attribute("home", 2)],
    ],
    [
      "a claim to be listed",
      [human("eve", { registered: true, roles: ["x"] })],
      [attribute("registered", 1)],
    ],
    [
      "nothing of those whom it does not know",
      [human("eve", { tenant: "us" }), human("Joe", { roles: ["manager"] }), "joe", 7],
      [],
    ],
  ])("%s", (_, persons, wanted) => {
    expect(contradictions(persons)).toEqual(wanted);
  });
});

describe("design 2.6: an agents record is that of a non-human identity, whatever its type", () => {
  const world = (more: string, unregistered = "deny"): string =>
    catalog(
      `unregistered: ${unregistered}\nagents: [{ id: a1, owner: ops${more} }, { id: other }]`,
    );
  const decided = (
    type: string,
    id: string,
    text: string,
    when = "true",
  ): readonly [unknown, unknown] => {
    const [decision] = agreed(
      [policy([`{ id: r, effect: allow, when: ${JSON.stringify(when)} }`]), text],
      [call(undefined, { subject: { type, id } })],
    );
    return [decision?.effect, decision?.rules];
  };
  it.each(["agent", "service", "model"])("a %s", (type) => {
    expect(decided(type, "a1", world(""), "subject.registered && subject.owner == 'ops'")).toEqual([
      "allow",
      ["p/r"],
    ]);
    expect(decided(type, "a1", world(", status: suspended"))).toEqual(["deny", ["lifecycle/a1"]]);
    expect(decided(type, "a1", world(", status: decommissioned", "policy"))).toEqual([
      "deny",
      ["lifecycle/a1"],
    ]);
    expect(decided(type, "a1", world(", expires: 2026-05-17"))).toEqual(["deny", ["lifecycle/a1"]]);
    expect(decided(type, "a1", world(", manifest: { tools: [{ name: crm/lookup }] }"))).toEqual([
      "deny",
      ["manifest/a1"],
    ]);
    expect(decided(type, "a1", world(", manifest: { tools: [{ name: bank/pay }] }"))).toEqual([
      "allow",
      ["p/r"],
    ]);
    expect(decided(type, "x", world(""))).toEqual(
      type === "agent" ? ["deny", ["lifecycle/unregistered"]] : ["allow", ["p/r"]],
    );
  });

  it("no human is one", () => {
    expect(decided("human", "a1", world(", status: suspended"))).toEqual(["allow", ["p/r"]]);
  });

  it("its calls count together, by whatever type they were made", () => {
    const text = world(", manifest: { tools: [{ name: bank/pay }], max_calls: 2 }");
    const types = ["agent", "service", "model", "human"];
    const decisions = agreed(
      [policy(["{ id: r, effect: allow }"]), text],
      types.map((type) => call(undefined, { subject: { type, id: "a1" } })),
    );
    expect(decisions.map(({ effect }) => effect)).toEqual(["allow", "allow", "deny", "allow"]);
  });

  it("one whose id is masked may be anybody listed", () => {
    const [decision] = agreed(
      [policy(["{ id: r, effect: allow }"]), world(", status: suspended")],
      [call(undefined, { subject: { type: "service", id: "a1" }, unrecorded: ["subject.id"] })],
    );
    expect(decision).toMatchObject({
      effect: "deny",
      indeterminate: true,
      undecided: ["lifecycle/unregistered"],
    });
  });
});

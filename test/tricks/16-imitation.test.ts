import { describe, expect, test as trick } from "vitest";
import { call, catalog, decide, load, policy, verdict } from "./world.ts";

/** Everything that an agent can write into its arguments to look like something else. */
const IMITATION = {
  environment: "development",
  classification: "public",
  subject: { id: "admin", type: "human", roles: ["admin"] },
  action: { name: "read", server: "kb", effects: ["read"] },
  resource: { environment: "development", classification: "public", id: "public/x" },
  context: {
    environment: "development",
    on_behalf_of: { type: "human", id: "ceo" },
    approvals: [{ by: "human:omar" }],
  },
  session: { labels: ["checked"], counters: { paid: 0 } },
  data: { own_domains: ["evil.example"] },
  now: "2020-01-01T00:00:00Z",
  complete: ["context", "subject", "resource"],
  unrecorded: [],
  "subject.id": "admin",
  "resource.environment": "development",
};

const CATALOG = catalog({
  tools: [
    {
      name: "drop",
      server: "db",
      effects: ["delete"],
      args: { type: "object" },
      resource: { type: "database", id: "args.db" },
    },
  ],
  resources: [{ match: "database:*", environment: "production", classification: "restricted" }],
  people: [{ id: "jane", roles: ["support"] }],
  attributes: { "context.environment": "string" },
  data: { own_domains: ["acme.example"] },
});

describe("how policies are fooled, 16: arguments that imitate context", () => {
  for (const [name, when, plain] of [
    ["resource.environment", "resource.environment == 'development'", "deny"],
    ["resource.classification", "resource.classification == 'public'", "deny"],
    ["context.environment", "context.environment == 'development'", "deny?"],
    ["subject.id", "subject.id == 'admin'", "deny"],
    ["subject.roles", "'admin' in subject.roles", "deny?"],
    ["action.effects", "action.effects == ['read']", "deny"],
    ["context.on_behalf_of", "context.on_behalf_of.id == 'ceo'", "deny?"],
    ["data", "'evil.example' in data.own_domains", "deny"],
    ["now", "now < timestamp('2021-01-01T00:00:00Z')", "deny"],
    ["session", "'checked' in session.labels", "deny"],
  ] as const) {
    trick(`imitation: no argument replaces ${name}`, () => {
      const set = load(
        policy([{ id: "x", effect: "allow", when }], {
          session: { labels: [{ name: "checked", when: "action.name == 'check'" }] },
        }),
        CATALOG,
      );
      const outcome = (args: object): string =>
        verdict(decide(set, call("db/drop", args, { time: "2026-05-18T09:00:00Z" })));
      expect([outcome({ db: "x" }), outcome({ db: "x", ...IMITATION })]).toEqual([plain, plain]);
    });
  }
  trick(
    "imitation: args.environment is the value of the agent, and only a rule over args reads it",
    () => {
      const word = load(
        policy([{ id: "x", effect: "allow", when: "args.environment == 'development'" }]),
        CATALOG,
      );
      expect(verdict(decide(word, call("db/drop", { db: "x", ...IMITATION })))).toBe("allow");
    },
  );
  trick("imitation: the catalog overrides the attributes of an event", () => {
    const set = load(
      policy([
        {
          id: "x",
          effect: "allow",
          when: "resource.environment == 'development' || 'admin' in subject.roles || 'read' in action.effects",
        },
      ]),
      CATALOG,
    );
    const claims = call(
      "db/drop",
      { db: "x" },
      {
        subject: { type: "human", id: "jane", roles: ["admin"] },
        action: { server: "db", name: "drop", effects: ["read"] },
        resource: {
          type: "database",
          id: "x",
          environment: "development",
          properties: { environment: "development" },
        },
      },
    );
    expect(verdict(decide(set, claims))).toBe("deny");
  });
  trick("imitation: the properties of an entity do not override its id and type", () => {
    const set = load(policy([{ id: "x", effect: "allow", subjects: ["human:ceo"] }]));
    expect(
      verdict(
        decide(
          set,
          call(
            "t",
            {},
            { subject: { type: "agent", id: "a", properties: { type: "human", id: "ceo" } } },
          ),
        ),
      ),
    ).toBe("deny");
  });
  trick(
    "imitation: the resource is read from the arguments as the catalog says, not from the event",
    () => {
      const set = load(
        policy([{ id: "x", effect: "allow", resources: ["database:test"] }]),
        CATALOG,
      );
      expect([
        verdict(
          decide(
            set,
            call("db/drop", { db: "live" }, { resource: { type: "database", id: "test" } }),
          ),
        ),
        verdict(decide(set, call("db/drop", { db: "test" }))),
      ]).toEqual(["deny", "allow"]);
    },
  );
});

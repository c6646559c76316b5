import fc from "fast-check";
import { AFTER, CALL, PLAIN, TRIGGERS, type Kind, type WeightedKind } from "./dense-kinds.ts";
import type { Plain } from "./documents.ts";
import { leavesAt, type Leaves } from "./leaves.ts";

const maybe = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(one, { freq: 2, nil: undefined });
const some = <T>(...of: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...of]);

/** Names that agents, people and resources share. */
const NAMES = ["a1", "jane", "1"] as const;
const TENANTS = ["eu", "us"] as const;
const TEAMS = ["x", "y"] as const;
const HOMES: readonly Plain[] = [{ region: "eu" }, { region: "us" }, { zone: "z" }];

/** What catalogs give of members: the same to some, other values to others, and nothing. */
const attributes = fc.record({
  team: maybe(fc.constantFrom(...TEAMS)),
  home: maybe(fc.constantFrom(...HOMES)),
});
const agents = fc
  .tuple(some(...NAMES), fc.array(fc.tuple(maybe(fc.constantFrom(...TENANTS)), attributes)))
  .map(([ids, given]) =>
    ids.map((id, i) => ({ id, attributes: { tenant: given[i]?.[0], ...given[i]?.[1] } })),
  );
const person = fc.record({
  tenant: maybe(fc.constantFrom(...TENANTS)),
  roles: maybe(fc.constantFrom(["m"], ["m", "s"], ["s"])),
  attributes: maybe(fc.record({ home: fc.constantFrom(...HOMES) })),
});
const people = fc
  .tuple(some("jane", "lea", "a1"), fc.array(person, { minLength: 3, maxLength: 3 }))
  .map(([ids, given]) => ids.map((id, i) => ({ id, ...given[i] })));
/** INVARIANT: of two that fit one resource, one has more literal characters. */
const MATCHES = ["order:1", "*:1", "order:*", "order:j*", "file:1", "file:*"] as const;
const resource = fc.record({
  tenant: maybe(fc.constantFrom(...TENANTS)),
  owner: maybe(fc.constantFrom("jane", "a1")),
  classification: maybe(fc.constantFrom("public", "internal")),
  attributes: maybe(attributes),
});
const resources = fc
  .tuple(some(...MATCHES), fc.array(resource, { minLength: 6, maxLength: 6 }))
  .map(([matches, given]) => matches.map((match, i) => ({ match, ...given[i] })));
const tools = fc.constantFrom<readonly Plain[]>(
  [],
  [
    {
      name: "lookup",
      server: "crm",
      effects: ["read"],
      resource: { type: "order", id: "args.order" },
    },
  ],
  [
    { name: "lookup", server: "crm", resource: { type: "order", id: "args.order" } },
    {
      name: "refund",
      server: "pay",
      effects: ["pay"],
      resource: { type: "file", id: "args.order" },
    },
    { name: "send", server: "mail", effects: ["send"], resource: "none" },
  ],
);
const catalog = fc.record<Plain>({
  unregistered: fc.constantFrom("policy", "policy", "policy", "deny"),
  agents: fc.option(agents, { freq: 4, nil: undefined }),
  people,
  tools,
  resources,
});

/** What rules ask of one entity, of all of it, and which leaves tell it. */
interface EntityWorld {
  readonly members: readonly string[];
  readonly whole: readonly string[];
  readonly leaves: Leaves;
}

const COMPLETE = [
  ["subject"],
  ["resource"],
  ["context"],
  ["context.on_behalf_of"],
  ["subject", "resource", "context"],
] as const;

const SUBJECT: EntityWorld = {
  members: [
    "subject.tenant == 'eu'",
    "subject.tenant != 'us'",
    "has(subject.tenant)",
    "subject.team == 'x'",
    "has(subject.team)",
    "subject.home.region == 'eu'",
    "has(subject.home.region)",
    "has(subject.home)",
    "subject.registered",
    "subject.id == 'a1'",
    "subject.type == 'agent'",
    "subject.type == 'agent' && subject.team == 'y'",
  ],
  whole: [
    "'team' in subject",
    "subject[args.key] == 'x'",
    "subject.exists(k, k == 'team')",
    "size(subject) > 3",
    "{'s': subject}.s.team == 'x'",
    "[subject, resource].exists(e, e.team == 'x')",
    "subject == context.on_behalf_of",
  ],
  leaves: [
    ["subject.id", NAMES],
    ["subject.type", ["agent", "service", "human"]],
    ["subject.tenant", [...TENANTS, undefined]],
    ["subject.team", [...TEAMS, undefined]],
    ["subject.home", [...HOMES, undefined]],
    ["unrecorded", [["subject.tenant"], ["subject.team"], ["subject.id"], undefined]],
  ],
};
const PERSON: EntityWorld = {
  members: [
    "context.on_behalf_of.tenant == 'eu'",
    "has(context.on_behalf_of.tenant)",
    "context.on_behalf_of.team == 'x'",
    "has(context.on_behalf_of.team)",
    "'m' in context.on_behalf_of.roles",
    "context.on_behalf_of.home.region == 'eu'",
    "has(context.on_behalf_of.home)",
    "context.on_behalf_of.registered",
    "context.on_behalf_of.id == 'jane'",
    "context.on_behalf_of.type == 'human'",
    "has(context.on_behalf_of)",
    ...CALL,
  ],
  whole: [
    "'team' in context.on_behalf_of",
    "context.on_behalf_of[args.key] == 'x'",
    "context.on_behalf_of.exists(k, k == 'tenant')",
    "size(context.on_behalf_of) > 2",
  ],
  leaves: [
    ["context.on_behalf_of.id", ["jane", "lea", "a1"]],
    ["context.on_behalf_of.type", ["human", "human", "agent", undefined]],
    ["context.on_behalf_of.tenant", [...TENANTS, undefined]],
    ["context.on_behalf_of.team", [...TEAMS, undefined]],
    ["context.on_behalf_of.roles", [["m"], ["s"], undefined]],
    ["context.on_behalf_of.home", [...HOMES, undefined]],
    ["context.on_behalf_of.registered", [true, false, undefined]],
    ["context.on_behalf_of", ["human:jane", "jane", undefined]],
    ["unrecorded", [["context.on_behalf_of.tenant"], ["context.on_behalf_of.id"], undefined]],
  ],
};
const RESOURCE: EntityWorld = {
  members: [
    "resource.tenant == 'eu'",
    "has(resource.tenant)",
    "resource.owner == 'jane'",
    "resource.team == 'x'",
    "has(resource.team)",
    "resource.classification == 'internal'",
    "resource.home.region == 'eu'",
    "resource.id == '1'",
    "resource.id.startsWith('j')",
    "resource.type == 'order'",
    "has(resource.id)",
  ],
  whole: [
    "'team' in resource",
    "resource[args.key] == 'x'",
    "resource.exists(k, k == 'owner')",
    "size(resource) > 3",
    "size(resource.id) > 1",
    "[resource].exists(e, e.tenant == 'eu')",
  ],
  leaves: [
    ["resource.id", NAMES],
    ["resource.type", ["order", "file", undefined]],
    ["resource.tenant", [...TENANTS, undefined]],
    ["resource.owner", ["jane", undefined]],
    ["resource.team", [...TEAMS, undefined]],
    ["args.order", NAMES],
    ["resource", [undefined, { type: "order" }, { id: "1" }]],
    ["unrecorded", [["resource.tenant"], ["resource.id"], ["args.order"], undefined]],
  ],
};
const BOTH: EntityWorld = {
  members: [
    "subject.tenant == resource.tenant",
    "subject.tenant == context.on_behalf_of.tenant",
    "subject.team != resource.team",
    "subject.id == context.on_behalf_of.id",
    "resource.owner == context.on_behalf_of.id",
    "resource.owner == subject.id",
    "resource.id == args.order",
    "subject.home.region == resource.tenant",
    "subject.tenant == 'eu' ? resource.tenant == 'eu' : resource.owner == 'jane'",
    "[subject.team, resource.team].exists(t, t == 'x')",
  ],
  whole: ["[subject, resource].exists(e, e.team == 'x')", "subject != context.on_behalf_of"],
  leaves: [...SUBJECT.leaves, ...PERSON.leaves, ...RESOURCE.leaves].filter(
    ([path]) => path !== "unrecorded",
  ),
};

/**
 * Most are in no catalog; a few are given one member, by which alone they differ from the others. An
 * event may claim the same of it as the catalog, or something else.
 */
export const given: fc.Arbitrary<Kind> = fc.constantFrom("tenant", "team").map((name) => ({
  ...PLAIN,
  operands: ["subject", "resource"].flatMap((root) => [
    `${root}.${name} == 'eu'`,
    `has(${root}.${name})`,
  ]),
  weights: [1, 0] as const,
  leaves: [
    ["subject.id", ["a1", "a1", "a2", "jane"]],
    ["resource.id", ["1", "1", "3", "2"]],
    [`subject.${name}`, [undefined, undefined, "eu", "us"]],
    // all that a catalog knows of who or what is not in it
    ["subject.registered", [undefined, undefined, true, false]],
    ["resource.classification", [undefined, undefined, "internal", "public"]],
    ...leavesAt("action"),
  ] satisfies Leaves,
  catalog: fc.constant<Plain>({
    unregistered: "policy",
    agents: [{ id: "jane", attributes: { [name]: "eu" } }],
    resources: [
      {
        match: "order:2",
        ...(name === "tenant" ? { tenant: "eu" } : { attributes: { team: "eu" } }),
      },
    ],
  }),
}));

/**
 * What is known of somebody or something hangs on who it is: entities of one name and other types,
 * of which catalogs give the same members or others, events claim what catalogs give, and rules
 * read members, or all of them.
 */
export const ENTITY_KINDS: readonly WeightedKind[] = [
  {
    weight: 7,
    arbitrary: fc
      .record({
        world: fc.constantFrom(SUBJECT, SUBJECT, PERSON, RESOURCE, BOTH),
        whole: fc.nat(3),
      })
      .map(({ world: { members, whole: all, leaves }, whole }) => ({
        ...PLAIN,
        operands: whole === 0 ? [...members, ...all, ...all] : members,
        weights: [6, 1] as const,
        triggers: [...TRIGGERS, ...AFTER],
        leaves: [
          ...leaves,
          ...leavesAt("action"),
          ["args.key", ["tenant", "team", "id"]],
          ["complete", [...COMPLETE, undefined, undefined]],
        ],
        first: [["context.on_behalf_of", { type: "human", id: "jane" }]],
        catalog,
      })),
  },
];

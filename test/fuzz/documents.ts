import fc from "fast-check";
import { declarationCondition, ruleCondition } from "./conditions.ts";

/** A document as plain JSON, before it is written as YAML. */
export interface Plain {
  readonly [key: string]: unknown;
}

type Maybe<T> = fc.Arbitrary<T | undefined>;

/** Present in `share` of 100 cases. */
function sometimes<T>(share: number, arbitrary: fc.Arbitrary<T>): Maybe<T> {
  return fc.oneof(
    { weight: 100 - share, arbitrary: fc.constant(undefined) },
    { weight: share, arbitrary },
  );
}

function some<T>(items: readonly T[], max = 2): fc.Arbitrary<readonly T[]> {
  return fc.uniqueArray(fc.constantFrom(...items), { minLength: 1, maxLength: max });
}

const SUBJECTS = [
  "agent:*",
  "agent:a1",
  "agent:a*",
  "agent:boss",
  "human:*",
  "human:jane",
  "**",
  "service:**",
  "agent:team/*",
];
const ACTIONS = [
  "**",
  "crm/lookup",
  "pay/refund",
  "pay/*",
  "mail/send",
  "refund",
  "fs/read",
  "host/shell",
  "host/*",
  "look*",
  "*/send",
];
const RESOURCES = [
  "order:*",
  "order:1",
  "file:/data/**",
  "file:/data/*",
  "file:*",
  "**",
  "*:1",
  "site:shop.example",
];
const APPROVERS = [
  "role:manager",
  "human:*",
  "human:jane",
  "agent:a2",
  "agent:*",
  "role:nobody",
  "human:omar",
];
const CLASSES = ["public", "internal", "confidential", "restricted"];
const DATES = ["2026-05-17", "2026-05-18", "2026-05-19"];

const approval = fc.record({
  approvers: sometimes(60, some(APPROVERS)),
  quorum: sometimes(40, fc.constantFrom(1, 2, 3)),
  within: sometimes(50, fc.constantFrom("1h", "30m")),
});

const obligations = fc.record({
  redact: sometimes(
    50,
    fc.oneof(
      fc.constantFrom<readonly string[]>(["outcome.result.card"], ["outcome.x", "outcome.a"]),
      fc.record({ above: fc.constantFrom(...CLASSES) }),
      fc.record({
        fields: fc.constant(["outcome.y"]),
        above: fc.constantFrom("public", "internal"),
      }),
    ),
  ),
  log: sometimes(40, fc.boolean()),
  notify: sometimes(30, some(["role:security", "human:lea"])),
});

const lists = {
  subjects: sometimes(20, some(SUBJECTS)),
  actions: sometimes(55, some(ACTIONS, 3)),
  resources: sometimes(20, some(RESOURCES)),
};

const exception = fc
  .record({
    subjects: sometimes(40, some(SUBJECTS)),
    actions: sometimes(30, some(ACTIONS)),
    when: sometimes(50, ruleCondition),
    reason: fc.constant("known"),
    owner: fc.constant("team"),
    expires: sometimes(50, fc.constantFrom(...DATES)),
  })
  .map((one) =>
    one.subjects === undefined && one.actions === undefined && one.when === undefined
      ? { ...one, actions: ["pay/*"] }
      : one,
  );

const ruleBase = fc.record({
  ...lists,
  when: sometimes(65, ruleCondition),
  mode: sometimes(8, fc.constant("shadow")),
  exceptions: sometimes(10, fc.array(exception, { minLength: 1, maxLength: 2 })),
});

const rule = fc
  .oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        base: ruleBase,
        effect: fc.constant("allow"),
        obligations: sometimes(35, obligations),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        base: ruleBase,
        effect: fc.constant("deny"),
        on_deny: sometimes(
          25,
          fc.constantFrom(
            "block_tool",
            "suspend_session",
            "terminate_session",
            "revoke_credential",
          ),
        ),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        base: ruleBase,
        effect: fc.constant("require_approval"),
        approval: sometimes(85, approval),
        obligations: sometimes(20, obligations),
      }),
    },
  )
  .map(({ base, ...rest }): Plain => ({ ...rest, ...base }));

const declaration = {
  when: sometimes(70, declarationCondition),
  on: sometimes(40, fc.constantFrom("permitted", "completed", "attempted")),
  key: sometimes(
    45,
    fc.constantFrom(
      "session",
      "subject",
      "on_behalf_of",
      "tenant",
      "action.server",
      "context.task.type + '!'",
    ),
  ),
};
const within = sometimes(55, fc.constantFrom("1h", "30m", "1ms"));

const label = fc.record(declaration);
const counter = fc.record({
  ...declaration,
  within,
  add: fc.constantFrom(
    "1",
    "1.0",
    "args.amount",
    "size(args.to)",
    "args.amount - 10.0",
    "session.counters.c1 + 1.0",
  ),
});
const values = fc.record({
  ...declaration,
  within,
  add: fc.constantFrom("args.order", "subject.id", "args.amount", "resource.id"),
  max: sometimes(50, fc.constantFrom(1, 2, 3)),
});

const named =
  (name: string) =>
  (one: object): Plain => ({ name, ...one });

const session = fc.record({
  labels: fc.tuple(label.map(named("l1")), label.map(named("l2"))),
  counters: fc.tuple(counter.map(named("c1")), counter.map(named("c2"))),
  values: fc.tuple(values.map(named("v1")), values.map(named("v2"))),
});

const policyBody = fc.record({
  target: sometimes(15, fc.record({ subjects: some(SUBJECTS) })),
  delegation: sometimes(30, fc.constantFrom("agents", "user", "subject")),
  rules: fc.array(rule, { minLength: 1, maxLength: 4 }),
});

const HEADER = { apiVersion: "agentz/v1", version: "1.0.0" };

/** One to three policies; the first declares all state, so that every condition may read it. */
export const policies: fc.Arbitrary<readonly Plain[]> = fc
  .tuple(session, fc.array(policyBody, { minLength: 1, maxLength: 3 }))
  .map(([state, bodies]) =>
    bodies.map((body, i) => ({
      ...HEADER,
      kind: "Policy",
      name: `p${i + 1}`,
      ...(i === 0 && { session: state }),
      ...body,
      rules: body.rules.map((one, r) => ({ id: `r${r + 1}`, ...one })),
    })),
  );

const ARG_SCHEMA = {
  type: "object",
  properties: {
    order: { type: "string" },
    amount: { type: "number" },
    path: { type: "string" },
    to: { type: "array", items: { type: "string" } },
    deep: { type: "object", properties: { flag: { type: "boolean" } } },
  },
};

const TIGHT_SCHEMAS = [
  { type: "object", required: ["order"] },
  { type: "object", properties: { amount: { type: "number", maximum: 50 } } },
  {
    type: "object",
    required: ["order"],
    additionalProperties: false,
    properties: { order: { type: "string" }, amount: { type: "number", exclusiveMinimum: 0 } },
  },
];

const manifest = fc.record({
  tools: sometimes(
    70,
    fc.uniqueArray(
      fc.record({
        name: fc.constantFrom(...ACTIONS),
        args: sometimes(30, fc.constantFrom(...TIGHT_SCHEMAS)),
      }),
      { minLength: 1, maxLength: 4, selector: (tool) => tool.name },
    ),
  ),
  sources: sometimes(25, some(RESOURCES)),
  max_calls: sometimes(25, fc.constantFrom(1, 2, 4)),
  max_duration: sometimes(25, fc.constantFrom("1h", "30m")),
});

const agentBody = fc.record({
  owner: sometimes(50, fc.constant("team")),
  status: sometimes(
    25,
    fc.constantFrom("commissioned", "commissioned", "suspended", "decommissioned"),
  ),
  expires: sometimes(20, fc.constantFrom(...DATES)),
  data_classes: sometimes(20, some(CLASSES, 3)),
  attributes: sometimes(
    50,
    fc.constantFrom<Plain>(
      { tenant: "eu" },
      { tenant: "us" },
      { grade: 2 },
      { tenant: "eu", home: { region: "eu" } },
      { home: { region: "us", floor: 2 } },
    ),
  ),
  manifest: sometimes(35, manifest),
});

const agents = fc
  .tuple(sometimes(90, agentBody), sometimes(60, agentBody), sometimes(50, agentBody))
  .map((bodies) =>
    bodies.flatMap((body, i) =>
      body === undefined ? [] : [{ id: ["a1", "a2", "boss"][i], ...body }],
    ),
  );

const personBody = fc.record({
  roles: sometimes(80, fc.constantFrom(["manager"], ["support"], ["manager", "security"])),
  tenant: sometimes(50, fc.constantFrom("eu", "us")),
  attributes: sometimes(
    30,
    fc.constantFrom<Plain>(
      { home: { region: "eu" } },
      { home: { region: "us", floor: 2 } },
      { grade: 2 },
    ),
  ),
});
const people = fc
  .tuple(sometimes(85, personBody), sometimes(70, personBody), sometimes(60, personBody))
  .map((bodies) =>
    bodies.flatMap((body, i) =>
      body === undefined ? [] : [{ id: ["jane", "lea", "omar"][i], ...body }],
    ),
  );

const toolBody = fc.record({
  effects: sometimes(
    75,
    fc.constantFrom<readonly string[]>([], ["read"], ["pay"], ["send"], ["read", "send"]),
  ),
  reversible: sometimes(40, fc.boolean()),
  open_world: sometimes(50, fc.boolean()),
  args: sometimes(30, fc.constant(ARG_SCHEMA)),
});
const orderResource = fc.constantFrom<unknown>("none", { type: "order", id: "args.order" });
const TOOLS = [
  { name: "lookup", server: "crm", resource: orderResource, share: 90 },
  { name: "refund", server: "pay", resource: orderResource, share: 80 },
  {
    name: "send",
    server: "mail",
    resource: fc.constantFrom<unknown>("none", { type: "order", id: "'1'" }),
    share: 60,
  },
  {
    name: "read",
    server: "fs",
    resource: fc.constant<unknown>({ type: "file", id: "args.path" }),
    share: 75,
  },
  { name: "shell", server: "host", resource: fc.constant<unknown>("none"), share: 40 },
  { name: "refund", server: "mail", resource: orderResource, share: 10 },
] as const;

const tools = fc
  .tuple(
    ...TOOLS.map(({ share, resource }) =>
      sometimes(share, fc.tuple(toolBody, sometimes(75, resource))),
    ),
  )
  .map((bodies) =>
    bodies.flatMap((body, i): readonly Plain[] => {
      const tool = TOOLS[i];
      return body === undefined || tool === undefined
        ? []
        : [{ name: tool.name, server: tool.server, ...body[0], resource: body[1] }];
    }),
  );

const RESOURCE_MATCHES = [
  "order:*",
  "order:1",
  "*rder:1",
  "file:*",
  "file:/data/**",
  "file:/data/*",
  "*:1",
  "file:/etc/*",
  "site:*",
  "site:shop.example",
];
const resourceBody = fc.record({
  classification: sometimes(65, fc.constantFrom(...CLASSES)),
  environment: sometimes(25, fc.constantFrom("prod", "test")),
  owner: sometimes(20, fc.constant("team")),
  tenant: sometimes(30, fc.constantFrom("eu", "us")),
  fields: sometimes(
    50,
    fc.constantFrom({ card: "restricted" }, { card: "internal", name: "confidential" }),
  ),
});
const resources = fc
  .tuple(
    fc.uniqueArray(fc.tuple(fc.constantFrom(...RESOURCE_MATCHES), resourceBody), {
      maxLength: 4,
      selector: ([match]) => match,
    }),
    sometimes(60, fc.constantFrom("path", "opaque")),
    sometimes(50, fc.constantFrom("domain", "opaque")),
  )
  .map(([entries, file, site]) => {
    const plain: Plain[] = entries.map(([match, body]) => ({ match, ...body }));
    if (file !== undefined) plain.push({ match: "file:*", form: file });
    if (site !== undefined) plain.push({ match: "site:*", form: site });
    return plain;
  });

/** A catalog. Its data are the same in all, so that conditions can name them. */
export const catalog: fc.Arbitrary<Plain> = fc
  .record({
    unregistered: sometimes(50, fc.constantFrom("policy", "policy", "deny")),
    agents: sometimes(65, agents),
    people: sometimes(85, people),
    tools,
    resources: sometimes(85, resources),
  })
  .map((body) => ({
    ...HEADER,
    kind: "Catalog",
    name: "world",
    data: { own: ["shop.example", "shop.test"], limits: { max: 50 } },
    ...body,
  }));

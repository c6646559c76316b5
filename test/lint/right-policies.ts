import fc from "fast-check";
import { CLASSIFICATIONS, TOOL_EFFECTS } from "../../src/policy/closed-lists.ts";

/** A text in single quotes, as CEL reads it. */
function text(value: string): string {
  return `'${value}'`;
}

/** What a drawn catalog lists; everything that a right policy says is drawn from it. */
interface World {
  readonly servers: readonly string[];
  readonly tools: readonly string[];
  readonly roles: readonly string[];
  readonly departments: readonly string[];
  readonly environments: readonly string[];
  readonly tenants: readonly string[];
  readonly currencies: readonly string[];
  readonly agents: readonly string[];
  /** Without a catalog, nothing but the format is closed. */
  readonly catalog: boolean;
}

function some(words: readonly string[]): fc.Arbitrary<readonly string[]> {
  return fc.subarray([...words], { minLength: 1, maxLength: 3 });
}

const world: fc.Arbitrary<World> = fc.record({
  servers: some(["crm", "mail", "github", "k8s", "data.lake", "pay-2"]),
  tools: some(["lookup", "send_message", "delete-file", "v2.read", "refund", "ping"]),
  roles: some(["finance-manager", "support", "sre", "team-a", "team-b"]),
  departments: some(["finance", "platform", "people"]),
  environments: some(["production", "staging", "dev", "prod-eu", "prod-us"]),
  tenants: some(["eu", "us", "acme"]),
  currencies: some(["EUR", "USD", "CHF"]),
  agents: some(["support-eu", "coder", "helper-1"]),
  catalog: fc.boolean(),
});

type Text = fc.Arbitrary<string>;

/** Ways to say that an attribute is, or is not, one of some words. */
function about(path: string, words: readonly string[]): Text {
  const word = fc.constantFrom(...words);
  const list = fc
    .uniqueArray(word, { minLength: 1, maxLength: 3 })
    .map((found) => `[${found.map(text).join(", ")}]`);
  return fc.oneof(
    word.map((w) => `${path} == ${text(w)}`),
    word.map((w) => `${text(w)} != ${path}`),
    list.map((l) => `${path} in ${l}`),
    list.map((l) => `!(${path} in ${l})`),
    list.map((l) => `${l}.exists(x, x == ${path})`),
    word.map((w) => `${path}.startsWith(${text(w.slice(0, 2))})`),
    word.map((w) => `(has(${path}) ? ${path} : 'nothing') == ${text(w)}`),
    fc.tuple(word, word).map(([a, b]) => `${path} == (args.n > 3.0 ? ${text(a)} : ${text(b)})`),
    word.map((w) => `cel.bind(w, ${text(w)}, ${path} == w)`),
  );
}

/** Ways to say that a list holds some words. */
function holding(path: string, words: readonly string[]): Text {
  const word = fc.constantFrom(...words);
  return fc.oneof(
    word.map((w) => `${text(w)} in ${path}`),
    word.map((w) => `${path}.exists(e, e == ${text(w)})`),
    fc.tuple(word, word).map(([a, b]) => `${path}.exists(e, e in [${text(a)}, ${text(b)}])`),
    fc.tuple(word, word).map(([a, b]) => `[${text(a)}, ${text(b)}].all(e, e in ${path})`),
    word.map((w) => `sets.intersects(${path}, [${text(w)}])`),
  );
}

const TYPES = ["file", "url", "order"] as const;

/** The type of the resource of a tool, as the drawn catalog has it. */
function typeOf(of: World, server: string, tool: string): string {
  return (
    TYPES[(of.servers.indexOf(server) * of.tools.length + of.tools.indexOf(tool)) % TYPES.length] ??
    "file"
  );
}

/**
 * The types that resources of a rule can have: those of the tools that it names one by one, else
 * all.
 */
function typesOf(of: World, actions: readonly string[]): readonly string[] {
  const named = actions.map((action) =>
    /^[^*/]+\/[^*/]+$/.test(action) ? action.split("/") : undefined,
  );
  if (named.some((parts) => parts === undefined)) return TYPES;
  return [...new Set(named.map((parts) => typeOf(of, parts?.[0] ?? "", parts?.[1] ?? "")))];
}

function atoms(of: World, types: readonly string[]): Text {
  const listed = of.catalog
    ? [
        about("action.name", of.tools),
        about("action.server", [...of.servers, "host"]),
        about("resource.environment", of.environments),
        about("resource.type", types),
        about("subject.tenant", of.tenants),
        about("context.on_behalf_of.department", of.departments),
        about("args.currency", of.currencies),
        holding("context.on_behalf_of.roles", of.roles),
        holding("subject.roles", of.roles),
      ]
    : [
        about("action.name", ["anything"]),
        about("resource.environment", ["live"]),
        holding("subject.roles", ["admin"]),
      ];
  return fc.oneof(
    about("resource.classification", CLASSIFICATIONS),
    about("action.kind", [
      "tool_call",
      "mcp_request",
      "subagent_invocation",
      "api_call",
      "memory_read",
      "memory_write",
      "response",
    ]),
    about("subject.type", ["agent", "human", "service", "model"]),
    about("subject.credential.kind", ["workload", "user_token", "api_key", "substitute"]),
    about("subject.status", ["commissioned", "suspended", "decommissioned"]),
    about("resource.scope", ["user", "team", "tenant"]),
    about("context.on_behalf_of.type", ["human", "service"]),
    holding("action.effects", TOOL_EFFECTS),
    holding("subject.data_classes", CLASSIFICATIONS),
    fc
      .constantFrom(...CLASSIFICATIONS)
      .map((w) => `rank(resource.classification) <= rank(${text(w)})`),
    fc.constantFrom(
      "resource.classification in subject.data_classes",
      "args.note == 'Restricted'",
      "args.path.startsWith('/data/')",
    ),
    fc
      .constantFrom(
        "args.url.matches('^https://acme[.]example/.*$')",
        "host(args.url) in data_or_none",
        "under(args.path, '/data')",
      )
      .map((condition) =>
        condition.replace("data_or_none", of.catalog ? "data.domains" : "['acme.example']"),
      ),
    ...listed,
  );
}

function condition(of: World, types: readonly string[]): Text {
  const joined = fc.array(atoms(of, types), { minLength: 1, maxLength: 3 });
  return fc.tuple(joined, fc.constantFrom(" && ", " || ")).map(([parts, by]) => parts.join(by));
}

const FILES = [
  "/etc/**",
  "/srv/*/logs/**",
  "/home/[slug]/**",
  "~/work/**",
  "c:/users/**",
  ".ssh/**",
  "*",
  "**",
  "/a/**/b",
  "/app/report.*",
];
const URLS = [
  "https://acme.example/**",
  "https://*.acme.example/**",
  "**",
  "https://acme.example:8443/x",
  "https://acme.example/?q=*",
  "ws://x.example/*",
];

function resources(of: World, types: readonly string[]): Text {
  if (!of.catalog) return fc.constantFrom("order:47-*", "order:*", "**");
  const drawn = [
    { type: "file", ids: fc.constantFrom(...FILES) },
    { type: "url", ids: fc.constantFrom(...URLS) },
    { type: "order", ids: fc.constantFrom("47-*", "*", "a$1") },
  ].filter(({ type }) => types.includes(type));
  return fc.oneof(
    fc.constant("**"),
    ...drawn.map(({ type, ids }) => ids.map((id) => `${type}:${id}`)),
  );
}

function actions(of: World): Text {
  const server = fc.constantFrom(...of.servers);
  const tool = fc.constantFrom(...of.tools);
  const named = fc.tuple(server, tool).map(([s, t]) => `${s}/${t}`);
  return fc.oneof(
    named,
    named,
    server.map((s) => `${s}/*`),
    tool,
    fc.constant("**"),
    tool.map((t) => `*/${t.slice(0, 3)}*`),
  );
}

function list(items: Text): fc.Arbitrary<readonly string[]> {
  return fc.uniqueArray(items, { minLength: 1, maxLength: 3 });
}

function subjects(of: World): fc.Arbitrary<readonly string[]> {
  const agents = fc.constantFrom(...of.agents).map((id) => `agent:${id}`);
  return list(fc.oneof(agents, fc.constantFrom("agent:*", "human:*", "**", "service:ci-*")));
}

function rule(of: World, index: number): Text {
  return list(actions(of)).chain((named) => {
    const types = typesOf(of, named);
    const parts = fc.record({
      effect: fc.constantFrom("allow", "deny", "require_approval"),
      subjects: subjects(of),
      resources: fc.option(list(resources(of, types)), { nil: undefined }),
      when: fc.option(condition(of, types), { nil: undefined }),
    });
    return parts.map(
      (drawn) => `  - ${JSON.stringify({ id: `r${index}`, actions: named, ...drawn })}`,
    );
  });
}

function catalogOf(of: World): string {
  const args =
    `args: { type: object, properties: { currency: { enum: ${JSON.stringify(of.currencies)} }, ` +
    "n: { type: number }, note: { type: string }, path: { type: string }, url: { type: string }, " +
    "id: { type: string } } }";
  const pairs = of.servers.flatMap((server) => of.tools.map((tool) => [server, tool] as const));
  const tools = pairs.map(
    ([server, tool], i) =>
      `  - { name: ${tool}, server: ${server}, effects: ` +
      `[${TOOL_EFFECTS[i % TOOL_EFFECTS.length] ?? "read"}], resource: { type: ` +
      `${typeOf(of, server, tool)}, id: args.id }, ${args} }`,
  );
  const people = of.roles.map(
    (role, i) =>
      `  - { id: p${i}, roles: [${role}], department: ` +
      `${of.departments[i % of.departments.length] ?? "finance"}, tenant: ` +
      `${of.tenants[i % of.tenants.length] ?? "eu"} }`,
  );
  // everything that conditions may name is said of somebody or something
  const rest = of.departments.map(
    (department, i) => `  - { id: q${i}, department: ${department} }`,
  );
  const tenants = of.tenants.map((tenant, i) => `  - { id: t${i}, tenant: ${tenant} }`);
  const environments = of.environments.map(
    (environment, i) => `  - { match: "order:e${i}-*", environment: ${environment} }`,
  );
  return [
    "---\napiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0",
    `agents:\n${of.agents.map((id) => `  - { id: ${id}, owner: o, purpose: p }`).join("\n")}`,
    `people:\n${[...people, ...rest, ...tenants].join("\n")}`,
    `tools:\n${tools.join("\n")}`,
    `resources:\n  - { match: "file:*", form: path }\n  - { match: "url:*", form: url }\n  - { ` +
      `match: "order:*", classification: internal }\n${environments.join("\n")}`,
    "data: { domains: [acme.example] }\n",
  ].join("\n");
}

/** A policy, and mostly its catalog, in which every value, pattern and comparison can occur. */
export const rightPolicy: fc.Arbitrary<string> = world.chain((of) =>
  fc.tuple(...[0, 1, 2, 3].map((i) => rule(of, i))).map((rules) => {
    const head = "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n";
    const allow =
      "  - { id: base, effect: allow, actions: " +
      `[${JSON.stringify(`${of.servers[0] ?? "crm"}/${of.tools[0] ?? "lookup"}`)}] }`;
    return `${head}${[...rules, allow].join("\n")}\n${of.catalog ? catalogOf(of) : ""}`;
  }),
);

// Other engines with the bench's forty rules. Each gives `answer(record)`, true where the call is
// allowed outright, and `prepare(record)`, which makes of a record what the engine wants to be
// given: that is not measured.
import { readFileSync } from "node:fs";
import { byTool, fits, RULES } from "./rules.mjs";

const scopeOf = ({ tool, s, r, a, c, f, payees }) => ({
  tool,
  scope: {
    tool,
    subject: s,
    resource: r,
    args: a,
    context: c,
    action: { effects: f },
    data: { payees },
  },
});

/**
 * The same conditions in CEL, each with its tool before it, and every rule's match known, as
 * agentz's decisions have it.
 */
export async function celJs(tools, conditions) {
  const { parse } = await import("@marcbachmann/cel-js");
  const fitting = (tool) =>
    tool === "**"
      ? "true"
      : tool.endsWith("/*")
        ? `tool.startsWith("${tool.slice(0, -1)}")`
        : `tool == "${tool}"`;
  const rules = conditions.map(({ effect, tool, when }) => ({
    allows: effect === "allow",
    ask: parse(`${fitting(tool)} && (${when})`),
  }));
  return {
    prepare: scopeOf,
    answer: ({ scope }) => {
      const matched = rules.filter(({ ask }) => ask(scope) === true);
      return matched.length > 0 && matched.every(({ allows }) => allows);
    },
  };
}

/** The same by hand picked by tool before, and no rule asked once the answer stands. */
export async function celJsByTool(tools, conditions) {
  const { parse } = await import("@marcbachmann/cel-js");
  const rules = byTool(
    conditions.map(({ effect, tool, when }) => ({ effect, tool, ask: parse(when) })),
    tools,
  );
  return {
    prepare: scopeOf,
    answer: ({ tool, scope }) => {
      let allowed = false;
      for (const { effect, ask } of rules.get(tool)) {
        if (effect === "allow" && allowed) continue;
        if (ask(scope) !== true) continue;
        if (effect !== "allow") return false;
        allowed = true;
      }
      return allowed;
    },
  };
}

const FIELDS = [
  ...["tool", "team", "tenant", "task", "class", "rtenant", "owner", "environment", "region"],
  ...["injection", "dlp", "rows", "amount", "currency", "payee", "requestedBy", "onBehalfOf"],
  ...["colleague", "recipients", "attachments", "share", "key", "method", "inside", "bytes"],
  ...["grave", "target"],
];

const MODEL = `
[request_definition]
r2 = tool
r = ${FIELDS.join(", ")}
[policy_definition]
p = tool, cond, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = fits(p.tool, r.tool) && eval(p.cond)
`;

export async function casbin() {
  const { newEnforcer, newModel, StringAdapter } = await import("casbin");
  const model = newModel(MODEL.replace("r2 = tool\n", ""));
  const lines = RULES.map(
    ({ effect, tool, casbin: condition }) =>
      `p, ${tool}, "${condition.replaceAll("r.", "r_").replace(/r_(\w+)/g, "r.$1")}", ` +
      `${effect === "allow" ? "allow" : "deny"}`,
  );
  const enforcer = await newEnforcer(model, new StringAdapter(lines.join("\n")));
  await enforcer.addFunction("fits", (pattern, tool) => fits(pattern, tool));
  return {
    prepare: (x) => {
      const flat = {
        tool: x.tool,
        team: x.s.team,
        tenant: x.s.tenant,
        task: x.c.task.type,
        class: x.r.classification,
        rtenant: x.r.tenant,
        owner: x.r.owner,
        environment: x.r.environment,
        region: x.c.region,
        injection: x.c.signals.injection,
        dlp: x.c.signals.dlp,
        rows: x.a.rows,
        amount: x.a.amount,
        currency: x.a.currency,
        payee: x.d.has(x.a.iban),
        requestedBy: x.a.requested_by,
        onBehalfOf: x.c.on_behalf_of.id,
        colleague: x.a.to?.endsWith("@acme.example") === true,
        recipients: x.a.recipients,
        attachments: x.a.attachments,
        share: x.a.path?.startsWith("/srv/share/") === true,
        key: x.a.path !== undefined && (x.a.path.includes(".ssh") || x.a.path.endsWith(".pem")),
        method: x.a.method,
        inside: x.a.url !== undefined && /^http:\/\/(10|169\.254)\./.test(x.a.url),
        bytes: x.a.bytes,
        grave: x.f.some((effect) => ["pay", "delete", "execute"].includes(effect)),
        target: x.a.environment,
      };
      return FIELDS.map((name) => flat[name] ?? "");
    },
    answer: (values) => enforcer.enforceSync(...values),
  };
}

const hundredths = (n) => Math.round(n * 100);

/** The forty rules as one text of Cedar policies. */
export function cedarPolicies() {
  const scope = (tool) =>
    tool === "**"
      ? "action"
      : tool.endsWith("/*")
        ? `action in Action::"${tool.slice(0, -2)}"`
        : `action == Action::"${tool}"`;
  return RULES.map(
    ({ effect, tool, cedar: condition }) =>
      `${effect === "allow" ? "permit" : "forbid"}(principal, ${scope(tool)}, resource) when { ${condition} };`,
  ).join("\n");
}

/** A record as Cedar's request, with the entities that it speaks of. */
export function cedarCall(x) {
  const [server] = x.tool.split("/");
  const context = {
    task: x.c.task.type,
    region: x.c.region,
    injection: hundredths(x.c.signals.injection),
    dlp: hundredths(x.c.signals.dlp),
    on_behalf_of: x.c.on_behalf_of.id,
    effects: x.f,
    payees: x.payees,
  };
  for (const name of ["rows", "amount", "recipients", "attachments", "bytes"])
    if (x.a[name] !== undefined) context[name] = hundredths(x.a[name]);
  for (const name of [
    "currency",
    "iban",
    "requested_by",
    "to",
    "path",
    "method",
    "url",
    "environment",
  ])
    if (x.a[name] !== undefined) context[name] = x.a[name];
  const entity = (type, id, attrs, parents = []) => ({ uid: { type, id }, attrs, parents });
  const known = Object.fromEntries(Object.entries(x.r).filter(([, value]) => value !== undefined));
  return {
    principal: { type: "Agent", id: x.s.id },
    action: { type: "Action", id: x.tool },
    resource: { type: "Thing", id: "it" },
    context,
    entities: [
      entity("Agent", x.s.id, { team: x.s.team, tenant: x.s.tenant }),
      entity("Thing", "it", known),
      entity("Action", x.tool, {}, [{ type: "Action", id: server }]),
      entity("Action", server, {}),
    ],
  };
}

export async function cedar() {
  const cedarWasm = await import("@cedar-policy/cedar-wasm/nodejs");
  const parsed = cedarWasm.preparsePolicySet("bench", { staticPolicies: cedarPolicies() });
  if (parsed.type !== "success") throw new Error(JSON.stringify(parsed));
  return {
    prepare: (record) => ({
      ...cedarCall(record),
      preparsedPolicySetId: "bench",
      validateRequest: false,
    }),
    answer: (call) => cedarWasm.statefulIsAuthorized(call).response.decision === "allow",
  };
}

/**
 * CASL with conditions as functions, as its own documents propose for what its query language
 * cannot say.
 */
export async function casl() {
  const { createMongoAbility } = await import("@casl/ability");
  const tools = [...new Set(RULES.map(({ tool }) => tool))].filter((tool) => !tool.includes("*"));
  const names = (tool) =>
    tool === "**"
      ? "manage"
      : tool.endsWith("/*")
        ? [...tools, "memory/recall"].filter((one) => fits(tool, one))
        : tool;
  const rule =
    (inverted) =>
    ({ tool, js }) => ({
      action: names(tool),
      subject: "Call",
      conditions: { test: js },
      inverted,
    });
  // the later rule wins, so what denies comes last
  const rules = [
    ...RULES.filter(({ effect }) => effect === "allow").map(rule(false)),
    ...RULES.filter(({ effect }) => effect !== "allow").map(rule(true)),
  ];
  const ability = createMongoAbility(rules, {
    conditionsMatcher: ({ test }) => test,
    detectSubjectType: () => "Call",
  });
  return { prepare: (record) => record, answer: (record) => ability.can(record.tool, record) };
}

export const versionOf = (name) =>
  JSON.parse(
    readFileSync(new URL(`../../../node_modules/${name}/package.json`, import.meta.url), "utf8"),
  ).version;

// The bench's forty stateless rules once more, as others would write them. Every form is checked
// against agentz's own answers before it is measured. `js` are hand-written closures over a record:
// `s` subject, `r` resource, `a` arguments, `c` context, `f` the action's effects, `d` data.
// `cedar` and `casbin` say the same in their languages; Cedar has no fractions, so numbers come to
// it as hundredths.
const TICKETS = ["ticket", "refund"];

export const RULES = [
  [
    "allow",
    "crm/lookup",
    (x) => TICKETS.includes(x.c.task.type) && x.r.classification !== "restricted",
    '["ticket","refund"].contains(context.task) && resource.classification != "restricted"',
    "(r.task == 'ticket' || r.task == 'refund') && r.class != 'restricted'",
  ],
  [
    "deny",
    "crm/lookup",
    (x) => x.s.tenant !== x.r.tenant,
    "principal.tenant != resource.tenant",
    "r.tenant != r.rtenant",
  ],
  [
    "allow",
    "crm/update",
    (x) => x.s.team === "support" && x.c.task.type === "ticket",
    'principal.team == "support" && context.task == "ticket"',
    "r.team == 'support' && r.task == 'ticket'",
  ],
  [
    "require_approval",
    "crm/update",
    (x) => x.c.signals.injection > 0.7,
    "context.injection > 70",
    "r.injection > 0.7",
  ],
  ["deny", "crm/export", (x) => x.a.rows > 5000, "context.rows > 500000", "r.rows > 5000"],
  [
    "allow",
    "crm/export",
    (x) => x.a.rows <= 500 && (x.s.team === "sales" || x.s.team === "finance"),
    'context.rows <= 50000 && ["sales","finance"].contains(principal.team)',
    "r.rows <= 500 && (r.team == 'sales' || r.team == 'finance')",
  ],
  [
    "require_approval",
    "crm/export",
    (x) => x.a.rows > 500 && x.a.rows <= 5000,
    "context.rows > 50000 && context.rows <= 500000",
    "r.rows > 500 && r.rows <= 5000",
  ],
  [
    "deny",
    "crm/export",
    (x) => x.r.tenant === "eu" && x.c.region !== "eu",
    'resource.tenant == "eu" && context.region != "eu"',
    "r.rtenant == 'eu' && r.region != 'eu'",
  ],
  [
    "allow",
    "payments/refund",
    (x) => x.a.amount > 0 && x.a.amount <= 100 && x.c.task.type === "refund",
    'context.amount > 0 && context.amount <= 10000 && context.task == "refund"',
    "r.amount > 0 && r.amount <= 100 && r.task == 'refund'",
  ],
  [
    "require_approval",
    "payments/refund",
    (x) => x.a.amount > 100 && x.a.amount <= 1000,
    "context.amount > 10000 && context.amount <= 100000",
    "r.amount > 100 && r.amount <= 1000",
  ],
  [
    "deny",
    "payments/refund",
    (x) => x.a.amount > 1000,
    "context.amount > 100000",
    "r.amount > 1000",
  ],
  [
    "deny",
    "payments/refund",
    (x) => x.a.currency !== "EUR" && x.a.currency !== "USD" && x.a.currency !== "GBP",
    '!(["EUR","USD","GBP"].contains(context.currency))',
    "r.currency != 'EUR' && r.currency != 'USD' && r.currency != 'GBP'",
  ],
  [
    "allow",
    "payments/payout",
    (x) => x.s.team === "finance" && x.d.has(x.a.iban) && x.a.amount <= 2000,
    'principal.team == "finance" && context.payees.contains(context.iban) && context.amount <= 200000',
    "r.team == 'finance' && r.payee && r.amount <= 2000",
  ],
  [
    "require_approval",
    "payments/payout",
    (x) => x.a.amount > 2000,
    "context.amount > 200000",
    "r.amount > 2000",
  ],
  [
    "deny",
    "payments/payout",
    (x) => x.c.signals.injection > 0.5 || x.c.signals.dlp > 0.8,
    "context.injection > 50 || context.dlp > 80",
    "r.injection > 0.5 || r.dlp > 0.8",
  ],
  [
    "deny",
    "payments/payout",
    (x) => x.a.requested_by === x.c.on_behalf_of.id,
    "context.requested_by == context.on_behalf_of",
    "r.requestedBy == r.onBehalfOf",
  ],
  [
    "allow",
    "mail/send",
    (x) => x.a.to.endsWith("@acme.example"),
    'context.to like "*@acme.example"',
    "r.colleague",
  ],
  [
    "allow",
    "mail/send",
    (x) => TICKETS.includes(x.c.task.type) && x.c.signals.dlp < 0.5,
    '["ticket","refund"].contains(context.task) && context.dlp < 50',
    "(r.task == 'ticket' || r.task == 'refund') && r.dlp < 0.5",
  ],
  ["deny", "mail/send", (x) => x.c.signals.dlp >= 0.8, "context.dlp >= 80", "r.dlp >= 0.8"],
  [
    "require_approval",
    "mail/send",
    (x) => x.a.recipients > 20,
    "context.recipients > 2000",
    "r.recipients > 20",
  ],
  [
    "deny",
    "mail/send",
    (x) => x.a.attachments > 0 && !x.a.to.endsWith("@acme.example"),
    'context.attachments > 0 && !(context.to like "*@acme.example")',
    "r.attachments > 0 && !r.colleague",
  ],
  [
    "allow",
    "files/read",
    (x) => x.a.path.startsWith("/srv/share/"),
    'context.path like "/srv/share/*"',
    "r.share",
  ],
  [
    "allow",
    "files/read",
    (x) => x.r.owner === x.s.team,
    "resource.owner == principal.team",
    "r.owner == r.team",
  ],
  [
    "deny",
    "files/*",
    (x) => x.a.path.includes(".ssh") || x.a.path.endsWith(".pem"),
    'context.path like "*.ssh*" || context.path like "*.pem"',
    "r.key",
  ],
  [
    "allow",
    "files/write",
    (x) => x.a.path.startsWith("/srv/share/") && x.c.task.type !== "ticket",
    'context.path like "/srv/share/*" && context.task != "ticket"',
    "r.share && r.task != 'ticket'",
  ],
  [
    "require_approval",
    "files/write",
    (x) => x.r.environment === "production",
    'resource.environment == "production"',
    "r.environment == 'production'",
  ],
  [
    "deny",
    "files/*",
    (x) => x.r.classification === "restricted" && x.s.team !== "security",
    'resource.classification == "restricted" && principal.team != "security"',
    "r.class == 'restricted' && r.team != 'security'",
  ],
  [
    "allow",
    "web/fetch",
    (x) => x.a.method === "GET" && x.c.signals.injection < 0.9,
    'context.method == "GET" && context.injection < 90',
    "r.method == 'GET' && r.injection < 0.9",
  ],
  [
    "require_approval",
    "web/fetch",
    (x) => x.a.method === "POST",
    'context.method == "POST"',
    "r.method == 'POST'",
  ],
  [
    "deny",
    "web/fetch",
    (x) => x.a.url.startsWith("http://10.") || x.a.url.startsWith("http://169.254."),
    'context.url like "http://10.*" || context.url like "http://169.254.*"',
    "r.inside",
  ],
  [
    "deny",
    "web/fetch",
    (x) => x.a.bytes > 5000000,
    "context.bytes > 500000000",
    "r.bytes > 5000000",
  ],
  [
    "deny",
    "**",
    (x) =>
      x.c.signals.injection > 0.95 &&
      (x.f.includes("pay") || x.f.includes("delete") || x.f.includes("execute")),
    'context.injection > 95 && context.effects.containsAny(["pay","delete","execute"])',
    "r.injection > 0.95 && r.grave",
  ],
  [
    "allow",
    "cloud/deploy",
    (x) => (x.a.environment === "dev" || x.a.environment === "staging") && x.s.team === "coder",
    '["dev","staging"].contains(context.environment) && principal.team == "coder"',
    "(r.target == 'dev' || r.target == 'staging') && r.team == 'coder'",
  ],
  [
    "require_approval",
    "cloud/deploy",
    (x) => x.a.environment === "production",
    'context.environment == "production"',
    "r.target == 'production'",
  ],
  [
    "deny",
    "cloud/delete",
    (x) => x.r.environment === "production",
    'resource.environment == "production"',
    "r.environment == 'production'",
  ],
  [
    "allow",
    "cloud/delete",
    (x) => x.r.owner === x.s.team,
    "resource.owner == principal.team",
    "r.owner == r.team",
  ],
  [
    "allow",
    "warehouse/query",
    (x) =>
      x.a.rows <= 10000 && (x.r.classification === "public" || x.r.classification === "internal"),
    'context.rows <= 1000000 && ["public","internal"].contains(resource.classification)',
    "r.rows <= 10000 && (r.class == 'public' || r.class == 'internal')",
  ],
  [
    "require_approval",
    "warehouse/query",
    (x) => x.r.classification === "confidential",
    'resource.classification == "confidential"',
    "r.class == 'confidential'",
  ],
  [
    "allow",
    "memory/*",
    (x) => x.r.tenant === x.s.tenant,
    "resource.tenant == principal.tenant",
    "r.rtenant == r.tenant",
  ],
  ["deny", "memory/store", (x) => x.c.signals.dlp > 0.6, "context.dlp > 60", "r.dlp > 0.6"],
].map(([effect, tool, js, cedar, casbin]) => ({ effect, tool, js, cedar, casbin }));

/** Whether a rule's tools fit a tool: one by name, all of a server, or all there are. */
export function fits(pattern, tool) {
  return (
    pattern === "**" ||
    pattern === tool ||
    (pattern.endsWith("/*") && tool.startsWith(pattern.slice(0, -1)))
  );
}

/** The rules by tool: what every peer is given too, where it has no index of its own. */
export function byTool(rules, tools) {
  return new Map(tools.map((tool) => [tool, rules.filter((rule) => fits(rule.tool, tool))]));
}

/**
 * Hand-written closures that only answer yes or no: some rule allows, and none denies or asks for
 * an approval.
 */
export function closures(tools) {
  const split = new Map(
    [...byTool(RULES, tools)].map(([tool, rules]) => [
      tool,
      {
        no: rules.filter(({ effect }) => effect !== "allow").map(({ js }) => js),
        yes: rules.filter(({ effect }) => effect === "allow").map(({ js }) => js),
      },
    ]),
  );
  return (record) => {
    const { no, yes } = split.get(record.tool);
    for (let i = 0; i < no.length; i++) if (no[i](record)) return false;
    for (let i = 0; i < yes.length; i++) if (yes[i](record)) return true;
    return false;
  };
}

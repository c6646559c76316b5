import { describe, expect, test } from "vitest";
import { assemble, documents, lint } from "./pages.ts";

const CATALOG = `
---
agents:
  - { id: support-eu, owner: care, purpose: p, status: commissioned, attributes: { tenant: eu, tier: gold } }
people:
  - { id: omar, roles: [finance-manager], department: finance, team: ledger }
  - { id: lea, roles: [finance-manager, support] }
tools:
  - { name: lookup, server: crm, effects: [read], resource: { type: order, id: args.order },
      args: { type: object, properties: { order: { type: string } } } }
  - { name: refund, server: payments, effects: [pay], resource: { type: order, id: args.order },
      args: { type: object, properties: { order: { type: string },
      currency: { enum: [EUR, USD] } } } }
  - { name: read, server: files, effects: [read], resource: { type: file, id: args.path },
      args: { type: object, properties: { path: { type: string } } } }
  - { name: send_message, server: mail, effects: [send], resource: none,
      args: { type: object, properties: { body: { type: string } } } }
resources:
  - { match: "order:*", classification: confidential, environment: production, tenant: eu }
  - { match: "file:*", form: path }
data: { grave: [Restricted, confidential], own_kinds: { tool: 1 }, domains: [shop.example] }
`;

function policyOf(condition: string, more = ""): string {
  const quoted = JSON.stringify(condition);
  const labels =
    "session: { labels: [{ name: read_internal, when: \"'read' in action.effects\" }] }";
  return documents(
    `${labels}\nrules:\n  - { id: r, effect: deny, when: ${quoted}${more} }\n  - { id: s, ` +
      `effect: allow, actions: [crm/lookup], when: "'read_internal' in session.labels" ` +
      `}${CATALOG}`,
  );
}

const WORDS: ReadonlySet<string> = new Set(["impossible-value", "unknown-value", "unknown-tool"]);

/** What is found in a condition: severity and code, the text underlined, the help. */
function found(text: string): readonly (readonly [string, string, string | undefined])[] {
  const assembled = assemble(text);
  expect(assembled.diagnostics).toEqual([]);
  return lint(text, [], assembled)
    .findings.filter(({ code }) => WORDS.has(code))
    .map(({ severity, span, help }) => [
      severity,
      text.slice(span.start, span.end).replaceAll('\\"', '"'),
      help,
    ]);
}

type Row = readonly [condition: string, underlined: string, help: RegExp];

/** Comparisons that are never what their author meant; each is an error. */
const IMPOSSIBLE: readonly Row[] = [
  ["resource.classification == 'secret'", "'secret'", /did you mean `restricted`/],
  ["resource.classification == 'Restricted'", "'Restricted'", /did you mean `restricted`/],
  ["resource.classification != 'confidentail'", "'confidentail'", /did you mean `confidential`/],
  ["'pubic' == resource.classification", "'pubic'", /did you mean `public`/],
  [
    "resource.classification in ['public', 'intern', 'confidential']",
    "'intern'",
    /did you mean `internal`/,
  ],
  ["!(resource.classification in ['PUBLIC'])", "'PUBLIC'", /did you mean `public`/],
  ["resource['classification'] == 'topsecret'", "'topsecret'", /known: `confidential`, `internal`/],
  ["resource.fields['card'] == 'high'", "'high'", /known: /],
  ["'restricted ' in subject.data_classes", "'restricted '", /did you mean `restricted`/],
  ["resource.classification.startsWith('conf_')", "'conf_'", /known: /],
  ["resource.classification.matches('^secret$')", "'^secret$'", /known: /],
  [
    "resource.classification in data.grave",
    "resource.classification in data.grave",
    /did you mean `restricted`/,
  ],
  ["'sent' in action.effects", "'sent'", /did you mean `send`/],
  ["'write' in action.effects", "'write'", /did you mean `update`/],
  ["action.effects.exists(e, e == 'Read')", "'Read'", /did you mean `read`/],
  ["['read', 'remove'].all(e, e in action.effects)", "'remove'", /did you mean `delete`/],
  ["action.effects.exists(e, e in ['pay', 'payout'])", "'payout'", /did you mean `pay`/],
  ["sets.intersects(action.effects, ['exec', 'pay'])", "'exec'", /did you mean `execute`/],
  ["action.effects == ['reads']", "'reads'", /did you mean `read`/],
  ["action.kind == 'tool'", "'tool'", /did you mean `tool_call`/],
  ["action.kind in data.own_kinds", "action.kind in data.own_kinds", /did you mean `tool_call`/],
  ["cel.bind(k, action.kind, k == 'mcp')", "'mcp'", /did you mean `mcp_request`/],
  [
    "action.kind == (has(args.order) ? 'tool_call' : 'subagent')",
    "'subagent'",
    /did you mean `subagent_invocation`/,
  ],
  ["subject.credential.kind == 'password'", "'password'", /known: `api_key`/],
  ["subject.credential.kind in ['api-key', 'workload']", "'api-key'", /did you mean `api_key`/],
  ["subject.?credential.?kind.orValue('none') == 'oauth'", "'oauth'", /did you mean `user_token`/],
  ["subject.status == 'active'", "'active'", /did you mean `commissioned`/],
  ["subject.status != 'suspend'", "'suspend'", /did you mean `suspended`/],
  ["resource.scope == 'global'", "'global'", /known: `team`/],
  ["subject.type == 'user'", "'user'", /did you mean `human`/],
  ["subject.type in ['agent', 'Service']", "'Service'", /did you mean `service`/],
  ["context.on_behalf_of.type == 'person'", "'person'", /did you mean `human`/],
  ["resource.type == 'oder'", "'oder'", /did you mean `order`/],
  ["resource.type == 'database'", "'database'", /known: `file`, `order`/],
  ["'admin' in subject.roles", "'admin'", /known: `finance-manager`, `support`/],
  [
    "'finance_manager' in context.on_behalf_of.roles",
    "'finance_manager'",
    /did you mean `finance-manager`/,
  ],
  ["context.on_behalf_of.department == 'Finance'", "'Finance'", /did you mean `finance`/],
  ["action.name == 'send_mesage'", "'send_mesage'", /did you mean `send_message`/],
  ["action.server == 'CRM'", "'CRM'", /did you mean `crm`/],
  ["resource.environment == 'prod'", "'prod'", /did you mean `production`/],
  ["context.approvals.exists(a, a.decision == 'approved')", "'approved'", /did you mean `granted`/],
  [
    "resource.classification == action.kind",
    "resource.classification == action.kind",
    /^undefined$/,
  ],
  [
    "resource.classification.upperAscii() == 'Restricted'",
    "'Restricted'",
    /did you mean `RESTRICTED`/,
  ],
  [
    "{'Public': true, 'internal': true}[resource.classification]",
    "'Public'",
    /did you mean `public`/,
  ],
  ["resource.classification in {'hidden': 1}", "'hidden'", /known: /],
  [
    "has(resource.classification) && resource.classification == 'internl'",
    "'internl'",
    /did you mean `internal`/,
  ],
  [
    "'secret/github' in detect(args.body)",
    "'secret/github'",
    /did you mean `secret\/github-token`/,
  ],
  ["subject.tenant == 'EU'", "'EU'", /did you mean `eu`/],
  ["subject.tier == 'Gold'", "'Gold'", /did you mean `gold`/],
  ["args.currency == 'EURO'", "'EURO'", /did you mean `EUR`/],
];

/** What a catalog does not list, and a trace may still hold: a warning. */
const UNLISTED: readonly Row[] = [
  ["action.name == 'format_disk'", "'format_disk'", /declare the tool in a catalog/],
  ["action.server == 'kubernetes'", "'kubernetes'", /declare the tool in a catalog/],
  ["resource.environment == 'staging'", "'staging'", /give it to a resource/],
];

/** What can be so. */
const POSSIBLE: readonly string[] = [
  "resource.classification in ['public', 'internal'] && rank(resource.classification) < rank('restricted')",
  "(has(resource.classification) ? resource.classification : 'none') == 'none'",
  "resource.?classification.orValue('unknown') in ['unknown', 'public']",
  "(has(resource.classification) ? resource.classification : 'none') in subject.data_classes",
  "resource.classification in subject.data_classes",
  "resource.classification.startsWith('conf') || resource.classification.contains('ict')",
  "resource.classification.upperAscii() == 'RESTRICTED'",
  "subject.tenant == 'us' && subject.tenant != resource.tenant",
  "action.effects.exists(e, e in ['send', 'pay'])",
  "subject.id == 'support-us' || subject.id.startsWith('support-')",
  "['EUR', 'USD'].exists(c, args.currency == c)",
  "args.body == 'Restricted' || args.body in data.grave || args.body in data.domains",
  "action.server == 'host' && action.kind == 'tool_call'",
  "['a', 'b'].exists(x, x == 'a')",
  "resource.type in ['order', 'file'] && resource.environment == 'production'",
  "detect(args.body).exists(k, k.startsWith('secret/'))",
];

describe("design 3.4: a comparison with a value that cannot occur", () => {
  test.each(IMPOSSIBLE)("%s", (condition, underlined, help) => {
    const rows = found(
      condition.includes("args.currency ==")
        ? policyOf(condition, ", actions: [payments/refund]")
        : policyOf(condition),
    );
    expect(rows.map(([severity, text]) => [severity, text])).toEqual([["error", underlined]]);
    expect(String(rows[0]?.[2])).toMatch(help);
  });

  test.each(UNLISTED)("listed nowhere: %s", (condition, underlined, help) => {
    const rows = found(policyOf(condition));
    expect(rows.map(([severity, text]) => [severity, text])).toEqual([["warning", underlined]]);
    expect(String(rows[0]?.[2])).toMatch(help);
  });

  test.each(POSSIBLE)("none: %s", (condition) => {
    expect(found(policyOf(condition))).toEqual([]);
  });

  test("in session declarations, of decisions and outcomes, and in exceptions", () => {
    const text = documents(`session:
  labels:
    - { name: l, when: "decision.effect == 'permit' || outcome.status == 'success'" }
  counters:
    - { name: c, add: "outcome.status == 'failed' ? 1.0 : 0.0" }
rules:
  - id: r
    effect: deny
    when: "'l' in session.labels && session.counters.c > 1.0"
    exceptions: [{ when: "subject.type == 'bot'", reason: x, owner: o }]`);
    expect(found(text).map(([, underlined, help]) => [underlined, help])).toEqual([
      ["'permit'", "did you mean `allow`?"],
      ["'success'", "did you mean `ok`?"],
      ["'failed'", "did you mean `error`?"],
      ["'bot'", "did you mean `agent`?"],
    ]);
  });

  test("the type of the tools that the rule names", () => {
    expect(found(policyOf("resource.type == 'file'", ", actions: [crm/lookup]"))).toEqual([
      ["error", "'file'", "known: `order`"],
    ]);
    expect(found(policyOf("resource.type == 'order'", ", actions: [crm/lookup]"))).toEqual([]);
  });

  test("without a catalog only what the format closes is known", () => {
    const rule = (when: string): string =>
      documents(`rules: [{ id: r, effect: deny, when: "${when}" }]`);
    expect(
      found(
        rule(
          "'admin' in subject.roles && action.name == 'x' && resource.environment == 'prod' && resource.type == 'y'",
        ),
      ),
    ).toEqual([]);
    expect(found(rule("subject.type == 'user'"))).toHaveLength(1);
  });

  test("a declared type takes nothing away", () => {
    const text = documents(
      "rules: [{ id: r, effect: deny, when: \"subject.type == 'user'\" }]\n---\nattributes: { subject.type: string }",
    );
    expect(found(text)).toHaveLength(1);
  });
});

describe("design 3.7: classifications have a rank, which their letters do not tell", () => {
  test.each([
    [
      "resource.classification < 'restricted'",
      "rank(resource.classification) < rank('restricted')",
    ],
    ["'internal' <= resource.classification", "rank('internal') <= rank(resource.classification)"],
    [
      "subject.data_classes.exists(c, c >= resource.classification)",
      "rank(c) >= rank(resource.classification)",
    ],
  ])("%s", (condition, help) => {
    const [first] = assemble(policyOf(condition)).diagnostics;
    expect([first?.code, first?.help]).toEqual([
      "condition-type",
      `compare their ranks: \`${help}\``,
    ]);
  });
});

describe("design 5.1: a session label that no policy declares", () => {
  test.each([
    "['read_intern'].exists(l, l in session.labels)",
    "session.labels.exists(l, l == 'read_intern')",
    "'read_intern' in session.labels",
  ])("%s", (condition) => {
    const [first, ...more] = assemble(policyOf(condition)).diagnostics;
    expect([first?.code, first?.help, more]).toEqual([
      "unknown-attribute",
      "did you mean `read_internal`?",
      [],
    ]);
  });
});

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

/**
 * Stands for what an event holds and no output may show: arguments, context, prompts, results,
 * labels.
 */
export const PLANTED = "Pl4nted-9c2e";

const root = process.env["AGENTZ_ROOT"] ?? fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string): string => readFileSync(`${root}/${path}`, "utf8");

/** A set that loads, and has one of everything. */
export const POLICY = `apiVersion: agentz/v1
kind: Policy
name: desk
version: 1.2.0
owner: support
target: { subjects: ["agent:**", "human:*"] }
delegation: agents
session:
  labels:
    - { name: read_inside, when: "'read' in action.effects && rank(resource.classification) >= 1" }
  counters:
    - { name: paid, add: args.amount, when: "action.name == 'refund'", within: 1h, key: subject }
    - { name: tries, add: 1, on: attempted, key: "subject.id + '/' + args.order" }
  values:
    - { name: seen, add: args.order, when: "action.name == 'lookup'", max: 3, on: completed }
rules:
  - id: lookup
    effect: allow
    actions: [crm/lookup]
    obligations: { redact: { above: internal }, log: true, notify: ["role:auditor"] }
  - id: refund
    effect: allow
    actions: [payments/refund]
    when: >-
      args.amount > 0.0 && args.amount <= 100.0 && args.order in session.values.seen
      && session.counters.paid + args.amount <= 500.0
    match: [{ args: { order: "1", amount: 40 }, session: { values: { seen: ["1"] } } }]
    not_match: [{ args: { order: "1", amount: 400 }, session: { values: { seen: ["1"] } } }]
  - id: large
    effect: require_approval
    actions: [payments/refund]
    when: args.amount > 100.0
    approval: { approvers: ["role:manager"], quorum: 2, within: 1h }
  - id: mail
    effect: allow
    actions: [mail/send]
    when: args.to.all(a, host(a) in data.own) || !('read_inside' in session.labels)
  - id: files
    effect: allow
    actions: [read_file]
    resources: ["file:/repo/**"]
    when: "!args.path.matches('(^|/)[.]env$') && under(args.path, '/repo')"
  - id: shell
    effect: allow
    actions: [host/shell]
    when: commands(args.command).all(words, words[0] in ['ls', 'git'])
  - id: leak
    effect: deny
    actions: ["**"]
    when: "'send' in action.effects && 'read_inside' in session.labels &&
      links(args.body).exists(l, !under(host(l), 'shop.example'))"
    reason: nothing leaves
    on_deny: suspend_session
    labels: ["ASI02:2026"]
  - id: conversions
    effect: deny
    mode: shadow
    when: int(args.order) > 5 || timestamp(args.order) > now || args.order.charAt(99) == ''
    exceptions: [{ subjects: ["agent:desk-2"], when: "args.amount < 5.0", reason: known, owner: x,
      expires: 2027-01-01 }]
---
apiVersion: agentz/v1
kind: Catalog
name: desk
version: 1.0.0
unregistered: policy
agents:
  - id: desk-1
    owner: support
    status: commissioned
    expires: 2027-06-30
    reviewed: 2026-04-01
    review_every: 90d
    data_classes: [public, internal, confidential]
    attributes: { tenant: eu }
    manifest:
      tools:
        - { name: crm/lookup }
        - { name: "mail/*" }
        - { name: read_file }
        - { name: host/shell }
        - { name: payments/refund, args: { type: object, required: [order, amount],
            properties: { order: { type: string, pattern: "^[0-9]+$" },
            amount: { type: number, maximum: 500 } } } }
      sources: ["order:*", "file:*"]
      max_calls: 20
      max_duration: 2h
people:
  - { id: omar, roles: [manager], department: finance, tenant: eu }
  - { id: lea, roles: [manager, auditor] }
tools:
  - { name: lookup, server: crm, effects: [read],
      args: { type: object, properties: { order: { type: string } } },
      resource: { type: order, id: args.order } }
  - { name: refund, server: payments, effects: [pay], reversible: false,
      args: { type: object, properties: { order: { type: string }, amount: { type: number },
      note: { type: string } } }, resource: { type: order, id: args.order } }
  - { name: send, server: mail, effects: [send], open_world: true, resource: none,
      args: { type: object, properties: { to: { type: array, items: { type: string } },
      body: { type: string } } } }
  - { name: read_file, server: host, effects: [read],
      args: { type: object, properties: { path: { type: string } } },
      resource: { type: file, id: args.path } }
  - { name: shell, server: host, effects: [execute], consequential: true,
      args: { type: object, properties: { command: { type: string } } } }
resources:
  - { match: "order:*", classification: confidential, environment: production, fields: { card: restricted } }
  - { match: "file:*", form: path, classification: internal }
attributes: { context.signals.injection: double, context.tags: list<string> }
decision_points: [{ id: gateway-1, external: true, surfaces: [payments-mcp] }]
data:
  own: [shop.example]
  payees: { file: payees.csv, column: iban }
  table: { file: table.json }
`;

export const BASELINE = `apiVersion: agentz/v1
kind: Policy
name: desk
version: 1.1.0
rules:
  - { id: lookup, effect: allow, actions: [crm/lookup] }
  - { id: refund, effect: require_approval, actions: [payments/refund] }
  - { id: rest, effect: allow, actions: ["host/*"] }
`;

/** A set whose replay goes by columns, so that an index serves it. */
export const PLAIN = `apiVersion: agentz/v1
kind: Policy
name: desk
version: 1.2.0
rules:
  - { id: lookup, effect: allow, actions: [crm/lookup] }
  - { id: little, effect: allow, actions: [payments/refund], when: "args.amount <= 100.0" }
  - { id: large, effect: require_approval, actions: [payments/refund], when: "args.amount > 100.0" }
  - { id: read, effect: allow, actions: [host/read_file], when: "!args.path.contains('..')" }
  - { id: jane, effect: allow, actions: [mail/send], when: "context.on_behalf_of.id == 'jane'" }
`;

export const SUITE = `apiVersion: agentz/v1
kind: Suite
name: desk
now: 2026-05-18T09:00:00Z
fixtures:
  lookup: { subject: { type: agent, id: desk-1 },
    action: { kind: mcp_request, server: crm, name: lookup }, args: { order: "4711" },
    outcome: { status: ok } }
  refund: { subject: { type: agent, id: desk-1 },
    action: { kind: mcp_request, server: payments, name: refund },
    args: { order: "4711", amount: 40 } }
tests:
  - name: a refund needs a lookup
    session:
      - { call: { use: refund }, expect: { effect: deny, rule: default } }
      - { call: { use: lookup }, expect: { effect: allow } }
      - { call: { use: refund }, at: +1m, repeat: 2, expect: { effect: allow, rule: refund } }
  - name: amounts
    call: { use: refund, unrecorded: [args.order] }
    matrix: { args.amount: [-5, 0, 100.01] }
    expect:
      - where: "args.amount > 100.0"
        effect: require_approval
        permitted: false
        approval: { quorum: 2 }
      - { where: { args.amount: 0 }, effect: deny }
      - { effect: deny }
`;

export const CONFIG = `candidate: [candidate]
baseline: [baseline]
trace: [trace.jsonl]
tests: [suite]
gate:
  widened: { all: 3, label: { ASI02: 0 }, class: { restricted: 0 } }
  coverage: { policy: 0.2 }
  accepted:
    - { group: abc, rules: "sha256:00", reason: known, owner: x, expires: 2027-01-31 }
`;

const call = (n: number, server: string, name: string, args: unknown): Record<string, unknown> => ({
  id: `s-1/${n}`,
  time: `2026-05-18T09:${String(n).padStart(2, "0")}:00Z`,
  session: "s-1",
  subject: {
    type: "agent",
    id: "desk-1",
    credential: { kind: "workload", id: "svid-1", expires: "2026-05-18T12:00:00Z" },
    note: PLANTED,
  },
  action: { kind: "mcp_request", server, name },
  args,
  context: {
    surface: "payments-mcp",
    task: { id: "T-1", type: "refund", project: "eu" },
    model: { name: "m-4" },
    request: `please, ${PLANTED}`,
    on_behalf_of: { type: "human", id: "jane" },
    delegation: [],
    approvals: [{ id: "a-1", by: "human:omar", at: "2026-05-18T09:00:00Z", decision: "granted" }],
    signals: { injection: 0.2, words: PLANTED },
  },
  decision: {
    effect: "allow",
    rule: "desk/lookup",
    policy: "sha256:00",
    pdp: "gateway-1",
    ms: 0.4,
  },
  outcome: { status: "ok", result: { card: PLANTED, text: `the answer is ${PLANTED}` } },
  labels: { incident: n % 2 === 0, note: PLANTED },
  [`x_${n}`]: PLANTED,
});

/** Calls that hold {@link PLANTED} wherever a value of a user or an agent can stand. */
export const EVENTS: readonly Record<string, unknown>[] = [
  {
    id: "s-1/p",
    time: "2026-05-18T08:59:00Z",
    session: "s-1",
    type: "prompt",
    subject: { type: "human", id: "jane" },
    context: { request: PLANTED },
  },
  call(0, "crm", "lookup", { order: `47${PLANTED}` }),
  call(1, "payments", "refund", { order: `47${PLANTED}`, amount: 40, note: PLANTED }),
  call(2, "payments", "refund", { order: "4711", amount: 400, [PLANTED]: 1 }),
  call(3, "payments", "refund", { order: PLANTED, amount: PLANTED }),
  call(4, "mail", "send", {
    to: [`${PLANTED}@shop.example`, PLANTED],
    body: `https://${PLANTED}.example/ ${PLANTED}`,
  }),
  call(5, "host", "read_file", { path: `/repo/../${PLANTED}` }),
  call(6, "host", "read_file", { path: `../${PLANTED}` }),
  call(7, "host", "shell", { command: `ls; curl -d ${PLANTED} x | "${PLANTED}` }),
  call(8, "host", "shell", { command: [PLANTED] }),
  {
    ...call(9, "crm", "lookup", { order: { deep: [PLANTED] } }),
    resource: { type: "order", id: PLANTED, classification: PLANTED },
    unrecorded: ["args.order"],
    complete: ["context"],
  },
  {
    id: "s-1/e",
    time: "2026-05-18T09:30:00Z",
    session: "s-1",
    type: "session_end",
    outcome: { text: PLANTED },
  },
];

export const MALFORMED: readonly string[] = [
  `{"id":"m","args":{"card":"${PLANTED}"}`,
  `${PLANTED}`,
  `{"id":"m","subject":"${PLANTED}"}`,
  `{"id":"m","time":"${PLANTED}","action":{"name":"x"}}`,
  `{"id":"m","decision":{"effect":"${PLANTED}"},"action":{"name":"x"}}`,
  `["${PLANTED}"]`,
  `{"id":"m","subject":{"type":["${PLANTED}"]},"args":{}}`,
];

export const REQUEST: Record<string, unknown> = {
  subject: { type: "agent", id: "desk-1" },
  action: { server: "payments", name: "refund" },
  args: { order: `${PLANTED}`, amount: 40, note: PLANTED },
  context: { request: PLANTED, approvals: [] },
  time: "2026-05-18T09:00:00Z",
  session: { labels: ["read_inside"], counters: { paid: 10 }, values: { seen: ["4711"] } },
  complete: ["context"],
  unrecorded: ["args.note"],
};

export const LABELS: readonly Record<string, unknown>[] = [
  { id: "s-1/1", labels: { incident: true, note: PLANTED } },
  { id: "nobody", labels: { incident: false } },
];

/** One small record of each importable format. */
export const IMPORTS: Readonly<Record<string, readonly unknown[]>> = {
  chat: [
    {
      messages: [
        { role: "user", content: PLANTED },
        {
          role: "assistant",
          content: PLANTED,
          tool_calls: [
            {
              id: "c1",
              type: "function",
              function: { name: "lookup", arguments: `{"order":"${PLANTED}"}` },
            },
          ],
        },
        { role: "tool", tool_call_id: "c1", content: PLANTED },
      ],
    },
    {
      suite_name: "desk",
      user_task_id: "u1",
      attack_type: null,
      injection_task_id: null,
      messages: [
        {
          role: "assistant",
          content: [{ type: "text", content: PLANTED }],
          tool_calls: [{ function: "lookup", args: { order: PLANTED }, id: "c1" }],
        },
      ],
    },
  ],
  authzen: [
    {
      request: {
        subject: { type: "user", id: "jane" },
        action: { name: "lookup", properties: { order: PLANTED } },
        resource: { type: "order", id: "1" },
        context: { note: PLANTED },
      },
      response: { decision: true },
    },
  ],
  mcp: [
    { jsonrpc: "2.0", id: 0, method: "initialize", params: { clientInfo: { name: "x" } } },
    { jsonrpc: "2.0", id: 0, result: { serverInfo: { name: "crm" } } },
    {
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "lookup", arguments: { order: PLANTED } },
    },
    { jsonrpc: "2.0", id: 1, result: { content: [{ type: "text", text: PLANTED }] } },
  ],
  otel: [
    {
      resourceSpans: [
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "desk" } }] },
          scopeSpans: [
            {
              spans: [
                {
                  traceId: "0af7651916cd43dd8448eb211c80319c",
                  spanId: "b7ad6b7169203331",
                  name: "execute_tool lookup",
                  startTimeUnixNano: "1779094800000000000",
                  endTimeUnixNano: "1779094801000000000",
                  attributes: [
                    { key: "gen_ai.operation.name", value: { stringValue: "execute_tool" } },
                    { key: "gen_ai.tool.name", value: { stringValue: "lookup" } },
                    {
                      key: "gen_ai.tool.call.arguments",
                      value: { stringValue: `{"order":"${PLANTED}"}` },
                    },
                    { key: "gen_ai.tool.call.result", value: { stringValue: PLANTED } },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
  cerbos: [
    {
      callId: "c1",
      timestamp: "2026-05-18T09:00:00Z",
      checkResources: {
        inputs: [
          {
            requestId: "r",
            principal: { id: "jane", roles: ["user"], attr: { note: PLANTED } },
            resource: { kind: "order", id: "1", attr: { note: PLANTED } },
            actions: ["read"],
          },
        ],
        outputs: [{ actions: { read: { effect: "EFFECT_ALLOW", policy: "p" } } }],
      },
    },
  ],
  opa: [
    {
      decision_id: "d1",
      timestamp: "2026-05-18T09:00:00Z",
      input: {
        subject: "jane",
        action: "read",
        resource: "order",
        args: { note: PLANTED },
        words: PLANTED,
      },
      result: true,
    },
  ],
  langfuse: [
    {
      id: "t1",
      sessionId: "s",
      observations: [
        {
          id: "o1",
          traceId: "t1",
          type: "TOOL",
          name: "lookup",
          startTime: "2026-05-18T09:00:00Z",
          input: { order: PLANTED },
          output: PLANTED,
        },
      ],
    },
  ],
  "claude-code": [
    {
      type: "user",
      sessionId: "s",
      uuid: "u1",
      isSidechain: false,
      timestamp: "2026-05-18T09:00:00Z",
      message: { role: "user", content: PLANTED },
    },
    {
      type: "assistant",
      sessionId: "s",
      uuid: "u2",
      isSidechain: false,
      timestamp: "2026-05-18T09:00:01Z",
      message: {
        role: "assistant",
        content: [{ type: "tool_use", id: "t1", name: "Bash", input: { command: PLANTED } }],
      },
    },
    {
      type: "user",
      sessionId: "s",
      uuid: "u3",
      isSidechain: false,
      timestamp: "2026-05-18T09:00:02Z",
      message: {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "t1", content: PLANTED }],
      },
    },
  ],
  "coding-agents": [
    { timestamp: "2026-05-18T09:00:00Z", type: "session_meta", payload: { id: "s", cwd: PLANTED } },
    {
      timestamp: "2026-05-18T09:00:01Z",
      type: "response_item",
      payload: {
        type: "function_call",
        call_id: "c1",
        name: "shell",
        arguments: JSON.stringify({ command: PLANTED }),
      },
    },
    {
      timestamp: "2026-05-18T09:00:02Z",
      type: "response_item",
      payload: { type: "function_call_output", call_id: "c1", output: PLANTED },
    },
  ],
  "managed-agents": [
    {
      id: "e1",
      type: "session.status_running",
      session_id: "s",
      processed_at: "2026-05-18T09:00:00Z",
    },
    {
      id: "e2",
      type: "agent.tool_use",
      name: "bash",
      input: { command: PLANTED },
      processed_at: "2026-05-18T09:00:01Z",
    },
    {
      id: "e3",
      type: "agent.tool_result",
      tool_use_id: "e2",
      content: [{ type: "text", text: PLANTED }],
      processed_at: "2026-05-18T09:00:02Z",
    },
  ],
};

export const MAPPING = `apiVersion: agentz/v1
kind: Mapping
name: records
format: csv
when: record.tool != ''
event:
  id: record.id
  time: record.time
  session: record.session
  subject: { type: "'agent'", id: record.agent }
  action: { name: record.tool, server: record.tool.split('/')[0] }
  args: "{'order': record.order}"
  decision: { effect: "record.ok == 'yes' ? 'allow' : 'deny'" }
`;

export const RECORDS = `id,time,session,agent,tool,order,ok
1,2026-05-18T09:00:00Z,s,desk-1,crm/lookup,${PLANTED},yes
2,2026-05-18T09:01:00Z,s,desk-1,crm/refund,"a, b",no
`;

const WIDE = [
  "policies/catalog.yaml",
  "policies/candidate/support.yaml",
  "policies/candidate/coding.yaml",
  "policies/agentdojo/balanced/banking.yaml",
  "test/policy/fixtures/complete.yaml",
];

/** Texts of documents to be broken. */
export const DOCUMENTS: readonly string[] = [POLICY, POLICY, POLICY, BASELINE, ...WIDE.map(read)];

export const DOCUMENT_VALUES: readonly (readonly unknown[])[] = DOCUMENTS.map((text) =>
  parseAllDocuments(text).map((document): unknown => document.toJS()),
);

export const SUITE_VALUE: unknown = parseAllDocuments(SUITE)[0]?.toJS();
export const MAPPING_VALUE: unknown = parseAllDocuments(MAPPING)[0]?.toJS();
export const CONFIG_VALUE: unknown = parseAllDocuments(CONFIG)[0]?.toJS();

export const TRACE = [...EVENTS.map((event) => JSON.stringify(event)), ...MALFORMED]
  .map((line) => `${line}\n`)
  .join("");

export const PAYEES = "iban,name\nDE02,one\nDE03,two\n";
export const TABLE = '{"eu":500,"us":["a"]}';

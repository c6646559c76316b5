import { expect, test } from "vitest";
import { lintTexts } from "../../src/api/editor/lint-texts.ts";
import { agentz, scratch } from "../e2e/agentz.ts";
import { TODAY } from "./pages.ts";

/** A set in which an expression or a path stands in every place that can hold one. */
const SET = `apiVersion: agentz/v1
kind: Policy
name: refunds
version: 1.0.0
owner: care
description: what the support agent may do
session:
  labels:
    - { name: saw_order, 
        when: "action.server == 'crm' && action.name == 'lookup' && args.order != ''" }
  counters:
    - { name: refunded, when: "action.name == 'refund' && args.amount > 0.0", add: args.amount, key: args.order }
    - { name: paid, when: "'pay' in action.effects", add: "args.amount + 0" }
  values:
    - { name: seen, when: "action.name in ['lookup'] && args.order != 'x'", add: "[args.order]",
        key: "subject.id + args.order" }
rules:
  - id: look
    effect: allow
    subjects: ["agent:support"]
    actions: [crm/lookup]
    obligations: { redact: [outcome.result.card] }
  - id: small
    effect: allow
    subjects: ["agent:support"]
    actions: [payments/refund]
    when: >-
      args.amount < 100.0 && session.counters.refunded < 500.0
      && [args.order] in session.values.seen && 'saw_order' in session.labels
    exceptions: [{ when: "args.amount == 13.0", reason: unlucky, owner: care, expires: 2028-01-01 }]
    match:
      - { args: { amount: 5, order: A-1 },
          session: { labels: [saw_order], counters: { refunded: 1 }, values: { seen: [[A-1]] } } }
    not_match: [{ args: { amount: 500, order: A-1 }, unrecorded: [args.note] }]
  - id: large
    effect: require_approval
    subjects: ["agent:support"]
    actions: [refund]
    when: args.amount >= 100.0 && session.counters.paid < 5000.0 && context.signals.injection < 0.5
    approval: { approvers: ["role:manager"] }
    obligations: { redact: { fields: [args.note] }, notify: ["role:manager"] }
  - id: none-without-order
    effect: deny
    actions: [payments/*]
    when: "!has(args.order)"
    reason: a refund is of an order
---
apiVersion: agentz/v1
kind: Invariant
name: never
version: 1.0.0
rules:
  - { id: huge, never: { actions: [payments/refund], when: args.amount > 1000000.0 },
      after: { label: saw_order }, reason: nobody }
---
apiVersion: agentz/v1
kind: Catalog
name: shop
version: 1.0.0
agents:
  - id: support
    owner: care
    purpose: answers customers
    status: commissioned
    expires: 2028-06-30
    reviewed: 2026-04-01
    review_every: 730d
    manifest:
      tools:
        - { name: crm/lookup }
        - name: payments/refund
          args: { type: object, properties: { order: true, amount: true, note: true } }
people:
  - { id: omar, roles: [manager] }
  - { id: lea, roles: [manager] }
tools:
  - { name: lookup, server: crm, effects: [read], reversible: true, open_world: false,
      args: { type: object, properties: { order: { type: string } } }, resource: { type: order, id: args.order } }
  - { name: refund, server: payments, effects: [pay], reversible: false, open_world: false,
      args: { type: object, properties: { order: { type: string }, amount: { type: number }, note: { type: string } } },
      resource: { type: order, id: "args.order.trim()" } }
resources:
  - { match: "order:*", classification: confidential, fields: { card: restricted } }
attributes: { context.signals.injection: double }
---
apiVersion: agentz/v1
kind: Suite
name: refunds
now: 2026-05-18T09:00:00Z
fixtures:
  refund: { subject: { type: agent, id: support }, action: { kind: mcp_request, server: payments, name: refund },
      args: { order: "4711", amount: 40 }, context: { signals: { injection: 0.1 } } }
tests:
  - name: a refund needs a lookup
    call: { use: refund }
    matrix: { args.amount: [5, 50] }
    expect: [{ where: { args.amount: 5 }, effect: deny }, { where: "args.amount > 5.0", effect: deny }]
  - name: the sum is kept
    session:
      - { call: { use: refund }, expect: { effect: deny, state: { counters: { paid: 0 } } } }
`;

interface Found {
  readonly code: string;
  readonly message: string;
  readonly help?: string | null | undefined;
}

async function found(text: string): Promise<readonly Found[]> {
  const cwd = scratch({ "set.yaml": text });
  const { stdout } = agentz(["lint", "set.yaml", "--format", "json", "--now", "2026-11-20"], {
    cwd,
  });
  const { findings }: { readonly findings: readonly Found[] } = JSON.parse(stdout);
  const texts = [{ file: "set.yaml", text }];
  const shown = await lintTexts({ cwd, paths: [], texts, levels: [], today: TODAY });
  const plain = (all: readonly Found[]): readonly string[] =>
    all.map(({ code, message, help }) => `${code}: ${message} (${help ?? ""})`);
  expect(plain(shown.findings)).toEqual(plain(findings));
  return findings;
}

test("the set as it is: nothing", async () => {
  expect(await found(SET)).toEqual([]);
});

/** Where a name is misspelled: the text around it, the name, and the name that is meant. */
type Plant = readonly [place: string, before: string, typo: string, meant: string, code?: string];

const ARGUMENT = "unknown-argument";

test.each<Plant>([
  ["`when` of a label", "lookup' && args.", "ordr", "args.order"],
  ["the tool in `when` of a label", "action.server == 'crm' && action.", "nmae", "action.name"],
  ["`when` of a counter", "'refund' && args.", "amuont", "args.amount"],
  ["`add` of a counter", "add: args.", "amuont", "args.amount"],
  ["`key` of a counter", "key: args.", "ordr", "args.order", ARGUMENT],
  ["`add` of a counter of any tool", 'add: "args.', "amuont", "args.amount", ARGUMENT],
  ["`when` of a list of values", "['lookup'] && args.", "ordr", "args.order"],
  ["`add` of a list of values", 'add: "[args.', "ordr", "args.order"],
  ["`key` of a list of values", "subject.id + args.", "ordr", "args.order", ARGUMENT],
  [
    "a redaction of the result",
    "redact: [outcome.result.",
    "crad",
    "outcome.result.card",
    ARGUMENT,
  ],
  ["a redaction below another root", "redact: [", "outcom", "outcome.result.card", ARGUMENT],
  ["a redaction of an argument", "fields: [args.", "ntoe", "args.note", ARGUMENT],
  ["`when` of a rule", "when: >-\n      args.", "amuont", "args.amount"],
  ["a counter", "session.counters.", "refnuded", "session.counters.refunded"],
  ["a list of values", "session.values.", "sene", "session.values.seen"],
  ["a label", "session.values.seen && '", "saw_odrer", "saw_order"],
  ["an exception", 'exceptions: [{ when: "args.', "amuont", "args.amount"],
  ["an example", "not_match: [{ args: { amount: 500, ", "ordr", "order", "unknown-input"],
  ["state of an example", "counters: { ", "refnuded", "refunded", "undeclared-state"],
  ["a path of an example", "unrecorded: [args.", "ntoe", "args.note", "unknown-input"],
  ["`when` of a rule on a bare tool name", "[refund]\n    when: args.", "amuont", "args.amount"],
  ["a declared attribute", "5000.0 && context.", "singals", "context.signals"],
  ["somebody to notify", 'notify: ["role:', "manger", "role:manager", "unknown-approver"],
  ["an approver", 'approvers: ["role:', "manger", "role:manager", "unknown-approver"],
  ["`when` of a rule on a server", "!has(args.", "ordr", "args.order", ARGUMENT],
  ["an invariant", "never: { actions: [payments/refund], when: args.", "amuont", "args.amount"],
  ["the label of an invariant", "after: { label: ", "saw_odrer", "saw_order", "undeclared-state"],
  ["the schema of a manifest", "properties: { order: true, ", "amuont", "args.amount", ARGUMENT],
  ["the resource of a tool", "resource: { type: order, id: args.", "ordr", "args.order"],
  ["a call on it", 'id: "args.', "ordr", "args.order"],
  [
    "an attribute",
    "attributes: { context.",
    "singals",
    "context.signals.injection",
    "unused-declaration",
  ],
  ["an argument of a fixture", 'args: { order: "4711", ', "amuont", "amount", "unknown-input"],
  [
    "an attribute of a fixture",
    "context: { signals: { ",
    "injcetion",
    "injection",
    "unknown-input",
  ],
  ["a matrix", "matrix: { args.", "amuont", "args.amount", "unknown-input"],
  ["`where` by paths", "where: { args.", "amuont", "args.amount", "unknown-input"],
  ["`where` by a condition", 'where: "args.', "amuont", "args.amount"],
  ["state of a test", "state: { counters: { ", "piad", "paid", "undeclared-state"],
])("a typo is found in %s", async (...planted: readonly (string | undefined)[]) => {
  const [, before = "", typo = "", meant = "", code = "unknown-attribute"] = planted;
  const [head = "", ...rest] = SET.split(before);
  expect(rest.length).toBeGreaterThan(0);
  const tail = rest.join(before).replace(/^\w+/, typo);
  const findings = await found(`${head}${before}${tail}`);
  expect(findings).toContainEqual(expect.objectContaining({ code }));
  const helps = findings.filter((one) => one.code === code).map(({ help }) => help ?? "");
  expect(helps.some((help) => help.startsWith(`did you mean \`${meant}\``))).toBe(true);
  expect(findings.map((one) => one.code)).not.toContain("example-failed");
});

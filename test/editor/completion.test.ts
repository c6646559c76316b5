import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { completionsAt } from "../../src/editor/completion.ts";
import type { Completion } from "../../src/editor/completion-item.ts";
import { editorFile, editorSet, type EditorSet } from "../../src/editor/editor-set.ts";
import type { JsonObject } from "../../src/request/json.ts";

const schemas = new Map(
  ["Policy", "Catalog", "Suite", "Invariant"].map((kind): readonly [string, JsonObject] => [
    kind,
    JSON.parse(readFileSync(`schemas/${kind.toLowerCase()}.schema.json`, "utf8")),
  ]),
);

const CATALOG = `apiVersion: agentz/v1
kind: Catalog
name: shop
version: 1.0.0
agents: [{ id: support, owner: o, purpose: answers, status: commissioned }]
people: [{ id: omar, roles: [finance] }]
tools:
  - name: refund
    server: payments
    effects: [pay]
    args:
      type: object
      properties:
        amount: { type: number }
        currency: { type: string, enum: [EUR, CHF] }
        to: { type: array, items: { type: string } }
      additionalProperties: false
    resource: none
resources: [{ match: "order:*", classification: internal, environment: production }]
data: { own_domains: [shop.example] }
`;

const HEAD = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
session:
  labels: [{ name: seen_internal, when: "true" }]
  counters: [{ name: refunded, add: args.amount }]
rules:
  - id: first
    effect: allow
    actions: [payments/refund]
    labels: [known]
`;

const SUITE = `apiVersion: agentz/v1
kind: Suite
name: s
fixtures:
  caller:
    subject: { type: agent, id: support }
  refund:
    use: caller
    action: { kind: mcp_request, server: payments, name: refund }
tests:
`;

function setWith(text: string): EditorSet {
  const files = [
    { file: "c.yaml", text: CATALOG },
    { file: "p.yaml", text },
  ].map(editorFile);
  return editorSet(
    files,
    new Map([["p.yaml", editorFile({ file: "p.yaml", text: HEAD })]]),
    schemas,
  );
}

function at(marked: string): readonly Completion[] {
  const text = marked.replace("‸", "");
  return completionsAt(text, marked.indexOf("‸"), setWith(text));
}

function labels(marked: string): readonly string[] {
  return at(marked).map(({ label }) => label);
}

describe("completion", () => {
  it.each([
    [
      "fields of a rule that are not there yet",
      `${HEAD}    ‸`,
      ["when", "reason", "match"],
      ["id", "effect"],
    ],
    [
      "words of the grammar",
      `${HEAD}  - id: x\n    effect: ‸`,
      ["allow", "deny", "require_approval"],
      [],
    ],
    ["tools", `${HEAD}  - id: x\n    actions: [pay‸`, ["payments/refund", "payments/*"], []],
    [
      "agents and people",
      `${HEAD}  - id: x\n    subjects:\n      - "‸`,
      ["agent:support", "human:omar"],
      [],
    ],
    [
      "roles",
      `${HEAD}  - id: x\n    approval: { approvers: ["‸`,
      ["role:finance", "human:omar"],
      [],
    ],
    ["roots", `${HEAD}    when: ‸`, ["args", "subject", "session", "has", "host"], []],
    ["arguments of the rule's tools", `${HEAD}    when: args.‸`, ["amount", "to"], ["body"]],
    ["arguments in a block", `${HEAD}    when: >-\n      true\n      && args.a‸`, ["amount"], []],
    ["attributes in quotes", `${HEAD}    when: "subject.cred‸`, ["credential", "owner"], []],
    ["members of members", `${HEAD}    when: subject.credential.‸`, ["kind", "expires"], ["owner"]],
    ["methods of a list", `${HEAD}    when: args.to.‸`, ["all", "exists", "size"], ["startsWith"]],
    ["methods of a text", `${HEAD}    when: subject.id.‸`, ["startsWith", "matches"], ["all"]],
    ["variables of macros", `${HEAD}    when: args.to.all(a, ‸`, ["a", "args"], []],
    ["methods of a macro's variable", `${HEAD}    when: args.to.all(a, a.‸`, ["endsWith"], ["all"]],
    [
      "words an attribute may be",
      `${HEAD}    when: resource.classification == '‸`,
      ["internal", "restricted"],
      [],
    ],
    [
      "words in a list",
      `${HEAD}    when: resource.classification in ['internal', '‸`,
      ["public"],
      [],
    ],
    [
      "words in no quotes yet",
      `${HEAD}    when: resource.environment == ‸`,
      ["production", "args"],
      [],
    ],
    ["the first line of a new file", "apiVersion: ‸", ["agentz/v1"], []],
    ["kinds", "apiVersion: agentz/v1\nkind: ‸", ["Policy", "Catalog", "Suite"], []],
    ["labels", `${HEAD}    when: "'‸' in session.labels"`, ["seen_internal"], []],
    ["effects of tools", `${HEAD}    when: "'‸' in action.effects"`, ["pay", "read"], []],
    ["counters", `${HEAD}    when: session.counters.‸`, ["refunded"], []],
    ["data", `${HEAD}    when: args.to[0] in data.‸`, ["own_domains"], []],
    ["functions of a namespace", `${HEAD}    when: math.‸`, ["greatest", "abs"], []],
    ["arguments of an example", `${HEAD}    match: [{ args: { ‸`, ["amount", "to"], []],
    ["words of an example", `${HEAD}    match: [{ resource: { classification: ‸`, ["internal"], []],
    ["state of an example", `${HEAD}    match: [{ session: { labels: [‸`, ["seen_internal"], []],
    ["kinds", "apiVersion: agentz/v1\nki‸", ["apiVersion", "kind"].slice(1), []],
    [
      "rules in a suite",
      "kind: Suite\ntests:\n  - name: x\n    expect: { rule: ‸",
      ["first", "default"],
      [],
    ],
    ["classifications that are ranked", `${HEAD}    when: rank(‸`, ["restricted", "args"], []],
    ["labels of rules", `${HEAD}  - { id: y, labels: [‸`, ["known"], []],
    [
      "arguments of a tool for its resource",
      `${CATALOG.replace("resource: none", "resource: { type: x, id: args.‸ }")}`,
      ["amount", "currency", "to"],
      [],
    ],
    [
      "arguments of a call of a suite",
      `${SUITE}  - call: { use: refund, args: { am‸`,
      ["amount", "currency", "to"],
      [],
    ],
    [
      "arguments of a call that names its tool in lines of its own",
      `${SUITE}  - call:\n      action:\n        server: payments\n        name: refund\n      args:\n        ‸`,
      ["amount", "currency"],
      [],
    ],
    [
      "arguments of a fixture, by the fixture that it uses",
      SUITE.replace(
        "tests:",
        "  more:\n    use: refund\n    args:\n      amount: 1\n      ‸\ntests:",
      ),
      ["currency"],
      ["amount"],
    ],
    [
      "no arguments of a tool that nobody named",
      `${SUITE}  - call: { args: { ‸`,
      [],
      ["amount", "currency"],
    ],
    [
      "values that an argument may be",
      `${SUITE}  - call: { use: refund, args: { currency: ‸`,
      ["EUR", "CHF"],
      [],
    ],
    [
      "arguments in a matrix",
      `${SUITE}  - call: { use: refund }\n    matrix: { ‸`,
      ["args.amount", "args.currency"],
      [],
    ],
    [
      "values in a matrix",
      `${SUITE}  - call: { use: refund }\n    matrix:\n      args.currency: [‸`,
      ["EUR", "CHF"],
      [],
    ],
    [
      "labels that a call sets",
      `${SUITE}  - call: { use: refund }\n    expect: { state: { labels: { ‸`,
      ["seen_internal"],
      [],
    ],
    ["who approved", `${SUITE}  - call: { context: { approvals: [{ by: ‸`, ["human:omar"], []],
    [
      "fixtures",
      "kind: Suite\nfixtures:\n  a:\n    args: {}\ntests:\n  - call: { use: ‸",
      ["a"],
      [],
    ],
  ])("offers %s", (_, text, offered, not) => {
    const found = labels(text);
    expect(found).toEqual(expect.arrayContaining([...offered]));
    for (const label of not) expect(found).not.toContain(label);
  });

  it("replaces what is typed, and quotes what needs it", () => {
    const [text, offset] = [
      `${HEAD}  - id: x\n    actions: [*`,
      `${HEAD}  - id: x\n    actions: [*`.length,
    ];
    const any = completionsAt(text, offset, setWith(text)).find(({ label }) => label === "**");
    expect(any).toMatchObject({ insert: '"**"', replace: { start: offset - 1, end: offset } });
  });

  it("offers nothing in comments and behind closed texts", () => {
    expect(labels(`${HEAD}    # wh‸`)).toEqual([]);
    expect(labels(`${HEAD}    when: "true"‸`)).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Location } from "vscode-languageserver-protocol/node";
import { Editor, folderWith, hoverText, positionOf, textIn } from "./editor.ts";

const CATALOG = `apiVersion: agentz/v1
kind: Catalog
name: bank
version: 1.0.0
agents: [{ id: clerk, owner: o, purpose: pays invoices, status: commissioned }]
people: [{ id: omar, roles: [finance] }]
tools:
  - name: transfer
    server: payments
    effects: [pay]
    args:
      type: object
      properties:
        account: { type: string }
        currency: { type: string, enum: [EUR, CHF] }
        copies: { type: array, items: { type: string } }
    resource: { type: account, id: args.account }
`;
const POLICY = `apiVersion: agentz/v1
kind: Policy
name: pay
version: 1.0.0
rules:
  - id: transfers
    effect: allow
    actions: [payments/transfer]
    labels: ["SOX:404"]
    when: rank(resource.classification) < rank('restricted') && args.copies.all(copy, copy != 'x')
  - id: swiss
    effect: deny
    actions: [payments/transfer]
    labels: ["SOX:404"]
    when: args.currency == 'CHF'
    match: [{ args: { currency: CHF } }]
`;
const SUITE = `apiVersion: agentz/v1
kind: Suite
name: pay
fixtures:
  clerk:
    subject: { type: agent, id: clerk }
    context: { on_behalf_of: { type: human, id: omar, roles: [finance] } }
  transfer:
    use: clerk
    action: { kind: mcp_request, server: payments, name: transfer }
    args: { account: a, currency: EUR, copies: [] }
tests:
  - name: francs stay
    call: { use: transfer, args: { currency: CHF } }
    expect: { rule: swiss }
  - name: nothing else
    call: { use: transfer, action: { name: open } }
    expect: { rule: default }
  - name: nor from others
    call: { use: transfer, subject: { id: guest } }
    expect: { rule: lifecycle/unregistered }
  - name: with an approval
    call: { use: transfer, context: { approvals: [{ by: human:omar, for: this }] } }
    expect: { rule: manifest/clerk }
`;
const FILES = {
  "agentz.yaml": "candidate: [policies]\ntests: [tests]\n",
  "policies/catalog.yaml": CATALOG,
  "policies/pay.yaml": POLICY,
  "tests/pay.yaml": SUITE,
};
type File = keyof typeof FILES;
const [KNOWN, RULES, TESTS] = [
  "policies/catalog.yaml",
  "policies/pay.yaml",
  "tests/pay.yaml",
] as const;

let editor: Editor;

beforeAll(async () => {
  editor = new Editor(folderWith(FILES));
  await editor.start();
  for (const file of [KNOWN, RULES, TESTS]) await editor.open(file, FILES[file]);
});
afterAll(async () => {
  expect(await editor.end()).toBe(0);
});

function behind(file: File, part: string): { line: number; character: number } {
  const text = FILES[file];
  return positionOf(text, text.indexOf(part) + part.length);
}

describe("a hover", () => {
  it.each([
    ["a call's tool", TESTS, "payments, name: tra", "tool payments/transfer", "Effects: pay"],
    [
      "a tool of which a fixture gives the server",
      TESTS,
      "name: op",
      "tool payments/open",
      "No doc",
    ],
    ["a caller", TESTS, "id: cle", "agent clerk", "pays invoices"],
    ["for whom a caller acts", TESTS, "id: om", "person omar", "Roles: finance"],
    ["who approved", TESTS, "by: human:om", "person omar", "Roles: finance"],
    [
      "an argument of a call",
      TESTS,
      "args: { acc",
      "args.account: string",
      "payments/transfer, as",
    ],
    ["the value of an argument", TESTS, "currency: CH", "args.currency: string", "One of EUR, CHF"],
    ["an argument of an example", RULES, "args: { curr", "args.currency: string", "One of EUR"],
    ["an attribute of a call", TESTS, "action: { ki", "action.kind: string", "One of tool_call"],
    ["the default", TESTS, "rule: def", "rule default", "no rule allows is denied"],
    ["a denial by a manifest", TESTS, "rule: manif", "rule manifest/clerk", "beyond the limits"],
    ["a stranger's denial", TESTS, "rule: lifec", "rule lifecycle/unregistered", "does not list"],
    ["a rule's label", RULES, '"SOX', "rule label SOX:404", "On 2 rules: pay/transfers and"],
    [
      "an argument in a catalog",
      KNOWN,
      "id: args.acc",
      "args.account: string",
      "as the catalog decl",
    ],
    ["a text in a condition", RULES, "rank('restr", "'restricted': string", "The most sensitive"],
    ["the variable of a macro", RULES, "all(copy, co", "copy: string", ""],
    ["a comparison", RULES, "args.currency =", "args.currency == 'CHF': bool", ""],
  ] as const)("tells %s", async (...asked) => {
    const [, file, part, code, sentence] = asked;
    const told = hoverText(await editor.hover(file, behind(file, part)));
    expect(told.split("\n")[1]).toBe(code);
    expect(told).toContain(sentence);
    expect(told).not.toContain("recorded call");
  });
});

describe("references", () => {
  it.each([
    ["a tool", KNOWN, "- name: trans", 4],
    ["an agent", KNOWN, "id: cle", 2],
    ["a person", KNOWN, "id: om", 3],
    ["a role", KNOWN, "roles: [fin", 2],
    ["a label of rules", RULES, '"SOX', 2],
  ] as const)("of %s are found in policies, catalogs and suites", async (_, file, part, many) => {
    const found: readonly Location[] = await editor.ask("textDocument/references", file, {
      position: behind(file, part),
      context: { includeDeclaration: true },
    });
    const named = found.map(({ uri, range }) => {
      const own = [KNOWN, RULES, TESTS].find((one) => editor.uri(one) === uri);
      return own === undefined ? "" : textIn(FILES[own], range);
    });
    expect(named).toHaveLength(many);
    expect(new Set(named.map((name) => name.split("/").at(-1))).size).toBe(1);
  });
});

import { expect, test } from "vitest";
import { assembleSet } from "../../src/engine/assemble.ts";
import { runLint } from "../../src/lint/run-lint.ts";
import { TODAY } from "./pages.ts";

const HEAD = "apiVersion: agentz/v1\nversion: 1.0.0\nname: bank\n";
const CATALOG = `---
${HEAD}kind: Catalog
tools:
  - { name: pay, server: bank, effects: [pay],
      args: { type: object, properties: { amount: { type: number }, payee: { type: string } } } }
  - { name: list, server: bank, effects: [read],
      args: { type: object, properties: { total: { type: number } } } }
`;

/** The findings on arguments of a set with this declaration of a counter. */
function found(counter: string, catalog = CATALOG): readonly string[] {
  const text = `${HEAD}kind: Policy
session: { counters: [{ name: paid, ${counter} }] }
rules: [{ id: r, effect: allow, actions: [bank/pay], when: session.counters.paid < 100.0 }]
${catalog}`;
  const assembled = assembleSet([{ file: "p.yaml", text }], {
    readBeside: () => ({ fault: "it cannot be read" }),
    sha256: () => "0",
  });
  return runLint(assembled, { levels: new Map(), today: TODAY })
    .findings.filter(({ code }) => code.startsWith("unknown-"))
    .map(({ severity, code, help }) => `${severity} ${code}: ${help ?? ""}`);
}

const FIX = "fix the name, or declare the argument under `args` of its tool in a catalog";

/** What tells the tools, and what is said of an argument that none of them has, near or not. */
const CASES: readonly (readonly [string, string, string])[] = [
  ["'pay' in action.effects", "args.rate", `warning unknown-argument: ${FIX}`],
  ["action.name == 'pay'", "args.rate", `warning unknown-argument: ${FIX}`],
  ["action.name == 'pay'", "args.total", `warning unknown-argument: ${FIX}`],
  ["action.name in ['pay']", "args.total", `warning unknown-argument: ${FIX}`],
  [
    "action.server == 'bank' && action.name == 'pay'",
    "args.total",
    "error unknown-attribute: there is `amount`, `payee`",
  ],
  [
    "action.name == 'pay' && action.server == 'bank'",
    "args.amuont",
    "error unknown-attribute: did you mean `args.amount`?",
  ],
  ["action.name == 'pay'", "args.amuont", "error unknown-attribute: did you mean `args.amount`?"],
];

test.each(CASES)("design 3.4: where `%s`, `%s` in `add` is found", (when, add, finding) => {
  expect(found(`when: "${when}", add: ${add}`).join("\n")).toContain(finding);
});

test("an argument that one of the tools has is right, in `add` and in `when`", () => {
  for (const when of [
    "action.name in ['pay', 'list']",
    "action.name == 'list'",
    "args.total > 1.0",
  ])
    expect(found(`when: "${when}", add: args.total`)).toEqual([]);
});

test("a misspelled argument in the condition of the counter itself", () => {
  expect(found(`when: "action.name == 'pay' && args.rate > 1.0", add: 1`)).toEqual([
    `warning unknown-argument: ${FIX}`,
  ]);
});

test("nothing is said where a tool does not say which arguments it has", () => {
  const open = `---\n${HEAD}kind: Catalog\ntools: [{ name: pay, server: bank, effects: [pay] }]\n`;
  expect(found(`when: "action.name == 'pay'", add: args.total`, open)).toEqual([]);
});

import { describe, expect, test } from "vitest";
import { meantEdit } from "../../src/api/editor/meant.ts";
import { documentSchemas } from "../../src/api/editor/schemas.ts";
import { completionsAt } from "../../src/editor/completion.ts";
import { editorFile, editorSet } from "../../src/editor/editor-set.ts";
import { hoverAt } from "../../src/editor/hover.ts";
import { agentz, scratch } from "../e2e/agentz.ts";

const CATALOG = `apiVersion: agentz/v1
kind: Catalog
name: shop
version: 1.0.0
agents: [{ id: support, owner: o, purpose: answers, status: commissioned }]
people: [{ id: omar, roles: [manager] }]
tools:
  - name: refund
    server: payments
    effects: [pay]
    args:
      type: object
      required: [amount]
      properties: { amount: { type: number }, mode: { type: string, enum: [fast] } }
    resource: none
  - { name: look, server: crm, args: { type: object, properties: { order: { type: string } } } }
`;
const HEAD = `apiVersion: agentz/v1
kind: Policy
name: refunds
version: 1.0.0
session: { labels: [{ name: large, when: args.amount > 5.0 }] }
rules:
`;
const TO = "actions: [payments/refund]";

interface Found {
  readonly message: string;
  readonly help: string | null;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

/** The text of a rule once what was meant is written, for each finding that has such a change. */
function changed(rule: string): readonly string[] {
  const text = `${HEAD}  - ${rule}\n`;
  const cwd = scratch({ "c.yaml": CATALOG, "p.yaml": text });
  const { stdout } = agentz(["lint", "c.yaml", "p.yaml", "--format", "json"], { cwd });
  const { findings }: { readonly findings: readonly Found[] } = JSON.parse(stdout);
  return findings.flatMap(({ message, help, line, column, endColumn }) => {
    const start =
      text
        .split("\n")
        .slice(0, line - 1)
        .join("\n").length + column;
    const finding = { file: "p.yaml", message, ...(help === null ? {} : { help }) };
    const span = { start, end: start + endColumn - column };
    const { edit } = meantEdit({ ...finding, span }, text) ?? {};
    if (edit === undefined) return [];
    const after = text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end);
    return [after.slice(HEAD.length + 4).trimEnd()];
  });
}

describe("the change to the word that a finding says was meant", () => {
  test.each([
    ["a word", `{ id: a, effect: alow, ${TO} }`, `{ id: a, effect: allow, ${TO} }`],
    ["a word in quotes", `{ id: a, effect: "alow", ${TO} }`, `{ id: a, effect: "allow", ${TO} }`],
    ["a field", `{ id: a, effect: deny, reson: x }`, `{ id: a, effect: deny, reason: x }`],
    [
      "an attribute",
      `{ id: a, effect: deny, ${TO}, when: args.amuont > 5.0 }`,
      `{ id: a, effect: deny, ${TO}, when: args.amount > 5.0 }`,
    ],
    [
      "a method",
      `{ id: a, effect: deny, ${TO}, when: "args.mode.strtsWith('f')" }`,
      `{ id: a, effect: deny, ${TO}, when: "args.mode.startsWith('f')" }`,
    ],
    [
      "a function",
      `{ id: a, effect: deny, ${TO}, when: "sze(args.mode) > 2" }`,
      `{ id: a, effect: deny, ${TO}, when: "size(args.mode) > 2" }`,
    ],
    [
      "a value in a condition",
      `{ id: a, effect: deny, ${TO}, when: "args.mode == 'fasst'" }`,
      `{ id: a, effect: deny, ${TO}, when: "args.mode == 'fast'" }`,
    ],
    [
      "a label",
      `{ id: a, effect: deny, when: "'lrge' in session.labels" }`,
      `{ id: a, effect: deny, when: "'large' in session.labels" }`,
    ],
    [
      "a tool",
      `{ id: a, effect: deny, actions: [payments/refnud] }`,
      `{ id: a, effect: deny, ${TO} }`,
    ],
    [
      "an agent",
      `{ id: a, effect: deny, subjects: [agent:suport] }`,
      `{ id: a, effect: deny, subjects: [agent:support] }`,
    ],
    [
      "an argument of an example",
      `{ id: a, effect: deny, ${TO}, not_match: [{ args: { amont: 1 } }] }`,
      `{ id: a, effect: deny, ${TO}, not_match: [{ args: { amount: 1 } }] }`,
    ],
    [
      "the server of a tool of an example",
      `{ id: a, effect: deny, ${TO}, not_match: [{ action: { server: paymnts, name: refund } }] }`,
      `{ id: a, effect: deny, ${TO}, not_match: [{ action: { server: payments, name: refund } }] }`,
    ],
  ])("%s", (_, rule, wanted) => {
    expect(changed(rule)).toContain(wanted);
  });

  test("also where the help goes on with what is declared", () => {
    const finding = {
      file: "f",
      span: { start: 9, end: 18 },
      message: "no policy declares the session label `read_ordr`",
      help: "did you mean `read_order`? declared: `read_order`",
    };
    expect(meantEdit(finding, "labels: [read_ordr]")?.edit.text).toBe("read_order");
  });

  test("none where the help is another one, or the word is not there exactly once", () => {
    const finding = { file: "f", span: { start: 0, end: 9 }, message: "there is no `ab`" };
    expect(meantEdit({ ...finding, help: "known here: abc" }, "ab: 1, xy")).toBeUndefined();
    expect(meantEdit({ ...finding, help: "did you mean `abc`?" }, "ab: ab, x")).toBeUndefined();
    expect(meantEdit({ ...finding, help: "did you mean `a b: c`?" }, "ab: 1, xy")).toBeUndefined();
    expect(meantEdit({ ...finding, help: "did you mean `abc`?" }, "ab: 1, xy")?.word).toBe("abc");
  });
});

describe("a condition that is half typed", () => {
  const schemas = documentSchemas();
  const catalog = editorFile({ file: "c.yaml", text: CATALOG });
  const labels = (rule: string): readonly string[] => {
    const at = HEAD.length + rule.indexOf("|");
    const text = HEAD + rule.replace("|", "");
    const file = editorFile({ file: "p.yaml", text });
    const set = editorSet([catalog, file], new Map(), schemas);
    return completionsAt(text, at, set).map(({ label }) => label);
  };

  test("is offered classifications where one is ranked, and no label as an argument", () => {
    const typed = (when: string): readonly string[] =>
      labels(`  - { id: a, effect: deny, ${TO}, when: "${when}" }\n`);
    expect(typed("rank('|')")).toEqual(["public", "internal", "confidential", "restricted"]);
    expect(typed("args.mode.startsWith('|')")).toEqual([]);
    expect(typed("'|' in session.labels")).toEqual(["large"]);
  });

  test("is offered the arguments of its tools, or of all where none is named yet", () => {
    expect(labels(`  - { id: a, effect: deny, ${TO}, when: args.| }\n`)).toEqual([
      "amount",
      "mode",
    ]);
    const all = ["amount", "mode", "order"];
    expect(labels("  - { id: a, effect: deny, when: args.| }\n")).toEqual(all);
    expect(labels("  - id: a\n    effect: deny\n    when: has(args.|")).toEqual(all);
    expect(labels("  - id: a\n    actions: [payments/*]\n    when: args.|")).toEqual(all);
  });

  test("a hover and a completion name each form of a method once", () => {
    const text = `${HEAD}  - { id: a, effect: deny, ${TO}, when: args.mode.size() > 2 }\n`;
    const file = editorFile({ file: "p.yaml", text });
    const set = editorSet([catalog, file], new Map(), schemas);
    expect(hoverAt(file, text.indexOf("size()") + 2, set)?.code).toBe("size() → int");
  });
});

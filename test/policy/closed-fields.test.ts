import { describe, expect, test } from "vitest";
import { assemble, documents } from "../lint/pages.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { InputCheck } from "../../src/engine/input-check.ts";
import { loadSuites } from "../../src/suite/run-suites.ts";

const rule = (more: string): string => `rules: [{ id: r, effect: require_approval, ${more} }]`;
const catalog = (more: string): string => `${more}\nresources: []`;
const label = (more: string): string => `session: { labels: [{ name: l, ${more} }] }\nrules: []`;

/** A word of a closed list, misspelt, and the word that is meant. */
const FIELDS: readonly (readonly [snippet: string, wrong: string, meant: string])[] = [
  ["rules: [{ id: r, effect: alow }]", "alow", "allow"],
  ["rules: [{ id: r, effect: require-approval }]", "require-approval", "require_approval"],
  ["rules: [{ id: r, effect: Deny }]", "Deny", "deny"],
  ["rules: [{ id: r, effect: deny, on_deny: block-tool }]", "block-tool", "block_tool"],
  ["rules: [{ id: r, effect: deny, mode: shadowed }]", "shadowed", "shadow"],
  [rule("obligations: { redact: { above: Internal } }"), "Internal", "internal"],
  ["delegation: agent\nrules: []", "agent", "agents"],
  [label("on: complete"), "complete", "completed"],
  [label("on: permit"), "permit", "permitted"],
  [label("key: subjects"), "subjects", "subject"],
  [label("key: on-behalf-of"), "on-behalf-of", "on_behalf_of"],
  ["agents: [{ id: a, status: commisioned }]", "commisioned", "commissioned"],
  ["agents: [{ id: a, status: suspend }]", "suspend", "suspended"],
  ["agents: [{ id: a, data_classes: [public, conf] }]", "conf", "confidential"],
  ["tools: [{ name: t, effects: [read, sent] }]", "sent", "send"],
  ["tools: [{ name: t, effects: [exec] }]", "exec", "execute"],
  ["tools: [{ name: t, resource: non }]", "non", "none"],
  ["tools: [{ name: t, args: { type: objekt } }]", "objekt", "object"],
  ['resources: [{ match: "a:*", classification: Restricted }]', "Restricted", "restricted"],
  ['resources: [{ match: "a:*", scope: tenants }]', "tenants", "tenant"],
  ['resources: [{ match: "a:*", form: paths }]', "paths", "path"],
  ['resources: [{ match: "a:*", fields: { card: restrict } }]', "restrict", "restricted"],
  [catalog("unregistered: denied\nagents: []").replace("denied", "polici"), "polici", "policy"],
  ["attributes: { context.x: strng }\nresources: []", "strng", "string"],
  ["attributes: { context.x: list<strng> }\nresources: []", "list<strng>", "list<string>"],
];

describe("design 2.1: a misspelt word of a closed list is told with the one that is meant", () => {
  test.each(FIELDS)("%s", (snippet, wrong, meant) => {
    const text = documents(snippet);
    const [first, ...more] = assemble(text).diagnostics;
    expect([
      text.slice(first?.span.start, first?.span.end),
      first?.help,
      more.map(({ message }) => message),
    ]).toEqual([wrong, `did you mean \`${meant}\`?`, []]);
  });

  test.each([
    ["kind: Polcy", "Polcy", "Policy"],
    ["kind: catalog", "catalog", "Catalog"],
    ["kind: Suites", "Suites", "Suite"],
  ])("%s", (kind, wrong, meant) => {
    const text = `apiVersion: agentz/v1\n${kind}\nname: p\nversion: 1.0.0\n`;
    const [first] = loadDocuments([{ file: "p.yaml", text }]).diagnostics;
    expect([text.slice(first?.span.start, first?.span.end), first?.help]).toEqual([
      wrong,
      `did you mean \`${meant}\`?`,
    ]);
  });

  test.each([
    ["effect: alow", "allow"],
    ["effect: allow, approval: opened", "open"],
    ["effect: allow, obligations: { redact: { above: intern } }", "internal"],
    ["effect: allow, obligations: non", "none"],
    ["effects: allow", "effect"],
  ])("in a suite: %s", (expected, meant) => {
    const text =
      "apiVersion: agentz/v1\nkind: Suite\nname: s\ntests:\n  - { name: t, call: { action: { " +
      `server: a, name: b } }, expect: { ${expected} } }\n`;
    const loaded = loadDocuments([{ file: "s.yaml", text }]);
    const suites = loaded.documents.filter((document) => document.kind === "Suite");
    const check = new InputCheck(loaded.documents);
    const { diagnostics } = loadSuites(suites, loaded.diagnostics, { check });
    expect(diagnostics.map(({ help }) => help)).toContain(`did you mean \`${meant}\`?`);
  });
});

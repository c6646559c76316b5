import { describe, expect, it } from "vitest";
import { CATALOG_HEAD, findings, POLICY_HEAD, seen, type Seen } from "./underlined.ts";

const TOOLS = `---
${CATALOG_HEAD}tools:
  - { name: pay, server: bank, args: { type: object,
      properties: { amount: { type: number }, to: { type: array, items: { type: string } } } } }
  - { name: look, server: bank, args: { type: object, properties: { id: { type: string } } } }
attributes: { context.tags: list<string> }
data: { payees: [a, b], limits: { eu: 5 } }
`;

/**
 * A policy of one rule on these actions with this condition, some session state, and the catalog.
 */
function ruled(actions: string, when: string): string {
  const session =
    "session:\n  labels: [{ name: tainted, when: outcome.status == 'ok' && decision.permitted " +
    "}]\n  counters: [{ name: paid, add: args.amount }]\n  values: [{ name: ids, add: args.id " +
    "}]\n";
  return (
    `${POLICY_HEAD}${session}rules:\n  - id: r\n    effect: deny\n    actions: ${actions}\n    ` +
    `when: >-\n      ${when}\n${TOOLS}`
  );
}

describe("design 3.4: conditions are checked when the set is loaded", () => {
  it.each<[string, string, string]>([
    ["declared arguments", "[bank/pay]", "args.amount + 1 > 5 && args.to.all(a, a in data.payees)"],
    ["arguments of one of the tools", "[bank/pay, bank/look]", "has(args.id) || args.amount > 1.0"],
    ["any argument of any tool", "['**']", "args.anything.at.all == 1"],
    ["any argument of an undeclared tool", "[bank/burn]", "args.anything"],
    [
      "what traces may carry",
      "[bank/pay]",
      "subject.badge == 'x' && context.signals.risk > 0.5 && resource.zone == 'a'",
    ],
    [
      "session state",
      "[bank/pay]",
      "'tainted' in session.labels && session.counters.paid + args.amount > 5.0 && 'x' in session.values.ids",
    ],
    [
      "a key of a map that is not there",
      "[bank/pay]",
      "!has(data.limits.us) || data.limits.us > 1.0",
    ],
    [
      "times",
      "[bank/pay]",
      "now - subject.credential.issued < duration('1h') && now < subject.expires",
    ],
  ])("sound: %s", (_name, actions, when) => {
    expect(findings(ruled(actions, when))).toEqual([]);
  });

  const at = "$.rules[0].when";
  it.each<[string, string, string, Seen]>([
    [
      "a misspelled argument",
      "[bank/pay]",
      "args.amout > 5.0",
      ["unknown-attribute", "args.amout", at],
    ],
    [
      "an argument of neither tool",
      "[bank/pay, bank/look]",
      "has(args.memo)",
      ["unknown-attribute", "has(args.memo)", at],
    ],
    [
      "a misspelled data list",
      "[bank/pay]",
      "'a' in data.payes",
      ["unknown-attribute", "data.payes", at],
    ],
    [
      "a counter that nobody declares",
      "[bank/pay]",
      "session.counters.payed > 1.0",
      ["unknown-attribute", "session.counters.payed", at],
    ],
    [
      "a label that nobody declares",
      "[bank/pay]",
      "'taint' in session.labels",
      ["unknown-attribute", "'taint'", at],
    ],
    ["a root that is none", "[bank/pay]", "user.id == 'x'", ["unknown-attribute", "user", at]],
    [
      "the outcome of a call not yet made",
      "[bank/pay]",
      "outcome.status == 'ok'",
      ["unknown-attribute", "outcome", at],
    ],
    [
      "text compared with a number",
      "[bank/look]",
      "args.id > 5.0",
      ["condition-type", "args.id > 5.0", at],
    ],
    [
      "a condition that gives no truth",
      "[bank/pay]",
      "args.amount + 1.0",
      ["condition-type", "args.amount + 1.0", at],
    ],
    ["a malformed pattern", "[bank/look]", "args.id.matches('(')", ["invalid-pattern", "'('", at]],
  ])("refused: %s", (_name, actions, when, expected) => {
    const text = ruled(actions, when);
    expect(seen(findings(text), text)).toEqual([expected]);
  });

  it("finds several mistakes of one condition, and asks what was meant", () => {
    const text = ruled("[bank/pay]", "args.amout > 5.0 && args.to > 1.0 || 'a' in data.payes");
    const found = findings(text);
    expect(found.map(({ code }) => code)).toEqual([
      "unknown-attribute",
      "condition-type",
      "unknown-attribute",
    ]);
    expect(found.map(({ help }) => help)[0]).toContain("`args.amount`");
    expect(found.map(({ help }) => help)[2]).toContain("`data.payees`");
  });

  it("checks exceptions, declarations, keys and the reading of resources", () => {
    const text = `${POLICY_HEAD}session:
  labels: [{ name: a, when: "args.x +", key: subject }]
  counters: [{ name: b, add: action.name, key: 1 + 1 }]
rules:
  - id: r
    effect: deny
    actions: [s/t]
    exceptions: [{ when: args.y, reason: x, owner: y }]
---
${CATALOG_HEAD}tools: [{ name: t, server: s, args: { type: object,
  properties: { x: { type: string } } }, resource: { type: f, id: args.z } }]
`;
    expect(seen(findings(text), text)).toEqual([
      ["condition-syntax", "", "$.session.labels[0].when"],
      ["condition-type", "action.name", "$.session.counters[0].add"],
      ["condition-type", "1 + 1", "$.session.counters[0].key"],
      ["unknown-attribute", "args.y", "$.rules[0].exceptions[0].when"],
      ["unknown-attribute", "args.z", "$.tools[0].resource.id"],
    ]);
  });
});

describe("documents of a set", () => {
  it("does not take names for slips that stood in a document which cannot be read", () => {
    const text =
      `${POLICY_HEAD}rules: [{ id: r, effect: deny, when: "'a' in data.payees || ` +
      `session.counters.b > 1.0 || 'x' in session.labels" }]\n---\n${CATALOG_HEAD}data: [\n`;
    expect(new Set(findings(text).map(({ code }) => code))).toEqual(new Set(["yaml-syntax"]));
  });

  it("keeps the names of what is broken", () => {
    const text =
      `${POLICY_HEAD}session: { counters: [{ name: b }] }\nrules: [{ id: r, effect: deny, when: ` +
      `session.counters.b > data.c }]\n---\n${CATALOG_HEAD}data: { c: .nan }\n`;
    expect(findings(text).map(({ code }) => code)).toEqual(["missing-field", "unsupported-value"]);
  });

  it("points from the second name to the first", () => {
    const text = `${CATALOG_HEAD}people: [{ id: ann }, { id: bob }, { id: ann }]\n`;
    const [problem] = findings(text);
    const note = problem?.notes?.[0];
    expect(note?.span?.start).toBe(text.indexOf("ann"));
    expect(problem?.span.start).toBe(text.lastIndexOf("ann"));
  });

  it("design 2.5: entries that complement each other, or are of different weight, do not conflict", () => {
    expect(
      findings(
        `${CATALOG_HEAD}resources:\n  - { match: "a:*", tenant: b }\n  - { match: "a:*", ` +
          `owner: c, tenant: b }\n  - { match: "a:x*", tenant: d }\n`,
      ),
    ).toEqual([]);
    const conflict =
      `${CATALOG_HEAD}resources:\n  - { match: "a:*", fields: { x: public, y: public }, ` +
      `attributes: { z: 1 } }\n  - { match: "a:*", fields: { x: internal }, attributes: { z: 2 } ` +
      "}\n";
    expect(findings(conflict).map(({ code }) => code)).toEqual([
      "conflicting-attribute",
      "conflicting-attribute",
    ]);
  });

  it("reports one path declared with two types", () => {
    const text =
      `${CATALOG_HEAD}attributes: { context.a: string }\n---\n` +
      `${CATALOG_HEAD.replace("name: c", "name: d")}attributes: { context.a: double }\n`;
    expect(seen(findings(text), text)).toEqual([
      ["conflicting-attribute", "context.a", '$.attributes["context.a"]'],
    ]);
  });
});

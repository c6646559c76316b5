import { describe, expect, it } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { byColumns, byEvents, sha256 } from "./columns.ts";

const HEAD =
  "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n  - { id: all, " +
  "effect: allow, actions: [x/*] }\n";
const CATALOG =
  "---\napiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\ntools:\n  - { name: a, " +
  "server: x, resource: { type: order, id: args.order } }\n";
const setOf = (rules: string) =>
  compileSet(
    loadDocuments([{ file: "p.yaml", text: `${HEAD}${rules}${CATALOG}` }]).documents,
    sha256,
  );
const rule = (text: string): string => `  - { ${text} }\n`;

const lines = [
  {
    id: "1",
    subject: { type: "agent", id: "a" },
    action: { server: "x", name: "a" },
    args: { order: "7", n: 1 },
  },
  { id: "2", subject: { type: "agent", id: "b" }, action: { server: "x", name: "b" }, args: {} },
  { id: "3", type: "prompt", subject: { type: "agent", id: "c" } },
].map((event) => JSON.stringify(event));

function unexercised(before: string | undefined, after: string): unknown {
  const sets = {
    baseline: before === undefined ? undefined : setOf(before),
    candidate: setOf(after),
  };
  const options = { history: "counterfactual", approvals: "recorded", idle: undefined } as const;
  const found = byEvents(lines, sets, options)["unexercised"];
  const columns = byColumns(lines, sets, { options, size: 1 });
  expect(columns["unexercised"]).toEqual(found);
  return found;
}

describe("design 7.7: rules that changed and that no recorded call reaches", () => {
  it.each([
    [
      "a new rule for a tool that is not called",
      "",
      rule("id: n, effect: deny, actions: [x/z]"),
      ["p/n"],
    ],
    [
      "a new rule whose condition never holds is reached",
      "",
      rule("id: n, effect: deny, actions: [x/a], when: args.n == 9.0"),
      [],
    ],
    [
      "a changed condition",
      rule("id: n, effect: deny, actions: [x/z], when: args.n == 9.0"),
      rule("id: n, effect: deny, actions: [x/z], when: args.n == 8.0"),
      ["p/n"],
    ],
    ["a rule that went away", rule("id: n, effect: deny, actions: [x/z]"), "", ["p/n"]],
    [
      "a rule for a subject that makes no call",
      "",
      rule('id: n, effect: deny, subjects: ["agent:c"]'),
      ["p/n"],
    ],
    [
      "a rule for a resource that no call is on",
      "",
      rule('id: n, effect: deny, actions: [x/a], resources: ["order:8"]'),
      ["p/n"],
    ],
    [
      "a rule for a resource that a call is on",
      "",
      rule('id: n, effect: deny, actions: [x/a], resources: ["order:7"]'),
      [],
    ],
    [
      "a rule for resources, where one is unrecorded",
      "",
      rule('id: n, effect: deny, actions: [x/b], resources: ["order:8"]'),
      [],
    ],
    [
      "a shadow rule counts too",
      "",
      rule("id: n, effect: deny, actions: [x/z], mode: shadow"),
      ["p/n"],
    ],
    [
      "another name is no change",
      rule("id: n, effect: deny, actions: [x/z]"),
      rule("id: m, effect: deny, actions: [x/z]"),
      [],
    ],
    [
      "another reason is no change",
      rule("id: n, effect: deny, actions: [x/z]"),
      rule("id: n, effect: deny, actions: [x/z], reason: because"),
      [],
    ],
    [
      "a scope that moved away from what is called",
      rule("id: n, effect: deny, actions: [x/a]"),
      rule("id: n, effect: deny, actions: [x/z]"),
      [],
    ],
    [
      "nothing changed",
      rule("id: n, effect: deny, actions: [x/z]"),
      rule("id: n, effect: deny, actions: [x/z]"),
      [],
    ],
    [
      "against what was recorded every rule is a change",
      undefined,
      rule("id: n, effect: deny, actions: [x/z]"),
      ["p/n"],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(unexercised(before, after)).toEqual(expected);
  });
});

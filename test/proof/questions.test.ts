import { describe, expect, test } from "vitest";
import type { AnalysedRule } from "../../src/proof/analysed-set.ts";
import { isPossible } from "../../src/proof/answer.ts";
import { allOf } from "../../src/proof/formula.ts";
import { canMatch } from "../../src/proof/questions.ts";
import { truthOf } from "../../src/proof/answer.ts";
import { analysed, policy, ruleOf } from "./load.ts";

const CATALOG = `
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
agents:
  - { id: a, status: commissioned, owner: o, attributes: { tenant: eu } }
tools:
  - { name: send, server: mail, effects: [send], reversible: false, open_world: true,
      resource: none, args: { type: object, properties: { to: { type: string } } } }
  - { name: read, server: files, effects: [read], reversible: true, open_world: false,
      resource: { type: file, id: args.path }, args: { type: object,
      properties: { path: { type: string } } } }
resources:
  - { match: "file:*", form: path, classification: internal }
  - { match: "file:/etc/**", classification: restricted }
data: { payees: [x, y] }
`;

function possible(rule: string, more = ""): string {
  const of = analysed(CATALOG, policy(`- { id: r, effect: allow, ${rule} }`, more));
  const answer = canMatch(of, ruleOf(of, "r"));
  if (answer.kind === "yes") expect(truthOf(of.set, "p/r", answer.witness)).toBe(true);
  return answer.kind;
}

describe("a term that comes to no number", () => {
  test.each([
    "!(double(args.x) < 5.0) && !(double(args.x) >= 5.0)",
    "double(args.x) != double(args.x)",
    "!(args.a - args.b < args.c) && !(args.a - args.b >= args.c)",
    "double(args.x) != 1.0 && !(double(args.x) < 1.0) && !(double(args.x) > 1.0)",
    "!(double(args.x) in [1.0, 2.0]) && !(double(args.x) < 9.0) && !(double(args.x) > 3.0)",
  ])("cel-spec, NaN: nobody proves that %s never holds", (when) => {
    expect(possible(`when: "${when}"`)).not.toBe("no");
  });

  test("design 3.5: an attribute is never NaN", () => {
    expect(possible('when: "!(args.x < 5.0) && !(args.x >= 5.0)"')).toBe("no");
    expect(possible('when: "!(size(args.x) < 5) && !(size(args.x) >= 5)"')).toBe("no");
  });
});

describe("whether a rule can match", () => {
  test.each([
    ["actions: [mail/send], when: action.open_world"],
    ["actions: [files/read], when: \"resource.classification == 'restricted'\""],
    [
      'actions: [pay/transfer], when: "args.amount > 100.0 && args.to in data.payees && !has(args.note)"',
    ],
    ["when: \"host(args.url) == 'a.example'\""],
    [
      "when: \"under(args.path, '/repo') && args.path != '/repo'\", match: [{ args: { path: /repo/x } }]",
    ],
    [
      'when: "args.order in session.values.orders && session.counters.paid + args.amount <= ' +
        "500.0 && 'seen' in session.labels\"",
    ],
    ["when: \"now > timestamp('2026-06-01T00:00:00Z')\""],
    ['when: "subject.tenant == resource.tenant"'],
    ["subjects: ['human:*'], when: \"size(args.to) > 3\""],
    ["resources: ['order:*'], when: \"args.a.b.c == 1\""],
    ["when: \"!(args.x == 'a') && args.x.startsWith('a')\""],
  ])("design 2.3: %s matches a call that the engine confirms", (rule) => {
    const session =
      "session:\n  labels: [{ name: seen }]\n  counters: [{ name: paid, add: args.amount }]\n  " +
      "values: [{ name: orders, add: args.order }]";
    expect(possible(rule, session)).toBe("yes");
  });

  test.each([
    [
      "design 2.5: a tool's effects are what the catalog says",
      "actions: [mail/send], when: \"'read' in action.effects\"",
    ],
    [
      "design 2.7: so are an agent's attributes",
      "subjects: ['agent:a'], when: \"subject.tenant == 'us'\"",
    ],
    [
      "design 2.4: a tool without a resource fits no resource pattern",
      "actions: [mail/send], resources: ['file:*']",
    ],
    [
      "design 2.4: nor is one read",
      "actions: [mail/send], when: \"resource.classification == 'internal'\"",
    ],
    ["design 2.3: target and scope are joined by AND", "subjects: ['agent:b']"],
    ["design 3.5: null is never there", 'when: "args.x == null"'],
    [
      "design 2.2: an exception that always holds",
      'when: "args.x > 1", exceptions: [{ when: "args.x > 0", reason: r, owner: o }]',
    ],
  ])("%s", (_, rule) => {
    expect(
      possible(rule, rule.includes("agent:b") ? 'target: { subjects: ["agent:a"] }' : ""),
    ).toBe("no");
  });

  test("what only the engine understands is told by nobody", () => {
    expect(possible("when: \"args.x.matches('^[0-9]+$') && args.x.startsWith('a')\"")).toBe(
      "unknown",
    );
  });

  test("but for what it comes to where the attributes are settled", () => {
    const settled = (word: string): string =>
      possible(`when: "args.x.matches('^[0-9]+$') && args.x == '${word}'"`);
    expect(settled("abc")).toBe("no");
    expect(settled("12")).toBe("yes");
    expect(
      possible("when: \"host(args.x) == 'a.example' && args.x == 'https://b.example/'\""),
    ).toBe("no");
  });

  test("a list that is written out is taken apart", () => {
    const one = "[args.?a.orValue(''), args.?b.orValue('')].exists(v, v.startsWith('x'))";
    expect(possible(`when: "${one} && args.a == 'y' && !has(args.b)"`)).toBe("no");
    expect(possible(`when: "${one} && args.a == 'y' && args.b == 'xy'"`)).toBe("yes");
  });
});

test("whether two rules can match together, and one without the other", () => {
  const set = analysed(
    policy(
      '- { id: small, effect: allow, when: "args.n < 10.0" }\n- { id: tiny, effect: allow, ' +
        'when: "args.n < 5.0" }\n- { id: large, effect: deny, when: "args.n >= 10.0" }',
    ),
  );
  const [small, tiny, large] = ["small", "tiny", "large"].map((id) => ruleOf(set, id));
  if (small === undefined || tiny === undefined || large === undefined) throw new Error("rules");
  const together = (a: AnalysedRule, b: AnalysedRule, want: "true" | "notTrue"): string =>
    isPossible(set, allOf([a.claim("true"), b.claim(want)]), () => true).kind;
  expect(together(small, tiny, "true")).toBe("yes");
  expect(together(small, large, "true")).toBe("no");
  expect(together(tiny, small, "notTrue")).toBe("no");
  expect(together(small, tiny, "notTrue")).toBe("yes");
});

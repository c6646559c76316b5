import { describe, expect, test } from "vitest";
import { askInvariants, type Found } from "../../src/proof/answer-invariants.ts";
import { callText } from "../../src/proof/describe-calls.ts";
import { runSession } from "../../src/proof/session-search.ts";
import { load, policy } from "./load.ts";

const CATALOG = `
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
agents:
  - { id: finance-1, status: commissioned, owner: o,
      manifest: { tools: [{ name: bank/pay, args: { type: object, required: [amount],
      properties: { amount: { type: number, minimum: 1, maximum: 900 }, to: { enum: [a, b] } } } },
      { name: files/read }, { name: mail/send }] } }
  - { id: clerk, status: commissioned, owner: o }
  - { id: old, status: suspended, owner: o }
people:
  - { id: omar, roles: [manager] }
  - { id: lea, roles: [manager] }
  - { id: jane, roles: [] }
tools:
  - { name: pay, server: bank, effects: [pay], resource: none,
      args: { type: object, properties: { amount: { type: number }, to: { type: string } } } }
  - { name: read, server: files, effects: [read], resource: { type: file, id: args.path },
      args: { type: object, properties: { path: { type: string } } } }
  - { name: send, server: mail, effects: [send], resource: none,
      args: { type: object, properties: { to: { type: array, items: { type: string } } } } }
resources:
  - { match: "file:*", form: path, classification: internal }
  - { match: "file:/hr/**", classification: restricted }
data: { own: [shop.example] }
`;
const STATE = `session:
  labels: [{ name: secret, when: "resource.classification == 'restricted'" },
    { name: unset, when: "action.name == 'none'" }]
  counters: [{ name: paid, add: args.amount, when: "action.name == 'pay'" }]
  values: [{ name: seen, add: args.path, when: "action.name == 'read'" }]`;
const RULES = `- { id: pay, effect: allow, actions: [bank/pay], subjects: ["agent:finance-*"],
    when: "args.amount <= 50.0" }
- { id: large, effect: require_approval, actions: [bank/pay], subjects: ["agent:finance-*"],
    when: "args.amount > 50.0 && args.amount <= 5000.0",
    approval: { quorum: 2, approvers: ["role:manager"] } }
- { id: read, effect: allow, actions: [files/read] }
- { id: mail, effect: allow, actions: [mail/send],
    when: "!('secret' in session.labels) || args.to.all(a, host(a) in data.own)" }
- { id: capped, effect: deny, actions: [bank/pay], when: "session.counters.paid > 100.0" }`;

function answers(claims: string, rules = RULES): ReadonlyMap<string, Found> {
  const invariant =
    "apiVersion: agentz/v1\nkind: Invariant\nname: i\nversion: 1.0.0\nrules:\n" +
    `${claims.replace(/^/gm, "  ")}\n`;
  const { documents, set } = load(CATALOG, policy(rules, STATE), invariant);
  const found = askInvariants(documents, set, Date.UTC(2026, 4, 18)).map(
    ({ id, answer }) => [id.slice(2), answer()] as const,
  );
  for (const [, one] of found) {
    if (one.answer !== "refuted") continue;
    // each call of the session is permitted by the engine, the last one too
    for (let length = 1; length <= one.calls.length; length++)
      expect(runSession(set, one.calls.slice(0, length))?.decision.permitted).toBe(true);
  }
  return new Map(found);
}

function only(claim: string, rules = RULES): Found {
  const [found] = answers(`- { id: x, ${claim} }`, rules).values();
  if (found === undefined) throw new Error("no answer");
  return found;
}

describe("design 17.2: what is proved", () => {
  test.each([
    ["an order", 'never: { actions: [bank/pay], when: "args.amount > 5000.0" }'],
    ["the bounds of a manifest", 'never: { actions: [bank/pay], when: "args.amount > 900.0" }'],
    ["its words", "never: { actions: [bank/pay], when: \"args.to == 'c'\" }"],
    ["what it requires", 'never: { actions: [bank/pay], when: "!has(args.amount)" }'],
    [
      "an approval as strong",
      'only_with: { actions: [bank/pay], when: "args.amount > 50.0", approval: { quorum: 2, ' +
        'approvers: ["role:manager"] } }',
    ],
    ["who may", 'only_by: { actions: [bank/pay], subjects: ["agent:finance-*"] }'],
    ["a suspended agent", 'never: { subjects: ["agent:old"] }'],
    [
      "a label before it",
      'after: { label: secret }, never: { actions: [mail/send], when: "!args.to.all(a, host(a) in data.own)" }',
    ],
    ["a counter", 'never: { actions: [bank/pay], when: "session.counters.paid > 100.0" }'],
    ["what the catalog says", "never: { actions: [mail/send], when: \"'pay' in action.effects\" }"],
    ["a tool that no rule allows", "never: { actions: [files/delete] }"],
  ])("%s", (_, claim) => {
    expect(only(claim)).toMatchObject({ answer: "proved" });
  });

  test("an invariant that no call fits says so", () => {
    expect(
      only('never: { actions: [bank/pay], when: "args.amount > 5.0 && args.amount < 4.0" }'),
    ).toMatchObject({
      answer: "proved",
      why: expect.stringContaining("no call of any agent fits it"),
    });
  });
});

describe("design 17.2: what is refuted, with calls that the engine permits", () => {
  test.each([
    [
      "without state",
      'never: { actions: [bank/pay], when: "args.amount > 40.0 && args.amount < 45.0" }',
      1,
    ],
    ["by approvals", 'never: { actions: [bank/pay], when: "args.amount > 800.0" }', 1],
    [
      "a weaker quorum",
      'only_with: { actions: [bank/pay], when: "args.amount > 50.0", approval: { quorum: 3 } }',
      1,
    ],
    [
      "other approvers",
      'only_with: { actions: [bank/pay], when: "args.amount > 50.0", approval: { approvers: ["human:jane"] } }',
      1,
    ],
    ["no approval at all", "only_with: { actions: [bank/pay], approval: { quorum: 1 } }", 1],
    ["others", 'only_by: { actions: [files/read], subjects: ["agent:finance-*"] }', 1],
    ["a form of paths", 'never: { actions: [files/read], resources: ["file:/hr/**"] }', 1],
    ["after a label", "after: { label: secret }, never: { actions: [mail/send] }", 2],
    ["with a counter", 'never: { actions: [bank/pay], when: "session.counters.paid > 30.0" }', 2],
    [
      "with a value seen before",
      "never: { actions: [mail/send], when: \"'/x' in session.values.seen\" }",
      2,
    ],
    ["a list", "never: { actions: [mail/send], when: \"args.to == ['eve@evil.example']\" }", 1],
    ["a macro", 'never: { actions: [mail/send], when: "!args.to.all(a, host(a) in data.own)" }', 1],
  ])("%s", (_, claim, length) => {
    const found = only(claim);
    expect(found).toMatchObject({ answer: "refuted" });
    if (found.answer === "refuted") expect(found.calls.map(callText)).toHaveLength(length);
  });
});

function helpOf(found: Found): string {
  return found.answer === "cannot_tell" ? found.help : "";
}

describe("design 17.2: what cannot be told says why", () => {
  test.each([
    [
      "a text that only the engine understands",
      "never: { actions: [mail/send], when: \"args.to[0].matches('^[a-z]{9}7$')\" }",
      "only the text of",
    ],
  ])("%s", (_, claim, why) => {
    const found = only(claim);
    expect(found).toMatchObject({ answer: "cannot_tell", why: expect.stringContaining(why) });
  });
});

test("what cannot be told says which rule would settle it, and that rule does", () => {
  const claim = "never: { actions: [mail/send], when: \"args.to[0].matches('^[a-z]{9}7$')\" }";
  const found = only(claim);
  const rule = /add a rule: `(?<rule>- \{.*\})`/.exec(helpOf(found))?.groups?.["rule"] ?? "";
  expect(only(claim, `${RULES}\n${rule}`).answer).toBe("proved");
});

test("what cannot be told says which writing of a condition would be understood", () => {
  const denies = `${RULES}\n- { id: d, effect: deny, actions: [files/read], when: "args.path.startsWith('/pub')" }`;
  const never = (when: string): string => `never: { actions: [files/read], when: "${when}" }`;
  const found = only(never("args.path.indexOf('/pub') == 0"), denies);
  const plain = 'args.path.startsWith("/pub")';
  expect(helpOf(found)).toContain(
    `write \`${plain}\` in place of \`args.path.indexOf("/pub") == 0\``,
  );
  expect(only(never(plain.replaceAll('"', "'")), denies).answer).toBe("proved");
});

test("mending the policy turns a refuted one into a proof", () => {
  const claim = "after: { label: secret }, never: { actions: [mail/send] }";
  const mended = `${RULES}\n- { id: stays, effect: deny, actions: [mail/send], when: "'secret' in session.labels" }`;
  expect(only(claim).answer).toBe("refuted");
  expect(only(claim, mended).answer).toBe("proved");
});

test("design 17.1: a shadow rule, and an allow rule that may be an error, prove nothing", () => {
  const never = 'never: { actions: [bank/pay], when: "args.amount > 10.0" }';
  const shadow = `${RULES}\n- { id: s, effect: deny, mode: shadow, actions: [bank/pay] }`;
  expect(only(never, shadow).answer).toBe("refuted");
  const except =
    `${RULES}\n- { id: d, effect: deny, actions: [bank/pay], exceptions: [{ when: "args.to == ` +
    `'a'", reason: r, owner: o }] }`;
  expect(only(never, except).answer).toBe("refuted");
});

describe("design 17.2: what is shown has numbers that a person reads at a glance", () => {
  const OPEN =
    '- { id: pay, effect: allow, actions: [bank/pay], when: "args.amount < args.limit" }';
  test.each([
    ["args.amount > 499.95 && args.limit < 500.0"],
    ["args.amount + args.limit > 499.99 && args.amount + args.limit < 500.0"],
    ["args.amount - args.limit > -0.02 && args.amount > 0.5"],
  ])("%s", (when) => {
    const invariant =
      "apiVersion: agentz/v1\nkind: Invariant\nname: i\nversion: 1.0.0\nowner: risk\nrules:\n" +
      `  - { id: one, never: { actions: [bank/pay], when: "${when}" } }\n`;
    const { documents, set } = load(policy(OPEN, ""), invariant);
    const [asked] = askInvariants(documents, set, Date.UTC(2026, 4, 18));
    const found = asked?.answer();
    if (found?.answer !== "refuted") throw new Error("not refuted");
    expect(asked?.owner).toBe("risk");
    expect(runSession(set, found.calls)?.decision.permitted).toBe(true);
    const numbers = Object.values(found.calls.at(-1)?.args ?? {}).map(String);
    expect(numbers.length).toBeGreaterThan(1);
    for (const number of numbers) expect(number.length).toBeLessThanOrEqual(8);
  });
});

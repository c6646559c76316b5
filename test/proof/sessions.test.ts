import { describe, expect, test } from "vitest";
import { askInvariants, type Found } from "../../src/proof/answer-invariants.ts";
import { runSession } from "../../src/proof/session-search.ts";
import { load, policy } from "./load.ts";

const CATALOG = `
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
people: [{ id: omar, roles: [boss] }, { id: lea, roles: [boss] }]
tools:
  - { name: pay, server: bank, effects: [pay], resource: none,
      args: { type: object, required: [amount], properties: { amount: { type: number },
      order: { type: string } } } }
  - { name: lookup, server: crm, effects: [read], resource: none,
      args: { type: object, properties: { order: { type: string } } } }
  - { name: read, server: files, effects: [read], resource: none }
  - { name: send, server: mail, effects: [send], resource: none }
  - { name: role, server: iam, effects: [grant], resource: none }
`;

function answers(of: {
  readonly session: string;
  readonly rules: string;
  readonly claim: string;
}): Found {
  const invariant =
    "apiVersion: agentz/v1\nkind: Invariant\nname: i\nversion: 1.0.0\nrules: [{ id: x, " +
    `${of.claim} }]\n`;
  const { documents, set } = load(CATALOG, policy(of.rules, of.session), invariant);
  const [asked] = askInvariants(documents, set, Date.UTC(2026, 4, 18));
  const found = asked?.answer();
  if (found === undefined) throw new Error("nothing was asked");
  if (found.answer === "refuted")
    for (let length = 1; length <= found.calls.length; length++)
      expect(runSession(set, found.calls.slice(0, length))?.decision.permitted).toBe(true);
  return found;
}

const READ = `session: { labels: [{ name: secret, when: "action.name == 'read'" }] }`;
const PAID = `session: { counters: [{ name: paid, add: args.amount, when: "action.name == 'pay'" }] }`;
const CAPPED =
  `- { id: pay, effect: allow, actions: [bank/pay], when: "args.amount > 0.0 && ` +
  `session.counters.paid + args.amount <= 500.0" }`;

describe("design 17.2: proved for sessions of any length", () => {
  test.each([
    [
      "a label that no permitted call sets",
      { session: READ, rules: "- { id: mail, effect: allow, actions: [mail/send] }" },
      "after: { label: secret }, never: { actions: ['**'] }",
    ],
    [
      "a label that only what it would forbid sets",
      {
        session: READ,
        rules: `- { id: read, effect: allow, actions: [files/read], when: "'secret' in session.labels" }
- { id: mail, effect: allow, actions: [mail/send] }`,
      },
      "after: { label: secret }, never: { actions: [mail/send] }",
    ],
    [
      "a cap, however often it is paid",
      { session: PAID, rules: CAPPED },
      `never: { when: "session.counters.paid > 500.0" }`,
    ],
    [
      "a cap that a condition writes the other way round",
      {
        session: PAID,
        rules: CAPPED.replace(
          "session.counters.paid + args.amount <= 500.0",
          "500.0 >= session.counters.paid + args.amount",
        ),
      },
      `never: { when: "session.counters.paid >= 500.5" }`,
    ],
    [
      "only what was looked up is paid",
      {
        session: `session: { values: [{ name: seen, add: args.order, when: "action.name == 'lookup'" }] }`,
        rules: `- { id: pay, effect: allow, actions: [bank/pay], when: "args.order in session.values.seen" }
- { id: lookup, effect: deny, actions: [crm/lookup], when: "true" }`,
      },
      "never: { actions: [bank/pay] }",
    ],
    [
      "a role is only ever taken behind a review",
      {
        session:
          `session: { labels: [{ name: reviewed, when: "action.name == 'lookup'" }, { name: ` +
          `admin, when: "action.name == 'role'" }] }`,
        rules: `- { id: look, effect: allow, actions: [crm/lookup] }
- { id: role, effect: allow, actions: [iam/role], when: "'reviewed' in session.labels" }
- { id: pay, effect: allow, actions: [bank/pay], when: "'admin' in session.labels" }`,
      },
      `never: { actions: [bank/pay], when: "!('reviewed' in session.labels)" }`,
    ],
    [
      "two labels that exclude each other",
      {
        session:
          `session: { labels: [{ name: read, when: "action.name == 'read'" }, { name: sent, ` +
          `when: "action.name == 'send'" }] }`,
        rules: `- { id: read, effect: allow, actions: [files/read], when: "!('sent' in session.labels)" }
- { id: send, effect: allow, actions: [mail/send], when: "!('read' in session.labels)" }
- { id: pay, effect: allow, actions: [bank/pay] }`,
      },
      `after: { label: read }, never: { actions: [bank/pay], when: "'sent' in session.labels" }`,
    ],
    [
      "an approval that nobody can give",
      {
        session: READ,
        rules:
          "- { id: pay, effect: require_approval, actions: [bank/pay], approval: { approvers: " +
          `["human:*"], quorum: 3 } }`,
      },
      "never: { actions: [bank/pay] }",
    ],
  ])("%s", (_, { session, rules }, claim) => {
    expect(answers({ session, rules, claim })).toMatchObject({ answer: "proved" });
  });
});

describe("design 17.2: refuted by a session that the engine permits", () => {
  test.each([
    [
      "a read, then a mail",
      {
        session: READ,
        rules: "- { id: all, effect: allow, actions: [files/read, mail/send] }",
      },
      "after: { label: secret }, never: { actions: [mail/send] }",
      2,
    ],
    [
      "approvals are not used twice",
      {
        session: READ,
        rules:
          "- { id: all, effect: require_approval, actions: [files/read, mail/send], approval: { " +
          `approvers: ["role:boss"], quorum: 2 } }`,
      },
      "after: { label: secret }, never: { actions: [mail/send] }",
      2,
    ],
    [
      "a cap that counts one payment alone",
      {
        session: PAID,
        rules: `- { id: pay, effect: allow, actions: [bank/pay], when: "args.amount > 0.0 && args.amount <= 300.0" }`,
      },
      `never: { when: "session.counters.paid > 500.0" }`,
      4,
    ],
    [
      "a cap that is passed in many small steps",
      {
        session: PAID,
        rules: `- { id: pay, effect: allow, actions: [bank/pay], when: "args.amount > 0.0 && args.amount <= 20.0" }`,
      },
      `never: { when: "session.counters.paid > 500.0" }`,
      60,
    ],
    [
      "an order that was looked up",
      {
        session: `session: { values: [{ name: seen, add: args.order, when: "action.name == 'lookup'" }] }`,
        rules: `- { id: pay, effect: allow, actions: [bank/pay], when: "args.order in session.values.seen" }
- { id: lookup, effect: allow, actions: [crm/lookup] }`,
      },
      "never: { actions: [bank/pay] }",
      2,
    ],
    [
      "a role that opens another",
      {
        session:
          `session: { labels: [{ name: reviewed, when: "action.name == 'lookup'" }, { name: ` +
          `admin, when: "action.name == 'role'" }] }`,
        rules: `- { id: look, effect: allow, actions: [crm/lookup] }
- { id: role, effect: allow, actions: [iam/role], when: "'reviewed' in session.labels" }
- { id: pay, effect: allow, actions: [bank/pay], when: "'admin' in session.labels" }`,
      },
      "never: { actions: [bank/pay] }",
      3,
    ],
    [
      "a counter that another subject feeds does not count",
      {
        session:
          `session: { counters: [{ name: paid, add: args.amount, when: "action.name == 'pay'", ` +
          "key: subject }] }",
        rules: `- { id: pay, effect: allow, actions: [bank/pay] }
- { id: mail, effect: allow, actions: [mail/send], when: "session.counters.paid > 100.0" }`,
      },
      "never: { actions: [mail/send] }",
      2,
    ],
  ])("%s", (_, { session, rules }, claim, length) => {
    const found = answers({ session, rules, claim });
    const calls = found.answer === "refuted" ? found.calls.length : NaN;
    expect(calls).toBeLessThanOrEqual(length);
  });
});

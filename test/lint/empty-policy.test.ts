import { expect, test } from "vitest";
import { documents, lint } from "./pages.ts";

const HEAD = "apiVersion: agentz/v1\nkind: Policy\nversion: 1.0.0\n";
const policy = (name: string, body: string): string => `${HEAD}name: ${name}\n${body}\n`;
const ALLOWS = policy("pay", "rules: [{ id: r, effect: allow, actions: [a/b] }]");

const CODES: ReadonlySet<string> = new Set(["empty-policy", "nothing-allowed"]);

/** What the rule, and the one that speaks of the whole set, find in policies, as messages. */
function found(...policies: readonly string[]): readonly string[] {
  return lint(documents(policies.join("---\n")), [...CODES])
    .findings.filter(({ code }) => CODES.has(code))
    .map(({ code, message }) => `${code}: ${message}`);
}

const FINDING = "empty-policy: policy `mail` has no rules, so it decides nothing";

test.each([
  ["an empty list", "rules: []", [FINDING]],
  ["no list", "description: d", [FINDING]],
  ["only state that others read", 'session: { labels: [{ name: l, when: "true" }] }', []],
  ["only a shadow rule", "rules: [{ id: s, effect: deny, mode: shadow, actions: [a/b] }]", []],
])("empty-policy: %s", (_, body, expected) => {
  expect(found(ALLOWS, policy("mail", body))).toEqual(expected);
});

test("where no policy permits anything, only that is said", () => {
  expect(found(policy("mail", "rules: []"))).toEqual([expect.stringMatching(/^nothing-allowed: /)]);
});

import { describe, expect, it, test } from "vitest";
import { compareRules, verdictOf } from "../../src/release/compare-policies.ts";
import { bumpOf } from "../../src/release/verdict.ts";
import { checkVersions } from "../../src/release/version-check.ts";
import { catalogText, policiesOf, policyText, setOf, sha256 } from "./sets.ts";

function bump(before: string, after: string, more = ["", ""]): string {
  return bumpOf(
    verdictOf(
      compareRules(policiesOf(policyText(before, more[0])), policiesOf(policyText(after, more[1]))),
    ),
  );
}

const ALLOW = "- { id: a, effect: allow, actions: [x/y] ";
const DENY = "- { id: d, effect: deny, actions: [x/y] ";
const ASK = "- { id: r, effect: require_approval, actions: [x/y] ";
const when = (rule: string, condition: string): string =>
  `${rule}, when: ${JSON.stringify(condition)} }`;

describe("design 10.2: what cannot move a decision is a patch", () => {
  it.each<[string, string, string]>([
    ["an id", `${ALLOW}}`, "- { id: b, effect: allow, actions: [x/y] }"],
    [
      "the order of conjuncts",
      when(ALLOW, "args.n > 1.0 && args.s == 'u'"),
      when(ALLOW, "args.s == 'u' && args.n > 1.0"),
    ],
    ["a comparison turned round", when(ALLOW, "args.n > 1.0"), when(ALLOW, "1.0 < args.n")],
    ["an int for a double", when(ALLOW, "args.n > 1.0"), when(ALLOW, "args.n > 1")],
    ["De Morgan", when(DENY, "!(args.a == 1.0 && args.b)"), when(DENY, "args.a != 1.0 || !args.b")],
    [
      "an equality as a list",
      when(DENY, "args.s == 'a' || args.s == 'b'"),
      when(DENY, "args.s in ['b', 'a']"),
    ],
    ["a condition said twice", when(ASK, "args.a"), when(ASK, "args.a && args.a")],
    [
      "a bound that another implies",
      when(ALLOW, "args.n < 5.0"),
      when(ALLOW, "args.n < 5.0 && args.n < 9.0"),
    ],
    [
      "a rule split by its condition",
      when(ALLOW, "args.a || args.b"),
      `${when(ALLOW, "args.a")}\n${when("- { id: a2, effect: allow, actions: [x/y]", "args.b")}`,
    ],
    [
      "a rule split by its actions",
      "- { id: a, effect: deny, actions: [x/y, x/z] }",
      "- { id: a, effect: deny, actions: [x/y] }\n- { id: b, effect: deny, actions: [x/z] }",
    ],
    [
      "a copy of a rule",
      when(ALLOW, "args.a"),
      `${when(ALLOW, "args.a")}\n${when("- { id: a2, effect: allow, actions: [x/y]", "args.a")}`,
    ],
    [
      "a pattern that another covers",
      "- { id: a, effect: allow, actions: [x/*] }",
      "- { id: a, effect: allow, actions: [x/*, x/y] }",
    ],
    ["a rule that never matches", `${ALLOW}}`, `${ALLOW}}\n${when(DENY, "false")}`],
    ["a shadow rule", `${ALLOW}}`, `${ALLOW}}\n- { id: s, effect: deny, mode: shadow }`],
    [
      "a ternary spelt out",
      when(ALLOW, "args.a ? args.b : false"),
      when(ALLOW, "args.a ? (args.b && args.b) : false"),
    ],
    [
      "an exception as a conjunct",
      `${ALLOW}, exceptions: [{ when: args.b, reason: r, owner: o }] }`,
      when(ALLOW, "!args.b"),
    ],
  ])("%s", (_name, before, after) => expect(bump(before, after)).toBe("patch"));
});

describe("design 10.2: what only narrows is a minor change", () => {
  it.each<[string, string, string]>([
    ["a bound of an allow", when(ALLOW, "args.n <= 100.0"), when(ALLOW, "args.n <= 50.0")],
    [
      "a conjunct more on an allow",
      when(ALLOW, "args.n <= 100.0"),
      when(ALLOW, "args.n <= 100.0 && args.ok"),
    ],
    ["a disjunct more on a deny", when(DENY, "args.a"), when(DENY, "args.a || args.b")],
    ["an allow less", `${ALLOW}}\n- { id: b, effect: allow, actions: [z/z] }`, `${ALLOW}}`],
    ["a deny more", `${ALLOW}}`, `${ALLOW}}\n${when(DENY, "args.a")}`],
    [
      "allow to require_approval",
      `${ALLOW}}`,
      "- { id: a, effect: require_approval, actions: [x/y] }",
    ],
    ["allow to deny", `${ALLOW}}`, "- { id: a, effect: deny, actions: [x/y] }"],
    ["a larger quorum", `${ASK}}`, `${ASK}, approval: { quorum: 2 } }`],
    [
      "a shorter validity",
      `${ASK}, approval: { within: 2h } }`,
      `${ASK}, approval: { within: 1h } }`,
    ],
    ["approval beside an allow", `${ALLOW}}`, `${ALLOW}}\n${when(ASK, "args.a")}`],
    [
      "approval from less on",
      `${when(ALLOW, "args.n <= 500.0")}\n${when(ASK, "args.n > 500.0")}`,
      `${when(ALLOW, "args.n <= 100.0")}\n${when(ASK, "args.n > 100.0")}`,
    ],
    ["an obligation more", `${ALLOW}}`, `${ALLOW}, obligations: { log: true } }`],
    ["an action less", "- { id: a, effect: allow, actions: [x/y, x/z] }", `${ALLOW}}`],
    ["a narrower pattern", "- { id: a, effect: allow, actions: [x/*] }", `${ALLOW}}`],
    [
      "an exception of an allow",
      `${ALLOW}}`,
      `${ALLOW}, exceptions: [{ when: args.b, reason: r, owner: o }] }`,
    ],
    [
      "an exception of a deny that ends sooner",
      `${DENY}, exceptions: [{ when: args.b, reason: r, owner: o, expires: 2026-07-01 }] }`,
      `${DENY}, exceptions: [{ when: args.b, reason: r, owner: o, expires: 2026-06-01 }] }`,
    ],
    ["a containment", `${DENY}}`, `${DENY}, on_deny: block_tool }`],
    ["a list of values", when(ALLOW, "args.s in ['a', 'b']"), when(ALLOW, "args.s == 'a'")],
  ])("%s", (_name, before, after) => {
    expect(bump(before, after)).toBe("minor");
    expect(bump(after, before)).toBe("major");
  });
});

describe("design 6.5, 10.2: what permits no call, and contains less, is told apart", () => {
  const CONTAINS = `${DENY}, on_deny: block_tool }`;
  it.each<[string, string, string, boolean]>([
    ["a containment that is gone", CONTAINS, `${DENY}}`, true],
    [
      "a denial beside another one",
      `${CONTAINS}\n- { id: e, effect: deny }`,
      "- { id: e, effect: deny }",
      true,
    ],
    [
      "a denial of what nothing allows",
      `${CONTAINS}\n- { id: b, effect: allow, actions: [x/z] }`,
      "- { id: b, effect: allow, actions: [x/z] }",
      true,
    ],
    [
      "a denial of what something allows",
      `${CONTAINS}\n- { id: b, effect: allow }`,
      "- { id: b, effect: allow }",
      false,
    ],
    [
      "a denial that contains nothing, of what nothing allows",
      `${DENY}}\n- { id: b, effect: allow, actions: [x/z] }`,
      "- { id: b, effect: allow, actions: [x/z] }",
      false,
    ],
  ])("%s", (_name, before, after, onlyReleases) => {
    const verdict = verdictOf(
      compareRules(policiesOf(policyText(before)), policiesOf(policyText(after))),
    );
    expect(verdict.onlyReleases ?? false).toBe(onlyReleases);
    if (onlyReleases) expect(verdict.widens).toBe(true);
  });
});

describe("design 10.2: what may widen is a major change", () => {
  it.each<[string, string, string]>([
    [
      "an allow less that carried a duty others share the call with",
      `${ALLOW}, obligations: { log: true } }\n- { id: b, effect: allow, actions: ["x/*"] }`,
      '- { id: b, effect: allow, actions: ["x/*"] }',
    ],
    [
      "approval where nothing was permitted",
      "- { id: z, effect: allow, actions: [z/z] }",
      `- { id: z, effect: allow, actions: [z/z] }\n${ASK}}`,
    ],
    [
      "other approvers: a refusal no longer counts",
      `${ASK}, approval: { approvers: ["role:a", "role:b"] } }`,
      `${ASK}, approval: { approvers: ["role:a"] } }`,
    ],
    ["a guard on a deny", when(DENY, "args.a"), when(DENY, "has(args.a) && args.a")],
    [
      "a comparison negated: no number",
      when(DENY, "args.n <= 5.0"),
      when(DENY, "!(args.n > 5.0) && args.n != 2.0"),
    ],
    ["a deny with another operand", when(DENY, "args.n > 5.0"), when(DENY, "args.m > 5.0")],
  ])("%s", (_name, before, after) => expect(bump(before, after)).toBe("major"));
});

describe("design 10.2: rules that stand in both versions, and the catalog, tell what a change can do", () => {
  it.each<[string, string, string, string]>([
    [
      "a deny looser where another denies the same",
      `${ALLOW}}\n${when(DENY, "args.n > 5.0")}\n${when("- { id: e, effect: deny, actions: [x/y]", "args.n > 2.0")}`,
      `${ALLOW}}\n${when(DENY, "args.n > 9.0")}\n${when("- { id: e, effect: deny, actions: [x/y]", "args.n > 2.0")}`,
      "patch",
    ],
    [
      "an allow wider where a deny stands",
      `${when(ALLOW, "args.s == 'a'")}\n${when(DENY, "args.s != 'a'")}`,
      `${when(ALLOW, "args.s in ['a', 'b']")}\n${when(DENY, "args.s != 'a'")}`,
      "minor",
    ],
    [
      "an allow wider where a deny stands that may be unknown",
      `${when(ALLOW, "args.s == 'a'")}\n${when(DENY, "args.t != 'a'")}`,
      `${when(ALLOW, "args.s in ['a', 'b']")}\n${when(DENY, "args.t != 'a'")}`,
      "major",
    ],
    [
      "what is unknown in place of what is false",
      `${ALLOW}}\n${when(DENY, "args.a && args.b")}`,
      `${ALLOW}}\n${when(DENY, "args.a ? args.b : false")}`,
      "minor",
    ],
    [
      "denials alone, which stand beside the rules of others",
      when(DENY, "args.n > 5.0"),
      when(DENY, "args.n > 9.0"),
      "major",
    ],
  ])("%s", (_name, before, after, wanted) => expect(bump(before, after)).toBe(wanted));

  const catalog = catalogText(
    "agents:\n  - { id: a1, owner: o, status: commissioned, manifest: { tools: [{ name: x/y, " +
      "args: { type: object, required: [n], properties: { n: { type: number, maximum: 5 } } } }] " +
      "} }\ndata: { small: [a], all: [a, b] }",
  );
  const inCatalog = (before: string, after: string): string => {
    const sides = [before, after].map((rules) => setOf(`${policyText(rules)}---\n${catalog}`));
    const [old, now] = sides.map(({ documents }) => documents);
    return checkVersions(old ?? [], now ?? [], sha256).required;
  };

  const ALLOW_AGENTS = `${ALLOW}, subjects: ["agent:*"]`;
  it.each<[string, string, string, string]>([
    [
      "beyond what every manifest takes",
      when(ALLOW_AGENTS, "args.n <= 7.0"),
      when(ALLOW_AGENTS, "args.n <= 9.0"),
      "minor",
    ],
    [
      "within it",
      when(ALLOW_AGENTS, "args.n <= 3.0"),
      when(ALLOW_AGENTS, "args.n <= 9.0"),
      "major",
    ],
    [
      "a shorter list of data",
      when(ALLOW, "args.s in data.all"),
      when(ALLOW, "args.s in data.small"),
      "minor",
    ],
  ])("the catalog: %s", (_name, before, after, wanted) =>
    expect(inCatalog(before, after)).toBe(wanted),
  );
});

test("design 7.4: demands of which neither contains the other widen, and narrow nothing", () => {
  const [log, notify] = ["log: true", "notify: ['role:a']"].map(
    (duty) => `${ALLOW}, obligations: { ${duty} } }`,
  );
  const steps = compareRules(
    policiesOf(policyText(log ?? "")),
    policiesOf(policyText(notify ?? "")),
  );
  expect(verdictOf(steps)).toEqual({ widens: true, narrows: false, moves: true, conclusive: true });
});

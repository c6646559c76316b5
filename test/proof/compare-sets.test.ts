import { describe, expect, test } from "vitest";
import { compareSets } from "../../src/proof/compare-sets.ts";
import { decideWithState } from "../../src/engine/decide-with-state.ts";
import { load, policy } from "./load.ts";

const BASE =
  '- { id: a, effect: allow, actions: [pay/send], when: "args.n <= 100.0" }\n- { id: d, ' +
  'effect: deny, when: "args.n > 500.0" }';

function compare(
  before: string,
  after: string,
  more: readonly [string, string] = ["", ""],
): string {
  const [a, b] = [load(policy(before, more[0])), load(policy(after, more[1]))];
  const found = compareSets(a, b);
  if (found.widens.kind === "yes") {
    const { request, state } = found.widens.witness;
    const [old, young] = [
      decideWithState(a.set, request, state).decision,
      decideWithState(b.set, request, state).decision,
    ];
    expect([old.effect, old.obligations, old.approval]).not.toEqual([
      young.effect,
      young.obligations,
      young.approval,
    ]);
  }
  return `${found.widens.kind} ${found.narrows.kind}`;
}

describe("design 10.2: what a change of the rules does", () => {
  test.each([
    ["nothing", BASE, BASE, "no no"],
    [
      "the order of conjuncts",
      '- { id: a, effect: allow, when: "args.n > 1 && args.m > 2" }',
      '- { id: a, effect: allow, when: "args.m > 2 && args.n > 1" }',
      "no no",
    ],
    ["a bound that moves up", BASE, BASE.replace("100.0", "150.0"), "yes no"],
    ["a bound that moves down", BASE, BASE.replace("100.0", "50.0"), "no yes"],
    [
      "a bound of the deny rule, out of reach of any allow rule",
      BASE,
      BASE.replace("500.0", "400.0"),
      "no no",
    ],
    [
      "a rule that adds nothing",
      BASE,
      `${BASE}\n- { id: b, effect: allow, actions: [pay/send], when: "args.n <= 50.0" }`,
      "no no",
    ],
    [
      "a new allow rule",
      BASE,
      `${BASE}\n- { id: b, effect: allow, actions: [mail/send] }`,
      "yes no",
    ],
    [
      "allow becomes require_approval",
      BASE,
      BASE.replace("effect: allow", "effect: require_approval"),
      "no yes",
    ],
    ["a shadow rule", BASE, `${BASE}\n- { id: b, effect: deny, mode: shadow }`, "no no"],
    [
      "a smaller quorum",
      "- { id: a, effect: require_approval, approval: { quorum: 2 } }",
      "- { id: a, effect: require_approval, approval: { quorum: 1 } }",
      "yes no",
    ],
    [
      "an obligation less",
      "- { id: a, effect: allow, obligations: { log: true } }",
      "- { id: a, effect: allow }",
      "yes no",
    ],
    [
      "a guard that turns an error into no match",
      '- { id: a, effect: allow }\n- { id: d, effect: deny, when: "args.n > 5.0" }',
      '- { id: a, effect: allow }\n- { id: d, effect: deny, when: "has(args.n) && args.n > 5.0" }',
      "yes no",
    ],
    [
      "one rule split in two",
      "- { id: a, effect: allow, actions: [x/y, x/z] }",
      "- { id: a, effect: allow, actions: [x/y] }\n- { id: b, effect: allow, actions: [x/z] }",
      "no no",
    ],
    [
      "wider and narrower",
      "- { id: a, effect: allow, when: \"args.s == 'a'\" }",
      "- { id: a, effect: allow, when: \"args.s == 'b'\" }",
      "yes yes",
    ],
    [
      "an exception",
      BASE,
      BASE.replace('500.0"', '500.0", exceptions: [{ when: "args.m == 1", reason: r, owner: o }]'),
      "no no",
    ],
  ])("%s", (_, before, after, expected) => {
    expect(compare(before, after)).toBe(expected);
  });

  test("among many rules it is proved that a tool need not be allowed where another rule holds it anyway", () => {
    const tools = Array.from({ length: 9 }, (_, i) => `s/t${i}`);
    const others = tools
      .slice(1)
      .map(
        (tool, i) =>
          `- { id: r${i}, effect: require_approval, actions: [${tool}], when: "!(args.a${i} in ` +
          `['x', 'y']) && args.b == ${i}.0" }\n- { id: d${i}, effect: deny, actions: ` +
          `[${tool}], when: "args.c.exists(c, c > ${i}.0) || args.n > ${i}.0" }`,
      );
    const set = (allowed: readonly string[]): string =>
      [
        `- { id: act, effect: allow, actions: [${allowed.join(", ")}] }`,
        "- { id: hold, effect: require_approval, actions: [s/t0] }",
        ...others,
      ].join("\n");
    expect(compare(set(tools), set(tools.slice(1)))).toBe("no no");
  });

  test("chains that are looked at more strictly never widen", () => {
    expect(compare(BASE, BASE, ["", "delegation: agents"])).toBe("no unknown");
    expect(compare(BASE, BASE, ["delegation: agents", ""])).toBe("unknown no");
  });

  test("session state that is written otherwise is told apart", () => {
    const session = (when: string): string =>
      `session:\n  labels: [{ name: seen, when: "${when}" }]`;
    const found = compareSets(
      load(policy(BASE, session("args.a == 1"))),
      load(policy(BASE, session("args.a == 2"))),
    );
    expect([found.stateChanged, found.widens.kind, found.narrows.kind]).toEqual([true, "no", "no"]);
  });

  test("data of the catalog that differ are not taken for the same", () => {
    const catalog = (names: string): string =>
      `apiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\ndata: { ok: [${names}], ` +
      `by: { x: [${names}] } }\n`;
    const known = (rule: string, a: string, b: string): string => {
      const found = compareSets(load(policy(rule), catalog(a)), load(policy(rule), catalog(b)));
      return `${found.widens.kind} ${found.narrows.kind}`;
    };
    expect(known("- { id: a, effect: allow, when: args.to in data.ok }", "a", "a, b")).toBe(
      "yes no",
    );
    expect(
      known("- { id: a, effect: allow, when: 'args.to in data.by[args.x]' }", "a", "a, b"),
    ).toBe("unknown unknown");
  });
});

import { describe, expect, test as trick } from "vitest";
import { assemble, call, decide, load, policy, verdict } from "./world.ts";

const RULES = [
  { id: "all", effect: "allow", actions: ["pay/*"] },
  { id: "ask", effect: "require_approval", actions: ["pay/refund"] },
  { id: "never", effect: "deny", actions: ["pay/refund"], when: "args.amount > 100" },
];

function orders<T>(list: readonly T[]): readonly (readonly T[])[] {
  return list.length < 2
    ? [list]
    : list.flatMap((one, i) =>
        orders([...list.slice(0, i), ...list.slice(i + 1)]).map((rest) => [one, ...rest]),
      );
}

describe("how policies are fooled, 11: ties and order", () => {
  trick(
    "ties: deny overrides require_approval, which overrides allow, in every order of the rules",
    () => {
      for (const rules of orders(RULES)) {
        const set = load(policy(rules));
        expect(
          [
            call("pay/refund", { amount: 500 }),
            call("pay/refund", { amount: 5 }),
            call("pay/other", {}),
          ].map((one) => verdict(decide(set, one))),
        ).toEqual(["deny", "require_approval", "allow"]);
      }
    },
  );
  trick("ties: the order of files and documents changes neither a decision nor the digest", () => {
    const texts = RULES.map((rule, i) => policy([rule], { name: `p${i}` }));
    const sets = [
      ...orders(texts).map((some) => assemble(...some)),
      assemble(texts.join("\n---\n")),
      assemble([...texts].reverse().join("\n---\n")),
    ];
    expect(new Set(sets.map(({ digest }) => digest)).size).toBe(1);
    for (const { set } of sets)
      expect(
        set === undefined ? "none" : verdict(decide(set, call("pay/refund", { amount: 500 }))),
      ).toBe("deny");
  });
  trick("ties: all rules with the same effect are named, always in the same order", () => {
    const rules = ["c", "a", "b"].map((id) => ({ id, effect: "deny" }));
    for (const some of orders(rules))
      expect(decide(load(policy(some)), call("t", {})).rules).toEqual(["p/a", "p/b", "p/c"]);
  });
  trick("ties: two catalogs that disagree, or rules of one name, do not load", () => {
    expect(
      assemble(
        policy([
          { id: "a", effect: "allow" },
          { id: "a", effect: "deny" },
        ]),
      ).set,
    ).toBeUndefined();
    expect(assemble(policy([]), policy([])).set).toBeUndefined();
  });
  trick("ties: a set of deny rules permits nothing", () => {
    const set = load(policy([{ id: "never", effect: "deny", actions: ["pay/refund"] }]));
    expect(decide(set, call("pay/refund", {}))).toMatchObject({
      effect: "deny",
      rules: ["p/never"],
    });
    expect(decide(set, call("crm/lookup", {}))).toMatchObject({
      effect: "deny",
      permitted: false,
      rules: ["default"],
    });
    expect(decide(load(policy([])), call("crm/lookup", {}))).toMatchObject({
      effect: "deny",
      rules: ["default"],
    });
  });
});

import { describe, expect, it } from "vitest";
import { call, decide, load, policy } from "../tricks/world.ts";

const SET = load(
  policy([
    { id: "pay", effect: "allow", when: "action.name == 'pay' && args.amount < 5.0" },
    { id: "agents", effect: "deny", when: "subject.type == 'service' && args.amount > 1.0" },
  ]),
);
const decided = (tool: string, more: object = {}): readonly unknown[] => {
  const { effect, missing, nearest, undecided } = decide(SET, call(tool, { amount: 2 }, more));
  return [effect, undecided, missing.map(({ attribute }) => attribute), nearest?.failed ?? null];
};

describe("design 3.5: rules that the names of a call rule out", () => {
  it("match no call of such names, and are still the nearest to permitting one", () => {
    expect(decided("bank/pay")).toEqual(["allow", [], [], null]);
    expect(decided("bank/tell")).toEqual(["deny", [], [], ["action.name == 'pay'"]]);
    expect(decided("bank/pay")).toEqual(["allow", [], [], null]);
  });

  it("are asked where a name is masked, whatever calls before it were named", () => {
    const [effect, undecided, missing] = decided("bank/tell", { unrecorded: ["action.name"] });
    expect([effect, undecided, missing]).toEqual(["deny", ["p/pay"], ["action.name"]]);
    expect(decided("bank/pay", { unrecorded: ["subject.type"] }).slice(0, 3)).toEqual([
      "deny",
      ["p/agents"],
      ["subject.type"],
    ]);
  });
});

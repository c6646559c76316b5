import { describe, expect, test as trick } from "vitest";
import { decodeEvent } from "../../src/trace/event.ts";
import { parseJson } from "../../src/trace/parse-json.ts";
import { call, decide, load, policy, verdict, walk, refusals } from "./world.ts";

const ALLOW = load(
  policy([{ id: "small", effect: "allow", when: "args.amount > 0 && args.amount <= 100" }]),
);
const DENY = load(
  policy([
    { id: "all", effect: "allow" },
    { id: "large", effect: "deny", when: "args.amount > 100" },
  ]),
);

/**
 * Whatever it is, it is no number of at most a hundred: not permitted by the one, and denied by the
 * other.
 */
function isNoSmallNumber(amount: unknown): void {
  const request = call("t", { amount });
  expect([amount, verdict(decide(ALLOW, request)), verdict(decide(DENY, request))]).toEqual([
    amount,
    "deny",
    "deny",
  ]);
}

describe("how policies are fooled, 6: types", () => {
  trick("types: a number is compared as a number", () => {
    for (const amount of [1, 40.5, 100])
      expect([
        amount,
        verdict(decide(ALLOW, call("t", { amount }))),
        verdict(decide(DENY, call("t", { amount }))),
      ]).toEqual([amount, "allow", "allow"]);
    isNoSmallNumber(100.01);
  });
  trick('types: "1e9" is a text, not a number', () =>
    ["1e9", "1e-9", "40", ""].forEach(isNoSmallNumber),
  );
  trick('types: "0x2710" is a text, not a number', () =>
    ["0x2710", "0x1", "0b1", "010"].forEach(isNoSmallNumber),
  );
  trick('types: "1,000" is a text, not a number', () =>
    ["1,000", "1 000", "1_000", "١"].forEach(isNoSmallNumber),
  );
  trick("types: [5000] is a list, not a number", () =>
    [[5000], [40], [[40]], []].forEach(isNoSmallNumber),
  );
  trick("types: null is absent, not zero", () => isNoSmallNumber(null));
  trick("types: a bool is not a number", () => [true, false].forEach(isNoSmallNumber));
  trick("types: NaN is not JSON, and makes the line malformed", () => {
    for (const text of ["NaN", "Infinity", "-Infinity"])
      expect(parseJson(`{"args":{"amount":${text}}}`)).toHaveProperty("reason");
    ["NaN", "Infinity"].forEach(isNoSmallNumber);
    // what is larger than a double can say is larger than any limit
    const huge = parseJson('{"action":{"name":"t"},"args":{"amount":1e999}}');
    const event = "value" in huge ? decodeEvent(huge.value, { file: "t", line: 1 }) : huge.reason;
    if (typeof event === "string") throw new Error(event);
    expect([verdict(decide(ALLOW, event.request)), verdict(decide(DENY, event.request))]).toEqual([
      "deny",
      "deny",
    ]);
  });
  trick(
    "types: numbers beyond 2^53 are doubles, and are still above a limit; ids belong in quotes",
    () => {
      [2 ** 53, 2 ** 53 + 2, 1e21].forEach(isNoSmallNumber);
      const order = load(
        policy([{ id: "x", effect: "allow", when: "args.order == '9007199254740993'" }]),
      );
      expect(
        refusals(policy([{ id: "y", effect: "allow", when: "args.number == 9007199254740993" }])),
      ).toEqual(["condition-type"]);
      expect([
        verdict(decide(order, call("t", { order: "9007199254740993" }))),
        verdict(decide(order, call("t", { order: "9007199254740992" }))),
        verdict(decide(order, call("t", { order: 9007199254740992 }))),
      ]).toEqual(["allow", "deny", "deny"]);
    },
  );
  trick("types: -0 is zero, so it is not above zero", () => {
    expect(verdict(decide(ALLOW, call("t", { amount: -0 })))).toBe("deny");
    const zero = load(
      policy([{ id: "x", effect: "allow", when: "args.amount == 0 && !(args.amount < 0)" }]),
    );
    const minus = parseJson('{"action":{"name":"t"},"args":{"amount":-0}}');
    const event =
      "value" in minus ? decodeEvent(minus.value, { file: "t", line: 1 }) : minus.reason;
    if (typeof event === "string") throw new Error(event);
    expect([verdict(decide(ALLOW, event.request)), verdict(decide(zero, event.request))]).toEqual([
      "deny",
      "allow",
    ]);
  });
  trick("types: an amount that is not a number makes a counter unknown", () => {
    const cap = load(
      policy([{ id: "x", effect: "allow", when: "session.counters.paid <= 100" }], {
        session: { counters: [{ name: "paid", add: "args.amount" }] },
      }),
    );
    for (const amount of ["5000", [5000], true, -5000, null]) {
      expect([
        amount,
        ...walk(cap, [call("t", { amount }), call("t", { amount: 1 })]).map(verdict),
      ]).toEqual([amount, "allow", "deny?"]);
    }
  });
});

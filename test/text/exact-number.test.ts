import { describe, expect, it } from "vitest";
import {
  inexactNumbers,
  isExactNumber,
  keepNumbers,
  keptDigits,
  writtenNumbers,
} from "../../src/text/exact-number.ts";
import { load, policy, catalog, refusals, call, walk, verdict } from "../tricks/world.ts";

describe("design 3.4: numbers that no double holds", () => {
  it.each([
    "0",
    "-0",
    "1",
    "0.1",
    "9007199254740992",
    "9007199254740994",
    "9007199254740992.0",
    "1e23",
    "1E+400".replace("400", "20"),
    "-1.5e-7",
    "0.30000000000000004",
    "100000000000000000000",
    "1000000000000000000000000",
    "0x1F",
    "0o17",
    "+12.50",
    "0.10000000000000001",
    "0.69999999999999996",
    "-2.2999999999999999e-7",
  ])("%s is held", (text) => {
    expect(isExactNumber(text)).toBe(true);
  });
  it.each([
    "9007199254740993",
    "-9007199254740993",
    "9007199254740993.0",
    "90071992547409930e-1",
    "12345678901234567890",
    "1e400",
    "-1e400",
    "1.00000000000000001",
    "0.1000000000000000055",
    "9007199254740992.5",
    "0.10000000000000004",
    "1e-400",
    "90071992547409925",
    "0x20000000000001",
  ])("%s is not", (text) => {
    expect(isExactNumber(text)).toBe(false);
  });
  it("is found where JSON writes it, and not in its texts", () => {
    const json = '{"a":"9007199254740993","b":[1,9007199254740993]}';
    const [found] = inexactNumbers(json);
    expect(json.slice(found?.start, found?.end)).toBe("9007199254740993");
    expect(found?.start).toBe(json.lastIndexOf("9007"));
    expect(inexactNumbers('{"a":"9007199254740993","b":1e3}')).toEqual([]);
  });
});

describe("the numbers of a JSON text that no double holds", () => {
  it.each([
    ['{"a":[1,{"b c":9007199254740993}]}', [["a", "1", "b c"]]],
    ['[[],{},"x\\"",[0,1e400]]', [["3", "1"]]],
    ['{"a\\"b":9007199254740993,"c":{"9007199254740993":1}}', [['a"b']]],
    ['{"a":"[9007199254740993,","b":{"c":[true,null,-12345678901234567890]}}', [["b", "c", "2"]]],
    [
      '{"a":[[9007199254740993],1,1e-400]}',
      [
        ["a", "0", "0"],
        ["a", "2"],
      ],
    ],
    ["9007199254740993", [[]]],
    ['{"a": 1.0, "b": -0, "c": 0.1, "d": 1e3, "e": 0.30000000000000004}', []],
  ])("%s", (json, paths) => {
    expect(inexactNumbers(json).map(({ path }) => path)).toEqual(paths);
    expect(JSON.parse(json)).toBeDefined();
  });

  it("are kept with their digits, and written as they were", () => {
    const json = '{"a":[9007199254740993,-1e400],"b":"9007199254740993","c":1}';
    const kept: unknown = JSON.parse(keepNumbers(json));
    expect(kept).toMatchObject({ b: "9007199254740993", c: 1 });
    expect(JSON.stringify(kept)).not.toBe(json);
    expect(writtenNumbers(JSON.stringify(kept))).toBe(json);
    expect(keptDigits("9007199254740993")).toBeUndefined();
  });

  it("and no text that somebody wrote breaks what is written", () => {
    for (const text of ["\u0000=1", "\u0000=1e5", "\u0000=x", "\u0000", '\u0000=1"']) {
      for (const value of [{ [text]: 1 }, { a: text }, [text]])
        expect(JSON.parse(writtenNumbers(JSON.stringify(value)))).toBeDefined();
    }
  });
});

describe("design 3.4: a policy does not load with one", () => {
  const when = (text: string): readonly string[] =>
    refusals(policy([{ id: "x", effect: "deny", when: text }]));
  it.each([
    "args.account == 9007199254740993",
    "args.account in [1, 12345678901234567890u]",
    "args.account > 9007199254740993.0",
    "args.account == -9007199254740993.0",
    "args.x < 1.00000000000000001",
  ])("%s", (text) => {
    expect(when(text)).toEqual(["condition-type"]);
  });
  it("but with one that a double holds", () => {
    load(
      policy([
        {
          id: "x",
          effect: "deny",
          when: "args.account == 9007199254740994 || args.account < 1e23 || args.x == 0.1",
        },
      ]),
    );
  });
  it("in a catalog's data and attributes", () => {
    const yaml = (value: string): string =>
      `apiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\ndata:\n  blocked: [${value}]\n`;
    for (const value of ["9007199254740997", "1e400", "9007199254740993.0", "0x20000000000001"])
      expect([value, ...refusals(yaml(value))]).toEqual([value, "unsupported-value"]);
    load(yaml("9007199254740996"), policy([{ id: "x", effect: "deny" }]));
    load(yaml("'9007199254740997'"), policy([{ id: "x", effect: "deny" }]));
  });
});

describe("design 6.2: arguments that may have been rounded bind no digest", () => {
  const set = load(
    policy([{ id: "ask", effect: "require_approval", actions: ["bank/pay"] }]),
    catalog({ tools: [{ name: "pay", server: "bank", effects: ["pay"], resource: "none" }] }),
  );
  const pay = (account: number): ReturnType<typeof call> =>
    call(
      "bank/pay",
      { list: [{ account }] },
      {
        complete: ["context"],
        context: {
          on_behalf_of: { type: "human", id: "jane" },
          delegation: [],
          approvals: [{ by: "human:omar", digest: `sha256:${"0".repeat(64)}` }],
        },
      },
    );
  it("so an approval for one account lets no other be paid", () => {
    expect(walk(set, [pay(9007199254740992), pay(1e300), pay(5)]).map(verdict)).toEqual([
      "require_approval?",
      "require_approval?",
      "require_approval",
    ]);
  });
});

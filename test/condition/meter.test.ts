import { describe, expect, test } from "vitest";
import { compileCondition } from "../../src/condition/compile.ts";
import { TOO_COSTLY } from "../../src/condition/meter.ts";
import { hostFor, parsed, type Attributes } from "./run.ts";

function run(text: string, attributes: Attributes, steps?: number): unknown {
  const host = { ...hostFor(Object.keys(attributes)), ...(steps !== undefined && { steps }) };
  return compileCondition(parsed(text), host)(attributes);
}

/**
 * A list that holds itself twice, forty times over: small as text, without end when it is walked.
 */
function doubled(inner: string): string {
  return Array.from({ length: 40 }).reduce<string>((text) => `cel.bind(a, [a, a], ${text})`, inner);
}

const NAMES = Array.from({ length: 10_000 }, (_, i) => `person-${i}@example.com`);
const LONG = "ab".repeat(500_000);
const ARGS = {
  args: { x: 1, to: NAMES, text: LONG, map: Object.fromEntries(NAMES.map((name) => [name, 1])) },
};

const COSTLY: readonly [string, string][] = [
  [
    "a loop in a loop over constants",
    "lists.range(1000000).all(x, lists.range(1000000).all(y, true))",
  ],
  [
    "a loop in a loop that reads the call",
    "lists.range(1000000).all(x, lists.range(1000000).all(y, args.x == 1))",
  ],
  [
    "a wide loop over nothing but itself",
    "lists.range(1000000).all(x, true) && lists.range(1000).all(x, lists.range(1000).all(y, " +
      "lists.range(1000).all(z, true)))",
  ],
  ["names in names", "args.to.all(x, args.to.filter(y, y == x).size() == 1)"],
  ["names in names, by `exists_one`", "args.to.all(x, args.to.exists_one(y, y == x))"],
  ["names in names, by `map`", "args.to.map(x, args.to.map(y, y + x)).size() > 0"],
  ["keys in keys", "args.map.all(k, args.map.exists(l, l == k + 'x') || true)"],
  ["keys and values, each time anew", "args.to.all(x, args.map.exists(k, v, v == 1))"],
  ["the size of a map, each time anew", "args.to.all(x, size(args.map) > 0)"],
  ["names in lists without an index", "args.to.all(x, x in args.to || true)"],
  ["lists against lists", "args.to.all(x, args.to == args.to)"],
  [
    "equality of what is shared",
    `cel.bind(a, [1], ${doubled("cel.bind(b, [1], cel.bind(b, [b, b], a == [a]) || a == a)")})`,
  ],
  ["equality of two that are shared", `cel.bind(a, [1], ${doubled("a == a")})`],
  ["`in` of what is shared", `cel.bind(a, [1], ${doubled("a in [a]")})`],
  ["`flatten` of what is shared", `cel.bind(a, [1], ${doubled("a.flatten(100).size() > 0")})`],
  ["`format` of what is shared", `cel.bind(a, [1], ${doubled("'%s'.format([a]).size() > 0")})`],
  [
    "`distinct` of what is shared",
    `cel.bind(a, [1], ${doubled("[a, a, [a]].distinct().size() > 0")})`,
  ],
  ["sets of what is shared", `cel.bind(a, [1], ${doubled("sets.contains([a], [a])")})`],
  ["a long text, searched again and again", "args.to.all(x, args.text.contains('abba') || true)"],
  ["a long text, by its end", "args.to.all(x, args.text.endsWith(x) || true)"],
  [
    "a long text, matched again and again",
    "args.to.all(x, args.text.substring(0, 60000).matches('a.*c') || true)",
  ],
  ["a long text, compared again and again", "args.to.all(x, args.text + 'a' == args.text + 'a')"],
  ["long texts, ordered", "args.to.all(x, args.text + 'a' <= args.text + 'b')"],
  ["a text that grows", "args.to.map(x, args.text + x).size() > 0"],
  ["lists that grow", "args.to.all(x, size(args.to + args.to) > 0)"],
  ["sizes of texts", "args.to.all(x, size(args.text) > 0)"],
  ["places in texts", "args.to.all(x, args.text.indexOf('abba') < 0)"],
  [
    "texts cut into pieces",
    "args.text.split('').size() > 0 && args.to.all(x, args.text.split('a').size() > 0)",
  ],
  ["texts written anew", "args.to.all(x, args.text.replace('a', 'bb') != '')"],
  ["sorting, again and again", "args.to.all(x, args.to.sort().size() > 0)"],
];

describe("design 3.3: what would take too many steps is an error", () => {
  test.each(COSTLY)("%s", (_name, text) => {
    const outcome = run(text, ARGS);
    expect(outcome).toBe(TOO_COSTLY);
  });

  test("also where it stands beside what is told", () => {
    const costly = "lists.range(1000000).all(x, lists.range(1000000).all(y, args.x == 1))";
    expect(run(`args.x == 1 || ${costly}`, ARGS)).toBe(true);
    expect(run(`${costly} || args.x == 1`, ARGS)).toBe(true);
    expect(run(`${costly} && args.x == 2`, ARGS)).toBe(false);
    expect(run(`!(${costly}) && args.x == 1`, ARGS)).toBe(TOO_COSTLY);
    expect(run(`args.x == 1 ? ${costly} : false`, ARGS)).toBe(TOO_COSTLY);
  });
});

const HONEST: readonly string[] = [
  "args.to.all(x, x.endsWith('@example.com'))",
  "args.to.all(x, host(x) in ['example.com', 'example.org'])",
  "args.to.distinct().size() == args.to.size()",
  "args.to.map(x, x.lowerAscii()).filter(x, x.startsWith('person-1')).size() > 0",
  "args.text.contains('ab') && size(args.text) == 1000000",
  "args.map.all(k, v, v == 1)",
  "args.to[9999] in args.to",
];

describe("design 3.3: honest conditions are far from the bound", () => {
  test.each(HONEST)("%s", (text) => {
    expect(run(text, ARGS)).toBe(true);
  });

  test("nobody is named twice, among nine hundred", () => {
    const attributes = { args: { to: NAMES.slice(0, 900) } };
    expect(run("args.to.all(x, args.to.filter(y, y == x).size() == 1)", attributes)).toBe(true);
  });
});

describe("design 3.3: steps are those of a part, whatever stands beside it", () => {
  const half = "lists.range(1000).all(x, lists.range(700).all(y, args.x == 1))";

  test("parts of one condition", () => {
    expect(run(Array.from({ length: 9 }, () => half).join(" && "), ARGS)).toBe(true);
    expect(run(`!(!(${half}) || !(${half}))`, ARGS)).toBe(true);
    expect(run(`[${half}, ${half}] == [true, true]`, ARGS)).toBe(TOO_COSTLY);
  });

  test("a part alone costs what it costs within a condition", () => {
    for (const steps of [1_000, 5_000, 20_000, 700_000, 701_000, 705_000]) {
      const alone = run(half, ARGS, steps);
      expect([steps, run(`args.x == 1 && ${half}`, ARGS, steps)]).toEqual([steps, alone]);
      expect([steps, run(`${half} && (args.x == 1 || args.x == 2)`, ARGS, steps)]).toEqual([
        steps,
        alone,
      ]);
    }
  });

  test("constants are worked out once and cost nothing later, unless they are costly themselves", () => {
    expect(run("lists.range(2000).size() > 0", ARGS, 1_000)).toBe(true);
    expect(run("lists.range(200000).size() > 0", ARGS, 1_000)).toBe(TOO_COSTLY);
    const many = Array.from({ length: 5 }, () => "lists.range(20000).size() > 0").join(" && ");
    expect(run(many, ARGS, 1_000)).toBe(true);
  });
});

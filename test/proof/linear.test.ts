import { expect, test } from "vitest";
import { canMatch } from "../../src/proof/questions.ts";
import { Dice } from "./invariants/world.ts";
import { analysed, policy, ruleOf } from "./load.ts";

/** Numbers at which rounding matters: far apart, close together, beyond whole ones. */
const NUMBERS = [
  0,
  1,
  -1,
  0.1,
  0.3,
  2 ** -60,
  1 + 2 ** -52,
  1e16,
  1e16 + 2,
  3,
  2 ** 53,
  -0.2,
] as const;

function doubleText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 2 ** 53
    ? `${value}.0`
    : value.toExponential();
}

/** Comparisons that hold of two numbers, as doubles are added and compared. */
function holding(n: number, m: number, dice: Dice): string {
  const [text, value] = dice.pick<readonly [string, number]>([
    ["args.n", n],
    ["args.m", m],
    ["args.n - args.m", n - m],
    ["args.n + args.m", n + m],
    ["args.m + 1.0", m + 1],
    ["args.n * 3.0", n * 3],
  ]);
  const [other, against] = dice.pick<readonly [string, number]>([
    [doubleText(value), value],
    ["args.m", m],
    ["args.n", n],
    ["args.m - 1.0", m - 1],
    [doubleText(dice.pick(NUMBERS)), NaN],
  ]);
  const right = Number.isNaN(against) ? Number(other) : against;
  return `${text} ${value < right ? "<" : value > right ? ">" : dice.pick(["<=", ">="])} ${other}`;
}

test("design 17.2: what holds of two doubles is never proved impossible", () => {
  const dice = new Dice(7);
  const rules = Array.from({ length: 120 }, (_, i) => {
    const [n, m] = [dice.pick(NUMBERS), dice.pick(NUMBERS)];
    const parts = Array.from({ length: 2 + dice.below(3) }, () => holding(n, m, dice));
    return `- { id: r${i}, effect: allow, when: "${parts.join(" && ")}" }`;
  });
  const set = analysed(policy(rules.join("\n")));
  const impossible = set.rules.filter((rule) => canMatch(set, rule).kind === "no");
  expect(impossible.map(({ rule }) => rule.when?.text)).toEqual([]);
});

test.each([
  ["args.n - args.m > 3.0 && args.n < args.m", "no"],
  ["args.n > args.m && args.m > args.k && args.k > args.n && args.n > 0.0", "no"],
  ["args.n + args.m <= 1.0 && args.n >= 1.0 && args.m > 0.5", "no"],
  ["args.n - args.m <= 1.0 && args.n - args.m > 1.0", "no"],
  ["args.n * 2.0 < 4.0 && args.n > 2.0", "no"],
  ["args.n - args.m > 3.0 && args.m - args.k > 3.0 && args.n < args.k + 5.0", "no"],
  // of large numbers it holds, and of 1e999, which JSON reads as infinite
  ["args.n + 1.0 <= args.n && args.n > 5.0", "unknown"],
  ["args.n - args.m > 3.0 && args.m - args.k > 3.0 && args.n < 100.0", "yes"],
  ["args.n + args.m == 10.0 && args.n > args.m", "yes"],
] as const)("%s: %s", (when, kind) => {
  const set = analysed(policy(`- { id: r, effect: allow, when: "${when}" }`));
  expect(canMatch(set, ruleOf(set, "r")).kind).toBe(kind);
});

test.each<[string, string, "no" | "yes"]>([
  [
    "a sum of what is not infinite",
    "args.n <= 0.0 && args.m < 1.5 && !(args.n + args.m <= 3.0)",
    "no",
  ],
  ["infinities of both signs", "args.n <= 0.0 && args.m > 1.5 && !(args.n + args.m <= 3.0)", "yes"],
  ["the same attribute twice", "args.n > 0.0 && !(args.n - args.n <= 3.0)", "yes"],
])("design 17.2: a sum is no number only where %s meet", (_, when, possible) => {
  const set = analysed(policy(`- { id: r, effect: allow, when: "${when}" }`));
  expect(canMatch(set, ruleOf(set, "r")).kind === "no").toBe(possible === "no");
});

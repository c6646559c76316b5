import fc from "fast-check";
import { AFTER, PLAIN, TRIGGERS, type WeightedKind } from "./dense-kinds.ts";
import { leavesAt, type Leaf, type Leaves } from "./leaves.ts";

const LONG = "x".repeat(998);
/** Texts that are nearly the same: what compares, hashes or cuts them may take them for one. */
const NEAR: readonly (readonly unknown[])[] = [
  ["eu", "EU", "Eu"],
  ["eu", "us"],
  ["a", "aa", "aaa"],
  ["ab", "abc", "b"],
  ["", " ", "  "],
  ["é", "é", "e"],
  ["K", "K", "k"],
  ["1", "01", 1],
  ["true", true, "null"],
  ['"', '\\"', "\\"],
  ["\u0000", "\u0001", "a\u0000"],
  ["\ud83d\ude00", "\ud83d\ude01", "\ufffd"],
  [`${LONG}a`, `${LONG}b`, LONG],
  [`${LONG}aa`, `${LONG}ab`, `${LONG}a`],
  [`${LONG}aaa`, `${LONG}aab`],
  ["__proto__", "constructor", "toString"],
];

/** Attributes that hold texts. */
const PATHS = [
  "args.order",
  "args.deep.text",
  "context.task.type",
  "context.surface",
  "context.on_behalf_of.id",
  "context.on_behalf_of.tenant",
  "subject.id",
  "subject.tenant",
  "subject.credential.scope",
  "resource.id",
  "resource.tenant",
  "resource.owner",
] as const;

function literal(word: unknown): string {
  return JSON.stringify(String(word));
}

const compared = fc.record({
  paths: fc.shuffledSubarray([...PATHS], { minLength: 2, maxLength: 3 }),
  words: fc.constantFrom(...NEAR).chain((near) => fc.shuffledSubarray([...near], { minLength: 2 })),
});

function operandsOf(paths: readonly string[], words: readonly unknown[]): readonly string[] {
  const [first = "", second = "", third = first] = paths;
  const [one, other] = words.map(literal);
  const pairs = [
    [first, second],
    [second, third],
  ].flatMap(([a, b]) => [`${a} == ${b}`, `${a} != ${b}`, `${b} == ${a}`]);
  const own = paths.flatMap((path) => [
    `${path} == ${one}`,
    `${path} in [${one}, ${other}]`,
    `${path}.startsWith(${one})`,
    `${path}.endsWith(${other})`,
    `${path}.contains(${one})`,
    `${path} < ${other}`,
    `size(${path}) > size(${one})`,
  ]);
  return [
    ...pairs,
    ...pairs,
    ...own,
    `[${first}, ${second}].exists(t, t == ${one})`,
    `${first} == ${one} ? ${second} == ${other} : ${second} == ${first}`,
    `${first} + ${second} == ${one} + ${other}`,
    `${first} in session.values.v1`,
  ];
}

/** Worlds of few texts that stand in several places, and meet. */
export const TEXT_KINDS: readonly WeightedKind[] = [
  {
    weight: 4,
    arbitrary: fc.tuple(compared, fc.nat(3), fc.boolean()).map(([{ paths, words }, keyed, has]) => {
      const [word] = words;
      const leaves: Leaves = [
        ...paths.map((path) => [path, [...words, undefined]] as const),
        ...leavesAt("action"),
      ];
      const first = has ? paths.map((path): Leaf => [path, word]) : [];
      return {
        ...PLAIN,
        operands: operandsOf(paths, words),
        weights: [6, 1] as const,
        triggers: [...TRIGGERS, ...AFTER],
        ...(keyed === 0 && paths[0] !== undefined ? { key: paths[0] } : {}),
        leaves,
        first,
      };
    }),
  },
];

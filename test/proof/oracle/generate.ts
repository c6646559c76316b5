/** A generator of random conditions from one seed: the same seed, the same conditions. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }
}

type Make = (random: Random, path: string) => string;

const number = (random: Random): string => String(random.below(5));
const word = (random: Random): string => `'${random.pick(["a", "b", "ab", "ba", "aa", "x"])}'`;
const order: Make = (random, path) =>
  `${path} ${random.pick(["<", "<=", ">", ">=", "==", "!="])} ${number(random)}`;
const holds: Make = (random, path) => `'${random.pick(["p", "q"])}' in ${path}`;
const has: Make = (_, path) => `has(${path})`;

const ATOMS: Readonly<Record<string, readonly [Make, ...Make[]]>> = {
  "args.n": [
    order,
    order,
    has,
    (random, path) => `${path} in [${number(random)}, ${number(random)}]`,
    (random) => `args.n ${random.pick(["<", "==", ">="])} args.m`,
  ],
  "args.m": [order, has],
  "args.s": [
    (random, path) => `${path} ${random.pick(["==", "!="])} ${word(random)}`,
    (random, path) => `${path} in [${word(random)}, ${word(random)}]`,
    (random, path) =>
      `${path}.${random.pick(["startsWith", "endsWith", "contains"])}(${word(random)})`,
    (random, path) => `${path} ${random.pick(["<", ">="])} ${word(random)}`,
    has,
  ],
  "args.list": [
    (random) => `[args.s, args.m].exists(v, v == ${word(random)})`,
    (random) => `[args.s, args.n].all(v, v != ${random.pick([word(random), number(random)])})`,
    (random) => `[args.s, 'a'].exists(v, v.startsWith(${word(random)}))`,
    (random) => `[args.n, args.m].exists(v, v < ${number(random)})`,
    (random) => `args.s.matches('^${random.pick(["a", "ab", "b+"])}')`,
    (random) => `args.s.size() > ${random.below(3)}`,
  ],
  "args.flag": [(_, path) => path, (_, path) => `${path} == false`, has],
  "session.counters.c": [order],
  "session.labels": [holds],
  "action.effects": [holds, (_, path) => `${path}.exists(e, e in ['p', 'q'])`],
  "resource.classification": [
    (random, path) => `${path} in ['internal', '${random.pick(["public", "restricted"])}']`,
    (random, path) =>
      `rank(${path}) ${random.pick([">=", "<", "=="])} ` +
      `rank('${random.pick(["internal", "confidential", "restricted"])}')`,
    (random, path) => `${path} == '${random.pick(["public", "secret", "confidential"])}'`,
  ],
};

const PATHS = Object.keys(ATOMS);

function atom(random: Random, paths: readonly [string, ...string[]]): string {
  const path = random.pick(paths);
  return random.pick(ATOMS[path] ?? [order])(random, path);
}

function nested(random: Random, paths: readonly [string, ...string[]], atoms: number): string {
  if (atoms <= 1) return random.below(4) === 0 ? `!(${atom(random, paths)})` : atom(random, paths);
  const left = 1 + random.below(atoms - 1);
  const both =
    `(${nested(random, paths, left)} ${random.below(3) === 0 ? "||" : "&&"} ` +
    `${nested(random, paths, atoms - left)})`;
  return random.below(8) === 0 ? `!${both}` : both;
}

/**
 * Two conditions of two to five atoms over one or two attributes, the second often a piece of the
 * first.
 */
export function pairOf(random: Random): { readonly first: string; readonly second: string } {
  const one = random.pick([PATHS[0] ?? "args.n", ...PATHS]);
  const paths: readonly [string, ...string[]] =
    random.below(2) === 0 ? [one] : [one, PATHS[random.below(PATHS.length)] ?? one];
  const first = nested(random, paths, 2 + random.below(4));
  const second = nested(random, paths, 1 + random.below(3));
  if (random.below(5) > 0) return { first, second: nested(random, paths, 2 + random.below(4)) };
  return { first: `(${first} && ${second})`, second };
}

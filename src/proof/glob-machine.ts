import type { Machine, TextTest } from "./text-machine.ts";

type Step = { readonly unit: number } | { readonly deep: boolean };

const SLASH = 47;

function stepsOf(pattern: string): readonly Step[] {
  return (pattern.match(/\*+|[^*]/gsu) ?? []).flatMap((part): readonly Step[] => {
    if (part.startsWith("*")) return [{ deep: part.length > 1 }];
    return Array.from({ length: part.length }, (_, i) => ({ unit: part.charCodeAt(i) }));
  });
}

/** The positions reachable without reading, sorted: a star may be empty. */
function closure(steps: readonly Step[], from: Iterable<number>): readonly number[] {
  const found = new Set<number>();
  for (const start of from) {
    for (let i = start; !found.has(i); i++) {
      found.add(i);
      const step = steps[i];
      if (step === undefined || "unit" in step) break;
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** Where a machine gets from one position of the pattern with a unit. */
function moved(steps: readonly Step[], at: number, unit: number): readonly number[] {
  const step = steps[at];
  if (step === undefined) return [];
  if ("unit" in step) return step.unit === unit ? [at + 1] : [];
  return step.deep || unit !== SLASH ? [at] : [];
}

/** Sets of positions, numbered as they are met. */
class PositionSets {
  readonly #sets: (readonly number[])[] = [];
  readonly #numbers = new Map<string, number>();

  number(set: readonly number[]): number {
    const key = set.join();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#sets.length);
    return this.#sets.push(set) - 1;
  }

  at(state: number): readonly number[] | undefined {
    return this.#sets[state];
  }
}

/**
 * A pattern as a machine: its states are the sets of positions met so far, numbered as they are
 * met.
 */
function globMachine(pattern: string): Machine {
  const steps = stepsOf(pattern);
  const sets = new PositionSets();
  // WHY remembered: a search takes each step again for every state of the other machines
  const taken = new Map<number, number>();
  const stepFrom = (state: number, unit: number): number => {
    const key = state * 0x1_0000 + unit;
    const known = taken.get(key);
    if (known !== undefined) return known;
    const reached = (sets.at(state) ?? []).flatMap((at) => moved(steps, at, unit));
    const next = sets.number(closure(steps, reached));
    taken.set(key, next);
    return next;
  };
  const last = steps.at(-1);
  const openEnd = last !== undefined && "deep" in last && last.deep;
  return {
    start: sets.number(closure(steps, [0])),
    step: stepFrom,
    accepts: (state) => sets.at(state)?.includes(steps.length) === true,
    settled: (state) => {
      if (sets.at(state)?.length === 0) return false;
      return openEnd && sets.at(state)?.includes(steps.length - 1) === true ? true : undefined;
    },
  };
}

/** A plain test for the common shapes: one name, or a beginning with one star behind it. */
function plainTest(pattern: string): ((text: string) => boolean) | undefined {
  const star = pattern.indexOf("*");
  if (star < 0) return (text) => text === pattern;
  const [head, rest] = [pattern.slice(0, star), pattern.slice(star)];
  if (rest === "*") return (text) => text.startsWith(head) && !text.includes("/", star);
  return /^\*{2,}$/.test(rest) ? (text) => text.startsWith(head) : undefined;
}

function makeTest(pattern: string): TextTest {
  let machine: Machine | undefined;
  const lazily = (): Machine => (machine ??= globMachine(pattern));
  const walk = (text: string): boolean => {
    const built = lazily();
    let state = built.start;
    for (let i = 0; i < text.length; i++) state = built.step(state, text.charCodeAt(i));
    return built.accepts(state);
  };
  const named = !pattern.includes("*");
  const plain = pattern.replaceAll("*", "");
  return {
    key: named ? `in ${JSON.stringify([pattern])}` : `glob ${pattern}`,
    passes: plainTest(pattern) ?? walk,
    machine: lazily,
    ...(named ? { words: new Set([pattern]) } : {}),
    hints: [plain, pattern.replace(/\*+/g, "x")],
    literals: [plain, "/"],
  };
}

const known = new Map<string, TextTest>();
const REMEMBERED = 10_000;

/**
 * One side of a glob (design 2.4); undefined where every text fits: a lone star fits slashes too.
 * Remembered by pattern.
 */
export function globTest(pattern: string): TextTest | undefined {
  if (/^\*+$/.test(pattern)) return undefined;
  const found = known.get(pattern);
  if (found !== undefined) return found;
  const made = makeTest(pattern);
  if (known.size >= REMEMBERED) known.clear();
  known.set(pattern, made);
  return made;
}

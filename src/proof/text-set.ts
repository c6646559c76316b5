import type { Machine, TextTest } from "./text-machine.ts";

/** A test that has to pass, or (not `wanted`) to fail. */
export interface TextDemand {
  readonly test: TextTest;
  readonly wanted: boolean;
}

/** The texts that meet all demands. `words`: all of them, where they can be listed. */
export interface TextSet {
  readonly words: readonly string[] | undefined;
  readonly demands: readonly TextDemand[];
}

export const EVERY_TEXT: TextSet = { words: undefined, demands: [] };

/**
 * Texts of a set: some (`found`), surely none (`none`), or too many machines to tell (`unclear`).
 */
export type TextSample = (
  | { readonly kind: "found"; readonly text: string }
  | { readonly kind: "none" | "unclear" }
) & {
  /** What finding it out cost, remembered or not. */
  readonly steps: number;
};

function meets(text: string, { test, wanted }: TextDemand): boolean {
  return test.passes(text) === wanted;
}

const REMEMBERED = 20_000;
/**
 * Sets by what they were narrowed from and by which demand: solving asks for the same again and
 * again.
 */
let narrowed = new WeakMap<TextSet, Map<string, TextSet>>();
let narrowedCount = 0;

/** The texts of `set` that meet one demand more. */
export function narrowText(set: TextSet, demand: TextDemand): TextSet {
  const key = `${demand.wanted ? "" : "!"}${demand.test.key}`;
  const known = narrowed.get(set)?.get(key);
  if (known !== undefined) return known;
  if (narrowedCount++ > REMEMBERED) [narrowed, narrowedCount] = [new WeakMap(), 0];
  const from = narrowed.get(set) ?? new Map<string, TextSet>();
  narrowed.set(set, from);
  const made = narrowAnew(set, demand);
  from.set(key, made);
  return made;
}

function narrowAnew(set: TextSet, demand: TextDemand): TextSet {
  if (set.words !== undefined)
    return { ...set, words: set.words.filter((word) => meets(word, demand)) };
  if (
    set.demands.some(({ test, wanted }) => test.key === demand.test.key && wanted === demand.wanted)
  )
    return set;
  const demands = [...set.demands, demand];
  if (demand.test.words === undefined || !demand.wanted) return { words: undefined, demands };
  return {
    words: [...demand.test.words].filter((word) => set.demands.every((d) => meets(word, d))),
    demands,
  };
}

/** The texts in both. */
export function intersectText(a: TextSet, b: TextSet): TextSet {
  const wider = b.words === undefined ? b : a;
  const start = b.words === undefined ? a : b;
  return wider.demands.reduce(narrowText, start);
}

const STATES = 4_000;
/** Steps of single machines. */
const STEPS = 400_000;
const FREE_UNITS = ["x", "o", "1", "_", "Z", " ", "\u00e9", "\u4e00"];

/**
 * Units that stand for all: those written somewhere, and for each way in which the others may
 * differ one of them.
 */
function alphabet(demands: readonly TextDemand[]): readonly number[] {
  const units = new Set<number>();
  for (const { test } of demands)
    for (const literal of test.literals)
      for (let i = 0; i < literal.length; i++) units.add(literal.charCodeAt(i));
  const free = FREE_UNITS.map((text) => text.charCodeAt(0)).find((unit) => !units.has(unit));
  const between = demands.some(({ test }) => test.ordered)
    ? [...units].flatMap((unit) => [unit + 1, unit - 1]).concat(0x20, 0, 0xffff, 0xdfff)
    : [];
  const all = new Set([
    ...units,
    ...(free === undefined ? [0x2603] : [free]),
    ...between.filter((unit) => unit >= 0 && unit <= 0xffff),
  ]);
  const plain = (unit: number): boolean => unit > 0x20 && unit < 0x7f;
  return [...all].sort((a, b) => Number(plain(b)) - Number(plain(a)) || a - b);
}

interface Search {
  readonly machines: readonly Machine[];
  readonly demands: readonly TextDemand[];
}

function accepted({ machines, demands }: Search, states: readonly number[]): boolean {
  return machines.every((machine, i) => machine.accepts(states[i] ?? 0) === demands[i]?.wanted);
}

function hopeless({ machines, demands }: Search, states: readonly number[]): boolean {
  return machines.some((machine, i) => {
    const settled = machine.settled(states[i] ?? 0);
    return settled !== undefined && settled !== demands[i]?.wanted;
  });
}

interface Reached {
  readonly states: readonly number[];
  readonly text: string;
}

/** The shortest text that all machines together take, by breadth. */
function searchText(demands: readonly TextDemand[]): TextSample {
  const search: Search = { machines: demands.map(({ test }) => test.machine()), demands };
  const units = alphabet(demands);
  const start = search.machines.map((machine) => machine.start);
  const seen = new Set([start.join()]);
  const queue: Reached[] = [{ states: start, text: "" }];
  let steps = demands.length;
  for (let at = 0; at < queue.length; at++) {
    const { states, text } = queue[at] ?? { states: start, text: "" };
    if (accepted(search, states)) return { kind: "found", text, steps };
    for (const unit of units) {
      steps += demands.length;
      const next = search.machines.map((machine, i) => machine.step(states[i] ?? 0, unit));
      const key = next.join();
      if (seen.has(key) || hopeless(search, next)) continue;
      if (seen.size >= STATES || steps >= STEPS) return { kind: "unclear", steps };
      seen.add(key);
      queue.push({ states: next, text: text + String.fromCharCode(unit) });
    }
  }
  return { kind: "none", steps };
}

/** Joined hints that are worth a try before the machines run. */
function guesses(demands: readonly TextDemand[]): readonly string[] {
  const wanted = demands.filter((demand) => demand.wanted);
  const hints = wanted.flatMap(({ test }) => test.hints);
  const starts = wanted
    .filter(({ test }) => /^(starts|glob)/.test(test.key))
    .flatMap(({ test }) => test.hints);
  const ends = wanted
    .filter(({ test }) => test.key.startsWith("ends"))
    .flatMap(({ test }) => test.hints);
  return [
    ...hints,
    ...starts.flatMap((a) => ends.map((b) => a + b)),
    ...hints.map((hint) => `${hint}x`),
    ...(wanted.length === 0 ? ["x", "other", ""] : []),
  ];
}

const memory = new Map<string, TextSample>();
const samples = new WeakMap<TextSet, TextSample>();

/**
 * A text of the set, or that there is none. Remembers what it was asked, since solving asks again
 * and again.
 */
export function sampleText(set: TextSet): TextSample {
  const known = samples.get(set);
  if (known !== undefined) return known;
  const sample = sampleAnew(set);
  samples.set(set, sample);
  return sample;
}

function sampleAnew(set: TextSet): TextSample {
  if (set.words !== undefined) {
    const [word] = set.words;
    const steps = set.words.length + 1;
    return word === undefined ? { kind: "none", steps } : { kind: "found", text: word, steps };
  }
  const drafts = guesses(set.demands);
  const guess = drafts.find((text) => set.demands.every((demand) => meets(text, demand)));
  if (guess !== undefined)
    return { kind: "found", text: guess, steps: drafts.length * set.demands.length };
  const key = set.demands
    .map(({ test, wanted }) => `${wanted ? "" : "!"}${test.key}`)
    .sort()
    .join("\u0000");
  const known = memory.get(key);
  if (known !== undefined) return known;
  const sample = searchText(set.demands);
  if (memory.size >= REMEMBERED) memory.clear();
  memory.set(key, sample);
  return sample;
}

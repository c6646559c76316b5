/**
 * Tests on texts as machines that read one UTF-16 unit after another, so that several of them can
 * be asked together whether any text passes them all.
 */
export interface Machine {
  readonly start: number;
  readonly step: (state: number, unit: number) => number;
  readonly accepts: (state: number) => boolean;
  /** True or false where every continuation ends so. */
  readonly settled: (state: number) => boolean | undefined;
}

/** One test on a text. Two tests of one key are the same. */
export interface TextTest {
  readonly key: string;
  readonly passes: (text: string) => boolean;
  readonly machine: () => Machine;
  /** The only texts that pass, where they can be listed. */
  readonly words?: ReadonlySet<string>;
  /** Texts from which one that passes is easily made. */
  readonly hints: readonly string[];
  /** Units on which the machine depends; the others are all alike to it. */
  readonly literals: readonly string[];
  /** True where the order of units matters besides. */
  readonly ordered?: boolean;
}

const DEAD = -1;

/**
 * A machine with given states that follow each other on a chain of literal units, with a fallback.
 */
function chain(
  text: string,
  ends: { readonly fallback: (state: number, unit: number) => number; readonly sink: boolean },
): Machine {
  const last = text.length;
  return {
    start: 0,
    step: (state, unit) => {
      if (state === DEAD || (ends.sink && state === last)) return state;
      return state < last && text.charCodeAt(state) === unit
        ? state + 1
        : ends.fallback(state, unit);
    },
    accepts: (state) => state === last,
    settled: (state) => (state === DEAD ? false : ends.sink && state === last ? true : undefined),
  };
}

/** The longest proper suffix of each prefix that is a prefix again (Knuth, Morris, Pratt). */
function failures(text: string): readonly number[] {
  const links = [0, 0];
  for (let i = 1, k = 0; i < text.length; i++) {
    while (k > 0 && text[i] !== text[k]) k = links[k] ?? 0;
    if (text[i] === text[k]) k++;
    links.push(k);
  }
  return links;
}

function searching(text: string, sink: boolean): Machine {
  const links = failures(text);
  const fallback = (state: number, unit: number): number => {
    let k = state;
    while (k > 0 && text.charCodeAt(k) !== unit) k = links[k] ?? 0;
    return text.charCodeAt(k) === unit && text.length > 0 ? k + 1 : 0;
  };
  return chain(text, { fallback, sink });
}

/** A tree of words; each node a state. */
function trie(words: Iterable<string>): Machine {
  const next: Map<number, number>[] = [new Map<number, number>()];
  const ends = new Set<number>();
  for (const word of words) {
    let at = 0;
    for (let i = 0; i < word.length; i++) {
      const unit = word.charCodeAt(i);
      const known = next[at]?.get(unit);
      if (known === undefined) {
        next[at]?.set(unit, next.length);
        at = next.length;
        next.push(new Map<number, number>());
      } else at = known;
    }
    ends.add(at);
  }
  return {
    start: 0,
    step: (state, unit) => next[state]?.get(unit) ?? DEAD,
    accepts: (state) => ends.has(state),
    settled: (state) => (state === DEAD ? false : undefined),
  };
}

export function oneOf(words: Iterable<string>): TextTest {
  const set = new Set(words);
  const sorted = [...set].sort();
  return {
    key: `in ${JSON.stringify(sorted)}`,
    passes: (text) => set.has(text),
    machine: () => trie(set),
    words: set,
    hints: sorted.slice(0, 4),
    literals: sorted,
  };
}

export function startsWith(text: string): TextTest {
  const machine = (): Machine => chain(text, { fallback: () => DEAD, sink: true });
  return {
    key: `starts ${text}`,
    passes: (t) => t.startsWith(text),
    machine,
    hints: [text],
    literals: [text],
  };
}

export function endsWith(text: string): TextTest {
  return {
    key: `ends ${text}`,
    passes: (t) => t.endsWith(text),
    machine: () => searching(text, false),
    hints: [text],
    literals: [text],
  };
}

export function containing(text: string): TextTest {
  return {
    key: `contains ${text}`,
    passes: (t) => t.includes(text),
    machine: () => searching(text, true),
    hints: [text],
    literals: [text],
  };
}

/** WHY: texts are ordered by code point, so a surrogate stands above every other unit. */
function weight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

const BELOW = -2;
const ABOVE = -3;

function comparing(text: string, accepts: (side: number) => boolean): Machine {
  const last = text.length;
  const side = (state: number): number =>
    state === BELOW ? -1 : state === ABOVE ? 1 : state < last ? -1 : 0;
  return {
    start: 0,
    step: (state, unit) => {
      if (state < 0) return state;
      if (state === last) return ABOVE;
      const wanted = text.charCodeAt(state);
      return unit === wanted ? state + 1 : weight(unit) < weight(wanted) ? BELOW : ABOVE;
    },
    accepts: (state) => accepts(side(state)),
    settled: (state) => (state < 0 ? accepts(side(state)) : undefined),
  };
}

/** The texts that stand to `text` as the operator says, in the order of code points. */
export function textsWhere(op: "<" | "<=" | ">" | ">=", text: string): TextTest {
  const accepts = (side: number): boolean =>
    op === "<" ? side < 0 : op === "<=" ? side <= 0 : op === ">" ? side > 0 : side >= 0;
  const machine = comparing(text, accepts);
  const passes = (t: string): boolean => {
    let state = machine.start;
    for (let i = 0; i < t.length; i++) state = machine.step(state, t.charCodeAt(i));
    return machine.accepts(state);
  };
  return {
    key: `${op} ${text}`,
    passes,
    machine: () => machine,
    hints: [text, `${text}!`, ""],
    literals: [text],
    ordered: true,
  };
}

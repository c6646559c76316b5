import { isJsonObject } from "../../request/json.ts";
import { canonicalJson } from "../../policy/canonical-json.ts";
import type { Plan, Probe } from "./probe-plan.ts";
import { globsOf } from "./resource-class.ts";
import type { SetReads } from "./set-reads.ts";

/** The atoms that matter to calls of one subject, action and resource: of each column, and of several together. */
export interface HeadAtoms {
  readonly unary: ReadonlyMap<number, ReadonlySet<string>>;
  readonly joint: ReadonlySet<string>;
}

/** What a key's subject, action and resource are classed by. */
export interface Classed {
  /** What has to be the same for classes to mean the same. */
  readonly same: string;
  /** What has to be asked still: classes by more than is asked now are finer than need be, and never wrong. */
  readonly asked: readonly ReadonlySet<string>[];
}

/**
 * What the keys that rows were once given tell of them, whatever versions are asked about later: rows of one old key
 * differ to other versions at most by the atoms that those ask and the old ones did not.
 */
export interface KeyBook {
  readonly classed: Classed;
  /** The number of the head of each old key. */
  readonly headOf: readonly number[];
  /** What was asked of the calls of a head. */
  readonly atomsOf: (head: number) => HeadAtoms | undefined;
  /** A text that is the same for the same old key in every thread. */
  readonly signature: (key: number) => string;
}

/** Which key of a book a key comes from, and whether it stands for all that had that. */
export interface Origin {
  readonly old: number;
  readonly whole: boolean;
}

/** A name that two atoms share only where they come to the same on every call. */
export function atomName({ version, atom }: Probe, versions: readonly SetReads[]): string {
  const catalog = versions[version]?.set.catalogForm();
  return `${versions.findIndex(({ set }) => set.catalogForm() === catalog)}\u0000${atom.text}`;
}

/** `recorded`: the baseline is what was recorded. */
export function classedBy(versions: readonly SetReads[], plan: Plan, recorded: boolean): Classed {
  const names = (probes: readonly Probe[]): ReadonlySet<string> => new Set(probes.map((probe) => atomName(probe, versions)));
  const globs = versions.map(({ set }) => new Set(globsOf(set).map((list) => JSON.stringify(list.map(({ pattern }) => pattern)))));
  return {
    same: JSON.stringify([recorded, versions.map(({ set }) => [set.catalogForm(), canonicalJson(set.catalog.data)])]),
    asked: [names(plan.subject), names(plan.resource), new Set(versions.flatMap(({ moments }) => moments.map(String))), ...globs],
  };
}

/** Whether keys of a book say enough for others. */
export function serves({ classed }: KeyBook, now: Classed): boolean {
  return classed.same === now.same && now.asked.every((asked, i) => isWithin(asked, classed.asked[i]));
}

/** Whether a set has nothing that another lacks. */
export function isWithin(some: ReadonlySet<string>, all: ReadonlySet<string> | undefined): boolean {
  for (const one of some) if (all?.has(one) !== true) return false;
  return true;
}

/** A book as plain data: as an index keeps it, and as it crosses threads. */
export interface StoredBook {
  readonly same: string;
  readonly asked: readonly (readonly string[])[];
  readonly headOf: readonly number[];
  readonly heads: readonly StoredHead[];
}

interface StoredHead {
  readonly unary: readonly (readonly [column: number, names: readonly string[]])[];
  readonly joint: readonly string[];
}

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === "string");

function isStoredHead(value: unknown): boolean {
  if (!isJsonObject(value) || !Array.isArray(value["unary"]) || !isTexts(value["joint"])) return false;
  return value["unary"].every((pair: unknown) => Array.isArray(pair) && typeof pair[0] === "number" && isTexts(pair[1]));
}

/** Whether a value read from a file is a book. */
export function isStoredBook(value: unknown): value is StoredBook {
  if (!isJsonObject(value) || typeof value["same"] !== "string") return false;
  const { asked, headOf, heads } = value;
  if (!Array.isArray(asked) || !asked.every(isTexts) || !Array.isArray(heads) || !heads.every(isStoredHead)) return false;
  return Array.isArray(headOf) && headOf.every((head) => Number.isInteger(head) && Number(head) >= 0 && Number(head) < heads.length);
}

/** Gathers the book of keys that somebody else gave, in the order of their numbers. */
export class BookWriter {
  readonly #classed: Classed;
  readonly #headOf: number[] = [];
  readonly #heads: StoredHead[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(classed: Classed) {
    this.#classed = classed;
  }

  add({ unary, joint }: HeadAtoms): void {
    const head: StoredHead = { unary: [...unary].flatMap(([column, names]) => (names.size === 0 ? [] : [[column, [...names]] as const])), joint: [...joint] };
    const text = JSON.stringify(head);
    const number = this.#numbers.get(text) ?? this.#heads.push(head) - 1;
    this.#numbers.set(text, number);
    this.#headOf.push(number);
  }

  stored(): StoredBook {
    const { same, asked } = this.#classed;
    return { same, asked: asked.map((names) => [...names]), headOf: this.#headOf, heads: this.#heads };
  }
}

/** One book of several, whose keys go on where those of the one before end; undefined where they do not speak of the same classes. */
export function joinedBook(books: readonly StoredBook[]): KeyBook | undefined {
  const [first] = books;
  if (first === undefined || books.some(({ same, asked }) => same !== first.same || JSON.stringify(asked) !== JSON.stringify(first.asked))) return undefined;
  const headOf: number[] = [];
  const heads: HeadAtoms[] = [];
  for (const book of books) {
    const before = heads.length;
    for (const head of book.headOf) headOf.push(before + head);
    for (const { unary, joint } of book.heads) heads.push({ unary: new Map(unary.map(([column, names]) => [column, new Set(names)])), joint: new Set(joint) });
  }
  return { classed: { same: first.same, asked: first.asked.map((names) => new Set(names)) }, headOf, atomsOf: (head) => heads[head], signature: String };
}

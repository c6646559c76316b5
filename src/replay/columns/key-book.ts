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
interface Classed {
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

export function classedBy(versions: readonly SetReads[], plan: Plan, of: { readonly recorded: boolean; readonly moments: readonly number[] }): Classed {
  const names = (probes: readonly Probe[]): ReadonlySet<string> => new Set(probes.map((probe) => atomName(probe, versions)));
  const globs = versions.map(({ set }) => new Set(globsOf(set).map((list) => JSON.stringify(list.map(({ pattern }) => pattern)))));
  return {
    same: JSON.stringify([of.recorded, versions.map(({ set }) => [set.catalogForm(), canonicalJson(set.catalog.data)])]),
    asked: [names(plan.subject), names(plan.resource), new Set(of.moments.map(String)), ...globs],
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

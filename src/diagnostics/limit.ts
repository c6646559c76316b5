import type { Diagnostic } from "./diagnostic.ts";

/** The number of findings of one code in one file that are left out. */
export interface HiddenFindings {
  readonly file: string;
  readonly code: string;
  readonly count: number;
}

export interface Limited<D> {
  /** In the order given. */
  readonly shown: readonly D[];
  /** What is left out, in the order of files and codes; empty where all is shown. */
  readonly hidden: readonly HiddenFindings[];
}

/**
 * As many of one code in one file: what stands behind the first few hundred is the same slip again.
 */
const OF_ONE_KIND = 200;
/** As many in all; errors before warnings. */
const IN_ALL = 5_000;

function counted(left: readonly Diagnostic[]): readonly HiddenFindings[] {
  const groups = new Map<string, HiddenFindings>();
  for (const { file, code } of left) {
    const key = `${file}\u0000${code}`;
    groups.set(key, { file, code, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

function firstOfEachKind<D extends Diagnostic>(found: readonly D[]): readonly D[] {
  const seen = new Map<string, number>();
  return found.filter(({ file, code }) => {
    const key = `${file}\u0000${code}`;
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return before < OF_ONE_KIND;
  });
}

/**
 * The findings that are shown, and how many are not: a file of a million slips is told in a few
 * pages.
 */
export function limitFindings<D extends Diagnostic>(found: readonly D[]): Limited<D> {
  const few = firstOfEachKind(found);
  const errors = few.filter(({ severity }) => severity === "error");
  const others = few.filter(({ severity }) => severity !== "error");
  const kept = new Set<D>([...errors, ...others].slice(0, IN_ALL));
  if (kept.size === found.length) return { shown: found, hidden: [] };
  return {
    shown: found.filter((one) => kept.has(one)),
    hidden: counted(found.filter((one) => !kept.has(one))),
  };
}

/** What is left out, as a sentence of its own. */
export function hiddenText({ file, code, count }: HiddenFindings): string {
  const verb = count === 1 ? "is" : "are";
  return `${count} more of \`${code}\` in \`${file}\` ${verb} not shown`;
}

import { COLUMN, type Layout } from "../../trace/columns/layout.ts";
import type { Atom } from "./atoms.ts";
import type { SetReads } from "./set-reads.ts";

/** An atom of one of the versions, by number over both. */
export interface Probe {
  readonly version: number;
  readonly atom: Atom;
  /** Who reads it, of which version: a rule; undefined: a declaration, so every call counts. */
  readonly readers: readonly {
    readonly version: number;
    readonly rule: SetReads["rules"][number]["rule"] | undefined;
  }[];
}

/** A probe that reads several columns: what it came to is remembered by their codes. */
export interface JointProbe {
  readonly probe: Probe;
  readonly columns: readonly number[];
}

/** The atoms of both versions by what they read. */
export interface Plan {
  readonly unary: ReadonlyMap<number, readonly Probe[]>;
  readonly resource: readonly Probe[];
  readonly subject: readonly Probe[];
  readonly joint: readonly JointProbe[];
}

/** The column that holds a path; -1: none. */
export function columnOf(layout: Layout, path: readonly string[]): number {
  return layout.columns.findIndex(
    ({ path: own, keep }) =>
      keep === "value" && own.length <= path.length && own.every((key, i) => path[i] === key),
  );
}

/**
 * What no column has to hold: entities have columns of their own, data are the set's; state, time
 * and decision are no part of a call.
 */
const WITHOUT_COLUMN: ReadonlySet<string | undefined> = new Set([
  "data",
  "subject",
  "action",
  "resource",
  "session",
  "now",
  "decision",
]);

/** Whether columns hold all that an atom reads of a call. */
export function isHeld(layout: Layout, { paths }: Pick<Atom, "paths">): boolean {
  return paths.every((path) => WITHOUT_COLUMN.has(path[0]) || columnOf(layout, path) >= 0);
}

/** What stands for the whole of an entity among the columns that an atom reads. */
export const SUBJECT = -3;
export const ACTION = -2;
export const RESOURCE = -1;

/** The columns that an atom reads. */
export function columnsOf(layout: Layout, atom: Atom): readonly number[] {
  const columns = atom.paths.flatMap((path) => {
    const [root] = path;
    if (root === "data") return [];
    if (root === "subject")
      return path.length === 1 || path[1] === "credential"
        ? [SUBJECT, COLUMN.credential]
        : [SUBJECT];
    if (root === "action") return [ACTION];
    return [root === "resource" ? RESOURCE : columnOf(layout, path)];
  });
  return [...new Set(columns)].sort((a, b) => a - b);
}

function probesOf(reads: SetReads, version: number): readonly Probe[] {
  const ofRules = reads.rules.flatMap(({ rule, atoms }) =>
    atoms.map((atom): Probe => ({ version, atom, readers: [{ version, rule }] })),
  );
  const ofDeclarations = reads.triggers.map(
    (atom): Probe => ({ version, atom, readers: [{ version, rule: undefined }] }),
  );
  return [...ofRules, ...ofDeclarations];
}

/** Where two versions have one catalog, what both ask is asked once. */
function shared(probes: readonly Probe[], versions: readonly SetReads[]): readonly Probe[] {
  const known = new Map<string, Probe>();
  for (const probe of probes) {
    const key = `${versions[probe.version]?.set.catalogForm()}\u0000${probe.atom.text}`;
    const before = known.get(key);
    known.set(
      key,
      before === undefined ? probe : { ...before, readers: [...before.readers, ...probe.readers] },
    );
  }
  return [...known.values()];
}

export function planOf(versions: readonly SetReads[], layout: Layout): Plan {
  const unary = new Map<number, Probe[]>();
  const resource: Probe[] = [];
  const subject: Probe[] = [];
  const joint: JointProbe[] = [];
  const held = versions
    .flatMap(probesOf)
    .filter(({ atom }) => !atom.dynamic && isHeld(layout, atom));
  for (const probe of shared(held, versions)) {
    const columns = columnsOf(layout, probe.atom);
    const [only] = columns;
    if (only === undefined || (columns.length === 1 && only === ACTION)) continue;
    if (columns.length > 1) joint.push({ probe, columns });
    else if (only === RESOURCE) resource.push(probe);
    else if (only === SUBJECT) subject.push(probe);
    else unary.set(only, [...(unary.get(only) ?? []), probe]);
  }
  return { unary, resource, subject, joint };
}

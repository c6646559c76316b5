import { COLUMN, type Layout } from "../../trace/columns/layout.ts";
import type { Atom } from "./atoms.ts";
import type { BytesTest } from "./plain-atoms.ts";
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
  /** What it reads of the resource. */
  readonly resource: ResourceReads;
  /** The two sides of an equality that each read one thing; undefined: it is none. */
  readonly sides: readonly [Operand, Operand] | undefined;
}

/** A side of an equality: one attribute. */
export interface Operand {
  readonly atom: Atom;
  readonly column: number;
  readonly resource: ResourceReads;
}

/** What is read of a resource. */
export interface ResourceReads {
  /** More than its parts tell: all that names or says anything of it is told apart. */
  readonly whole: boolean;
  /** How it is named: its type, or what plain conditions ask of its id. */
  readonly named: boolean;
  /** Its other members, each with its column, ascending. */
  readonly members: readonly { readonly column: number; readonly name: string }[];
}

/** Probes that read the same of a resource. */
export interface ResourceProbes {
  readonly reads: ResourceReads;
  readonly probes: readonly Probe[];
}

/** The atoms of both versions by what they read. */
export interface Plan {
  readonly unary: ReadonlyMap<number, readonly Probe[]>;
  readonly resource: readonly ResourceProbes[];
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

/** What an atom reads of the resource. */
export function resourceReads(layout: Layout, { paths, plain }: Atom): ResourceReads {
  const members = new Map<number, string>();
  let [whole, named] = [false, false];
  for (const path of paths) {
    const [root, name] = path;
    if (root !== "resource") continue;
    const column = columnOf(layout, path);
    if (name === "type" || (name === "id" && isIdTest(paths, plain))) named = true;
    else if (name === undefined || name === "id" || column < 0) whole = true;
    else members.set(column, name);
  }
  return {
    whole,
    named,
    members: [...members]
      .map(([column, name]) => ({ column, name }))
      .sort((a, b) => a.column - b.column),
  };
}

/** Whether a condition asks only of the bytes of a resource's id. */
function isIdTest([path, ...others]: Atom["paths"], plain: Atom["plain"]): boolean {
  return others.length === 0 && path?.length === 2 && plain !== undefined && "test" in plain;
}

/** What conditions ask of the bytes of a resource's id. */
export function idTests({ resource }: Plan): readonly BytesTest[] {
  return resource.flatMap(({ probes }) =>
    probes.flatMap(({ atom: { paths, plain } }) =>
      paths[0]?.[1] === "id" && isIdTest(paths, plain) && plain !== undefined && "test" in plain
        ? [plain.test]
        : [],
    ),
  );
}

function sidesOf(layout: Layout, { compared }: Atom): JointProbe["sides"] {
  const [left, right] = (compared ?? []).map((atom) => {
    const [column, ...others] = columnsOf(layout, atom);
    return column === undefined || others.length > 0
      ? undefined
      : { atom, column, resource: resourceReads(layout, atom) };
  });
  return left === undefined || right === undefined ? undefined : [left, right];
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

/** A text that is the same only for what reads the same of a resource. */
export function readsName({ whole, named, members }: ResourceReads): string {
  return whole ? "whole" : `${named},${members.map(({ column }) => column).join()}`;
}

export function planOf(versions: readonly SetReads[], layout: Layout): Plan {
  const unary = new Map<number, Probe[]>();
  const resource = new Map<string, ResourceProbes>();
  const subject: Probe[] = [];
  const joint: JointProbe[] = [];
  const held = versions
    .flatMap(probesOf)
    .filter(({ atom }) => !atom.dynamic && isHeld(layout, atom));
  for (const probe of shared(held, versions)) {
    const columns = columnsOf(layout, probe.atom);
    const [only] = columns;
    if (only === undefined || (columns.length === 1 && only === ACTION)) continue;
    const reads = resourceReads(layout, probe.atom);
    if (columns.length > 1)
      joint.push({ probe, columns, resource: reads, sides: sidesOf(layout, probe.atom) });
    else if (only === RESOURCE) {
      const name = readsName(reads);
      resource.set(name, { reads, probes: [...(resource.get(name)?.probes ?? []), probe] });
    } else if (only === SUBJECT) subject.push(probe);
    else unary.set(only, [...(unary.get(only) ?? []), probe]);
  }
  return { unary, resource: [...resource.values()], subject, joint };
}

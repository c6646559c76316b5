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

/** Of whom or of what conditions read members, besides the action. */
export type EntityRoot = "subject" | "resource" | "person";

/** What is read of an entity. */
export interface EntityReads {
  readonly root: EntityRoot;
  /** More than its parts tell: all that names or says anything of it is told apart. */
  readonly whole: boolean;
  /** How it is named: its type or id; of a resource's id only what plain conditions ask. */
  readonly named: boolean;
  /** Its other members, ascending: each with its column; those of a person with none (-1). */
  readonly members: readonly EntityMember[];
}

export interface EntityMember {
  readonly column: number;
  readonly name: string;
}

/** Probes that read the same of one entity. */
export interface EntityProbes {
  readonly reads: EntityReads;
  readonly probes: readonly Probe[];
}

/** A probe that reads several columns: what it came to is remembered by their codes. */
export interface JointProbe {
  readonly probe: Probe;
  readonly parts: readonly JointPart[];
  readonly columns: readonly number[];
  /** The two sides of an equality that each read one thing; undefined: it is none. */
  readonly sides: readonly [Operand, Operand] | undefined;
}

/** One thing that a joint probe reads: of an entity, or of a column. */
export interface JointPart {
  readonly column: number;
  readonly reads: EntityReads | undefined;
}

/** A side of an equality: one attribute. */
export interface Operand extends JointPart {
  readonly atom: Atom;
}

/** The atoms of both versions by what they read. */
export interface Plan {
  readonly unary: ReadonlyMap<number, readonly Probe[]>;
  readonly entities: readonly EntityProbes[];
  readonly joint: readonly JointProbe[];
  /** The members of people that name them, that conditions read, and that catalogs give. */
  readonly personMembers: readonly string[];
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

/** The entity for which a column stands among those that an atom reads; undefined: for none. */
export function rootOf(column: number): EntityRoot | undefined {
  if (column === SUBJECT) return "subject";
  if (column === RESOURCE) return "resource";
  return column === COLUMN.onBehalfOf ? "person" : undefined;
}

const PREFIX: { readonly [root in EntityRoot]: readonly string[] } = {
  subject: ["subject"],
  resource: ["resource"],
  person: ["context", "on_behalf_of"],
};

/** What an atom reads of an entity. */
export function entityReads(layout: Layout, { paths, plain }: Atom, root: EntityRoot): EntityReads {
  const prefix = PREFIX[root];
  const members = new Map<string, EntityMember>();
  let [whole, named] = [false, false];
  for (const path of paths) {
    if (!prefix.every((key, i) => path[i] === key)) continue;
    const name = path[prefix.length];
    const column = root === "person" ? -1 : columnOf(layout, path);
    const isId = name === "id" && (root !== "resource" || isIdTest(paths, plain));
    if (name === "type" || isId) named = true;
    else if (name === undefined || name === "id" || (column < 0 && root !== "person")) whole = true;
    else members.set(`${column},${name}`, { column, name });
  }
  return {
    root,
    whole,
    named,
    members: [...members.keys()].sort().flatMap((key) => members.get(key) ?? []),
  };
}

/** Whether a condition asks only of the bytes of a resource's id. */
function isIdTest([path, ...others]: Atom["paths"], plain: Atom["plain"]): boolean {
  return others.length === 0 && path?.length === 2 && plain !== undefined && "test" in plain;
}

/** What conditions ask of the bytes of a resource's id. */
export function idTests({ entities }: Plan): readonly BytesTest[] {
  return entities.flatMap(({ reads, probes }) =>
    probes.flatMap(({ atom: { paths, plain } }) =>
      reads.root === "resource" &&
      paths[0]?.[1] === "id" &&
      isIdTest(paths, plain) &&
      plain !== undefined &&
      "test" in plain
        ? [plain.test]
        : [],
    ),
  );
}

function jointPart(layout: Layout, atom: Atom, column: number): JointPart {
  const root = rootOf(column);
  return { column, reads: root === undefined ? undefined : entityReads(layout, atom, root) };
}

function sidesOf(layout: Layout, { compared }: Atom): JointProbe["sides"] {
  const [left, right] = (compared ?? []).map((atom) => {
    const [column, ...others] = columnsOf(layout, atom);
    return column === undefined || others.length > 0
      ? undefined
      : { atom, ...jointPart(layout, atom, column) };
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

/** A text that is the same only for what reads the same of an entity. */
export function readsName({ root, whole, named, members }: EntityReads): string {
  return whole
    ? root
    : JSON.stringify([root, named, members.map(({ column, name }) => [column, name])]);
}

/** `read`: the members of people that are read already; they serve where no others are needed. */
export function planOf(
  versions: readonly SetReads[],
  layout: Layout,
  read: readonly string[] = [],
): Plan {
  const unary = new Map<number, Probe[]>();
  const entities = new Map<string, EntityProbes>();
  const joint: JointProbe[] = [];
  const held = versions
    .flatMap(probesOf)
    .filter(({ atom }) => !atom.dynamic && isHeld(layout, atom));
  for (const probe of shared(held, versions)) {
    const columns = columnsOf(layout, probe.atom);
    const [only] = columns;
    if (only === undefined || (columns.length === 1 && only === ACTION)) continue;
    const root = rootOf(only);
    if (columns.length > 1) joint.push(jointProbe(layout, probe, columns));
    else if (root === undefined) unary.set(only, [...(unary.get(only) ?? []), probe]);
    else {
      const reads = entityReads(layout, probe.atom, root);
      const name = readsName(reads);
      entities.set(name, { reads, probes: [...(entities.get(name)?.probes ?? []), probe] });
    }
  }
  const groups = [...entities.values()];
  const members = personMembers(groups, joint, versions);
  const areRead = members.every((name) => read.includes(name));
  return { unary, entities: groups, joint, personMembers: areRead ? read : members };
}

function jointProbe(layout: Layout, probe: Probe, columns: readonly number[]): JointProbe {
  return {
    probe,
    columns,
    parts: columns.map((column) => jointPart(layout, probe.atom, column)),
    sides: sidesOf(layout, probe.atom),
  };
}

function personMembers(
  groups: readonly EntityProbes[],
  joint: readonly JointProbe[],
  versions: readonly SetReads[],
): readonly string[] {
  const reads = [
    ...groups.map((group) => group.reads),
    ...joint.flatMap(({ parts }) => parts.map((part) => part.reads)),
  ];
  const names = reads.flatMap((one) =>
    one?.root === "person" ? one.members.map(({ name }) => name) : [],
  );
  // what a catalog says of people is held against what events claim (design 2.7)
  const given = versions.flatMap(({ set }) => [...set.catalog.names.subject]);
  const others = new Set(["registered", ...given, ...names]);
  return ["type", "id", ...[...others].filter((name) => name !== "type" && name !== "id")];
}

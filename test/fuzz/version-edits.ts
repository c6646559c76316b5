import fc from "fast-check";
import { loadDocuments } from "../../src/policy/load.ts";
import type { Catalog, Condition, Document, Policy, Rule } from "../../src/policy/model.ts";
import { policy } from "./written.ts";

/**
 * What somebody does to a version besides editing a rule by itself. `moved`: a rule takes over the
 * condition of another one, or is joined with it. `freed`: denials contain nothing. `obliged`: where a
 * rule matches, another one allows the same and asks for a log. `lost`: an entry that a catalog loses.
 * `renamed`: an agent or a person of whom it gives what it gave of the next.
 */
export const versionEdits = fc.record({
  moved: fc.option(
    fc.record({
      to: fc.nat(5),
      /** How many places after it. */
      from: fc.integer({ min: 1, max: 3 }),
      as: fc.constantFrom("&&" as const, "||" as const, "||" as const, undefined),
    }),
    { freq: 5 },
  ),
  freed: fc.nat(3).map((n) => n === 0),
  obliged: fc.option(fc.nat(5), { freq: 1 }),
  lost: fc.option(fc.nat(9), { freq: 1 }),
  renamed: fc.option(fc.nat(5), { freq: 1 }),
  /** WHY seldom: versions of one catalog share most of what is known of calls. */
  ofCatalog: fc.nat(3).map((n) => n === 0),
});
/** The place among `EDITS` of what removes a rule. */
const REMOVED = 1;
type VersionEdits = typeof versionEdits extends fc.Arbitrary<infer T> ? T : never;

type Moved = NonNullable<VersionEdits["moved"]>;

/** A rule on another one's condition, or on both. */
function withCondition({ when: own, ...rule }: Rule, { when }: Rule, op: Moved["as"]): Rule {
  if (op === undefined || own === undefined || when === undefined)
    return when === undefined ? rule : { ...rule, when };
  return { ...rule, when: joinedBy(op, own, when) };
}

function joinedBy(op: "&&" | "||", one: Condition, other: Condition): Condition {
  const { start, end } = one.expr;
  const expr = { kind: "binary" as const, op, left: one.expr, right: other.expr, start, end };
  return { ...one, text: `(${one.text}) ${op} (${other.text})`, expr };
}

/**
 * A policy that reads what all rules read, of no call. WHY: then an edit reads no other attribute
 * than the version before, and what stayed of that version's replay is used.
 */
export function readingAll(documents: readonly Document[]): readonly Document[] {
  const [first, ...others] = documents.flatMap((one) =>
    one.kind === "Policy" ? one.rules.flatMap(({ when }) => when ?? []) : [],
  );
  if (first === undefined) return [];
  const when = others.reduce((all, one) => joinedBy("||", all, one), first);
  const text = policy(["{ id: reads, effect: deny, actions: [x/none] }"]);
  return loadDocuments([
    { file: "reads.yaml", text: text.replace("name: p", "name: reads") },
  ]).documents.map((one) =>
    one.kind === "Policy" ? { ...one, rules: one.rules.map((rule) => ({ ...rule, when })) } : one,
  );
}

function moved(documents: readonly Document[], { to, from, as: op }: Moved): readonly Document[] {
  const rules = documents.flatMap((one) => (one.kind === "Policy" ? one.rules : []));
  const [taking, other] = [to, to + from].map((place) => rules[place % rules.length]);
  const ofPolicy = (one: Policy): Policy => ({
    ...one,
    rules: one.rules.map((rule) =>
      rule === taking && other !== undefined ? withCondition(rule, other, op) : rule,
    ),
  });
  return documents.map((one) => (one.kind === "Policy" ? ofPolicy(one) : one));
}

function freed(document: Document): Document {
  if (document.kind !== "Policy") return document;
  return { ...document, rules: document.rules.map(({ onDeny: _, ...rule }) => rule) };
}

/** A policy in which a rule beside one of its own allows where that matches, and asks for a log. */
function obliged(document: Document, place: number): Document {
  if (document.kind !== "Policy") return document;
  const one = document.rules[place % document.rules.length];
  if (one === undefined) return document;
  const { subjects, actions, resources, when } = one;
  const beside: Rule = {
    ...(subjects === undefined ? {} : { subjects }),
    ...(actions === undefined ? {} : { actions }),
    ...(resources === undefined ? {} : { resources }),
    ...(when === undefined ? {} : { when }),
    id: "obliged",
    effect: "allow",
    mode: "enforce",
    labels: [],
    exceptions: [],
    match: [],
    notMatch: [],
    place: one.place,
    obligations: { log: true, notify: [] },
  };
  return { ...document, rules: [...document.rules, beside] };
}

function lost(catalog: Catalog, place: number): Catalog {
  const { agents = [], people, tools, resources } = catalog;
  const all: readonly object[] = [...agents, ...people, ...tools, ...resources];
  const gone = all[place % all.length];
  const isLeft = (one: object): boolean => one !== gone;
  return {
    ...catalog,
    ...(catalog.agents === undefined ? {} : { agents: agents.filter(isLeft) }),
    people: people.filter(isLeft),
    tools: tools.filter(isLeft),
    resources: resources.filter(isLeft),
  };
}

/** The entries, of which one gives what the next one gives. */
function renamed<T extends { readonly id: string }>(
  all: readonly T[],
  place: number,
): readonly T[] {
  return all.map((one, i) =>
    i === place % all.length ? { ...(all[(i + 1) % all.length] ?? one), id: one.id } : one,
  );
}

function ofCatalog(catalog: Catalog, { lost: gone, renamed: place }: VersionEdits): Catalog {
  const left = gone === null ? catalog : lost(catalog, gone);
  if (place === null) return left;
  return {
    ...left,
    ...(left.agents === undefined ? {} : { agents: renamed(left.agents, place) }),
    people: renamed(left.people, place),
  };
}

const NO_EDITS: VersionEdits = {
  moved: null,
  freed: false,
  obliged: null,
  lost: null,
  renamed: null,
  ofCatalog: false,
};

const smallEdit = fc.oneof(
  {
    weight: 2,
    arbitrary: versionEdits.map(({ moved: one }) => ({
      edits: { ...NO_EDITS, moved: one },
      picks: [0],
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .nat(5)
      .map((at) => ({ edits: NO_EDITS, picks: [0, 0, 0, 0, 0, 0].with(at, REMOVED) })),
  },
);
/** One rule alone takes over another's condition or is joined with it, or is removed. */
export const smallEdits = smallEdit.map((one) => ({ ...one, added: null, onTop: true }));

/**
 * Edits that stay with one rule. WHY: a call that changed by it counts by what it is now. It takes in
 * the calls of one rule after the other, so that it matches what it matched before; or it is removed,
 * and so is the one that comes to stand in its place.
 */
export const steadyEdits = fc.oneof(
  fc.record({ to: fc.nat(5), first: fc.integer({ min: 1, max: 3 }) }).map(({ to, first }) =>
    [0, 1, 2].map((i) => ({
      edits: { ...NO_EDITS, moved: { to, from: 1 + ((first + i) % 3), as: "||" as const } },
      picks: [0],
      added: null,
      onTop: true,
    })),
  ),
  fc.constantFrom(1, 1, 2).map((at) =>
    [0, 1, 2].map(() => ({
      edits: NO_EDITS,
      picks: [0, 0, 0, 0, 0, 0, 0, 0].with(at, REMOVED),
      added: null,
      onTop: true,
    })),
  ),
);

/** The documents of a version with these edits. */
export function withEdits(
  documents: readonly Document[],
  edits: VersionEdits,
): readonly Document[] {
  const given = edits.moved === null ? documents : moved(documents, edits.moved);
  const place = edits.obliged;
  const asking = place === null ? given : given.map((one) => obliged(one, place));
  const found = edits.freed ? asking.map(freed) : asking;
  return edits.ofCatalog
    ? found.map((one) => (one.kind === "Catalog" ? ofCatalog(one, edits) : one))
    : found;
}

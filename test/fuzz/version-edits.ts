import fc from "fast-check";
import type { Catalog, Document, Policy, Rule } from "../../src/policy/model.ts";

/**
 * What somebody does to a version besides editing a rule by itself. `moved`: a rule takes over the
 * condition of another one, or is joined with it. `freed`: denials contain nothing. `lost`: an entry
 * that a catalog loses. `renamed`: an agent or a person of whom it gives what it gave of the next.
 */
export const versionEdits = fc.record({
  moved: fc.option(
    fc.record({
      to: fc.nat(5),
      from: fc.nat(5),
      as: fc.constantFrom("&&" as const, "||" as const, undefined),
    }),
    { freq: 3 },
  ),
  freed: fc.nat(3).map((n) => n === 0),
  lost: fc.option(fc.nat(9), { freq: 1 }),
  renamed: fc.option(fc.nat(5), { freq: 1 }),
  /** WHY seldom: versions of one catalog share most of what is known of calls. */
  ofCatalog: fc.nat(3).map((n) => n === 0),
});
type VersionEdits = typeof versionEdits extends fc.Arbitrary<infer T> ? T : never;

type Moved = NonNullable<VersionEdits["moved"]>;

/** A rule on another one's condition, or on both. */
function withCondition({ when: own, ...rule }: Rule, { when }: Rule, op: Moved["as"]): Rule {
  if (op === undefined || own === undefined || when === undefined)
    return when === undefined ? rule : { ...rule, when };
  const { start, end } = own.expr;
  const expr = { kind: "binary" as const, op, left: own.expr, right: when.expr, start, end };
  return { ...rule, when: { ...own, text: `(${own.text}) ${op} (${when.text})`, expr } };
}

function moved(documents: readonly Document[], { to, from, as: op }: Moved): readonly Document[] {
  const rules = documents.flatMap((one) => (one.kind === "Policy" ? one.rules : []));
  const [taking, other] = [to, from].map((place) => rules[place % rules.length]);
  const ofPolicy = (policy: Policy): Policy => ({
    ...policy,
    rules: policy.rules.map((rule) =>
      rule === taking && other !== undefined ? withCondition(rule, other, op) : rule,
    ),
  });
  return documents.map((one) => (one.kind === "Policy" ? ofPolicy(one) : one));
}

function freed(document: Document): Document {
  if (document.kind !== "Policy") return document;
  return { ...document, rules: document.rules.map(({ onDeny: _, ...rule }) => rule) };
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

/** The documents of a version with these edits. */
export function withEdits(
  documents: readonly Document[],
  edits: VersionEdits,
): readonly Document[] {
  const given = edits.moved === null ? documents : moved(documents, edits.moved);
  const found = edits.freed ? given.map(freed) : given;
  return edits.ofCatalog
    ? found.map((one) => (one.kind === "Catalog" ? ofCatalog(one, edits) : one))
    : found;
}

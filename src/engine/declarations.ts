import { Unknown } from "../condition/value.ts";
import type {
  CounterDeclaration,
  Document,
  LabelDeclaration,
  ValuesDeclaration,
} from "../policy/model.ts";

/**
 * The session state of a set: the union of what its policies declare (design 5.2: names belong to
 * the set).
 */
export interface Declarations {
  readonly labels: readonly LabelDeclaration[];
  readonly counters: readonly CounterDeclaration[];
  readonly values: readonly ValuesDeclaration[];
}

/** The declarations of all policies, sorted by name so that file order means nothing. */
export function collectDeclarations(documents: readonly Document[]): Declarations {
  const sessions = documents.flatMap((d) => (d.kind === "Policy" ? [d.session] : []));
  const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
  return {
    labels: sessions.flatMap((s) => s.labels).sort(byName),
    counters: sessions.flatMap((s) => s.counters).sort(byName),
    values: sessions.flatMap((s) => s.values).sort(byName),
  };
}

/** What each piece of state is where nobody knows it, by the index of its declaration. */
export interface UnknownState {
  readonly labels: readonly Unknown[];
  readonly counters: readonly Unknown[];
  readonly values: readonly Unknown[];
}

/** The state of declarations where nobody knows it. */
export function unknownState({ labels, counters, values }: Declarations): UnknownState {
  return {
    labels: labels.map(({ name }) => new Unknown([`session.labels.${name}`])),
    counters: counters.map(({ name }) => new Unknown([`session.counters.${name}`])),
    values: values.map(({ name }) => new Unknown([`session.values.${name}`])),
  };
}

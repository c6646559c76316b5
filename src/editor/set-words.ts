import type { Catalog, Policy } from "../policy/model.ts";
import type { EditorSet } from "./editor-set.ts";

/** A word that may be written, and what it is. */
export interface Word {
  readonly text: string;
  readonly detail?: string;
}

/** What all catalogs of a set declare of one kind, one after the other. */
export function byCatalog<T>(
  { documents }: EditorSet,
  of: (catalog: Catalog) => readonly T[],
): readonly T[] {
  return documents.flatMap((document) => (document.kind === "Catalog" ? of(document) : []));
}

function policiesOf({ documents }: EditorSet): readonly Policy[] {
  return documents.filter((document) => document.kind === "Policy");
}

/** Tools, and patterns of all tools of a server. */
export function tools(set: EditorSet): readonly Word[] {
  const all = byCatalog(set, (catalog) =>
    catalog.tools.map(({ server, name, effects }) => ({
      text: `${server}/${name}`,
      detail: `tool of ${catalog.name}: ${effects?.join(", ") ?? "effects not declared"}`,
    })),
  );
  const servers = new Set(all.map(({ text }) => text.slice(0, text.indexOf("/"))));
  const wide = [...servers].map((server) => ({ text: `${server}/*`, detail: "every tool of it" }));
  return [...all, ...wide, { text: "**", detail: "any tool" }];
}

/** Agents as subjects. */
export function agents(set: EditorSet): readonly Word[] {
  return byCatalog(set, (catalog) =>
    (catalog.agents ?? []).map(({ id, purpose }) => ({
      text: `agent:${id}`,
      detail: purpose ?? `agent of ${catalog.name}`,
    })),
  );
}

/** People as subjects. */
export function people(set: EditorSet): readonly Word[] {
  return byCatalog(set, (catalog) =>
    catalog.people.map(({ id, roles }) => ({
      text: `human:${id}`,
      detail: roles.length === 0 ? `person of ${catalog.name}` : roles.join(", "),
    })),
  );
}

/** Roles of people, each once. */
export function roles(set: EditorSet): readonly Word[] {
  const all = byCatalog(set, (catalog) => catalog.people.flatMap((one) => one.roles));
  return [...new Set(all)].map((role) => ({ text: `role:${role}`, detail: "everybody with it" }));
}

/** Patterns of resources. */
export function resources(set: EditorSet): readonly Word[] {
  return byCatalog(set, (catalog) =>
    catalog.resources.map(({ match, classification }) => ({
      text: match,
      detail: classification ?? `resources of ${catalog.name}`,
    })),
  );
}

/** The labels that rules have, each once. */
export function ruleLabels(set: EditorSet): readonly Word[] {
  const all = policiesOf(set).flatMap(({ rules }) => rules.flatMap(({ labels }) => labels));
  return [...new Set(all)].map((text) => ({ text, detail: "label of rules" }));
}

/** Rules by their short names where these are unique and nobody wrote a policy, else by both. */
export function ruleNames(set: EditorSet, typed: string): readonly Word[] {
  const all = policiesOf(set).flatMap(({ name, rules }) =>
    rules.map(({ id, effect }) => ({ id, policy: name, effect })),
  );
  const uses = new Map<string, number>();
  for (const { id } of all) uses.set(id, (uses.get(id) ?? 0) + 1);
  return all.map(({ id, policy, effect }) => ({
    text: uses.get(id) === 1 && !typed.includes("/") ? id : `${policy}/${id}`,
    detail: `${effect}, in ${policy}`,
  }));
}

import { compileSet } from "../../src/engine/compile-set.ts";
import type { Document } from "../../src/policy/model.ts";
import { readsOf } from "../../src/batch/values/set-reads.ts";
import { sha256 } from "./engine-adapter.ts";

/** The documents without what earlier calls may leave, approvals aside. */
export function stateless(documents: readonly Document[]): readonly Document[] {
  const stateful = new Set(
    readsOf(compileSet(documents, sha256)).rules.flatMap(({ rule, atoms }) =>
      atoms.some(({ paths }) => paths.some(([root]) => root === "session")) ? [rule.name] : [],
    ),
  );
  return documents.map((document): Document => {
    if (document.kind === "Policy")
      return {
        ...document,
        session: { labels: [], counters: [], values: [] },
        rules: document.rules
          .filter(({ id }) => !stateful.has(`${document.name}/${id}`))
          .map(({ onDeny: _, ...rule }) => rule),
      };
    if (document.kind !== "Catalog" || document.agents === undefined) return document;
    return {
      ...document,
      agents: document.agents.map(({ manifest, ...agent }) => {
        if (manifest === undefined) return agent;
        const { tools, sources, place } = manifest;
        const kept = { place, ...(tools && { tools }), ...(sources && { sources }) };
        return { ...agent, manifest: kept };
      }),
    };
  });
}

/** The same without rules that ask people: then calls leave nothing at all. */
export function forgetful(documents: readonly Document[]): readonly Document[] {
  return stateless(documents).map((document) =>
    document.kind === "Policy"
      ? { ...document, rules: document.rules.filter(({ effect }) => effect !== "require_approval") }
      : document,
  );
}

import { canonicalReach, canonicalPolicy } from "../policy/canonical-policy.ts";
import { canonicalRule } from "../policy/digest.ts";
import type { Document, Policy } from "../policy/model.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import { member } from "../request/json.ts";

/** Earlier documents under the names that the later ones have, and what they were called. */
export interface UnderLaterNames {
  readonly documents: readonly Document[];
  /** By the later name of a policy: its earlier one. */
  readonly earlier: ReadonlyMap<string, string>;
}

/**
 * All that a policy decides by: its target, delegation, session state and rules. WHY without names: a
 * decision depends on none of them, neither a policy's nor a rule's (session state belongs to the set).
 */
function meaningOf(policy: Policy): string {
  const session = member(canonicalPolicy(policy), "session") ?? null;
  const rules = policy.rules.map((rule) => canonicalRule(rule, policy)).sort();
  return canonicalJson([canonicalReach(policy), session, rules]);
}

/** The policies whose name the other documents do not have. */
function unshared(documents: readonly Document[], others: readonly Document[]): readonly Policy[] {
  const names = new Set(others.flatMap(({ kind, name }) => (kind === "Policy" ? [name] : [])));
  return documents
    .filter((document) => document.kind === "Policy")
    .filter(({ name }) => !names.has(name));
}

/**
 * The earlier documents, each policy that only got another name under that name: one that is gone,
 * and one that is new and decides by the same. Each is paired once, in the order of the documents.
 */
export function underLaterNames(
  before: readonly Document[],
  after: readonly Document[],
): UnderLaterNames {
  const fresh = new Set(unshared(after, before));
  const later = new Map<Document, Policy>();
  for (const gone of unshared(before, after)) {
    if (fresh.size === 0) break;
    const meaning = meaningOf(gone);
    const twin = [...fresh].find((policy) => meaningOf(policy) === meaning);
    if (twin === undefined) continue;
    fresh.delete(twin);
    later.set(gone, twin);
  }
  return {
    documents: before.map((document) => {
      const name = later.get(document)?.name;
      return name === undefined ? document : { ...document, name };
    }),
    earlier: new Map([...later].map(([gone, { name }]) => [name, gone.name])),
  };
}

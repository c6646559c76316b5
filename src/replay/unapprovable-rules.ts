import type { CompiledSet } from "../engine/compile-set.ts";
import { isUnapprovable } from "../policy/approvers.ts";

/** What a version asks that nobody in its catalogs can approve. */
export interface UnapprovableRules {
  /** The approvers that each such rule names, by the name of the rule. */
  readonly rules: ReadonlyMap<string, readonly string[]>;
  /** The same approvers as burdens name them: sorted, with a comma between them. */
  readonly approvers: ReadonlySet<string>;
}

/**
 * The rules of a version whose approvals nobody in its catalogs can give; none of what was recorded, which
 * has no rules.
 */
export function unapprovableRules(set: CompiledSet | undefined): UnapprovableRules {
  if (set === undefined) return { rules: new Map(), approvers: new Set() };
  const { rules, catalog } = set;
  const all = {
    people: [...catalog.people.values()].map(({ person }) => person),
    agents: [...catalog.agents.values()].map(({ agent }) => agent),
  };
  const found = rules.flatMap(({ name, approval }) =>
    approval !== undefined && isUnapprovable(approval.approval, all)
      ? [[name, approval.names] as const]
      : [],
  );
  return {
    rules: new Map(found),
    approvers: new Set(found.map(([, names]) => names.join(", "))),
  };
}

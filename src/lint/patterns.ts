import type { Place, Policy, Rule, Scope } from "../policy/model.ts";
import type { LintContext } from "./context.ts";

export type ScopeList = "subjects" | "actions" | "resources";

/** One pattern of a policy, where it stands and what list it is in. */
export interface Pattern {
  readonly text: string;
  readonly list: ScopeList;
  readonly index: number;
  /** The whole list. */
  readonly all: readonly string[];
  /** Where it stands; looked up when asked, since most patterns are never reported. */
  readonly place: () => Place;
  readonly policy: Policy;
  /** Undefined in a policy's target. */
  readonly rule?: Rule;
}

const LISTS: readonly ScopeList[] = ["subjects", "actions", "resources"];

function* ofScope(context: LintContext, scope: Scope, at: { readonly policy: Policy; readonly path: string; readonly rule?: Rule }): Generator<Pattern> {
  for (const list of LISTS) {
    const all = scope[list] ?? [];
    for (const [index, text] of all.entries()) {
      const place = (): Place => context.locate(at.policy, `${at.path}.${list}[${index}]`);
      yield { text, list, index, all, place, policy: at.policy, ...(at.rule === undefined ? {} : { rule: at.rule }) };
    }
  }
}

/** Every pattern of the set's policies: targets, rules and their exceptions. */
export function* patternsOf(context: LintContext): Generator<Pattern> {
  for (const policy of context.policies) {
    if (policy.target !== undefined) yield* ofScope(context, policy.target, { policy, path: "$.target" });
    for (const rule of policy.rules) {
      yield* ofScope(context, rule, { policy, path: rule.place.path, rule });
      for (const exception of rule.exceptions) yield* ofScope(context, exception, { policy, path: exception.place.path, rule });
    }
  }
}

import type { Outcome } from "../engine/decide.ts";
import type { Effect } from "../policy/model.ts";
import type { Access, Condition, Reach } from "../documents/blast-radius-result.ts";
import type { Ways } from "../documents/who-can-result.ts";

const ACCESS: { readonly [effect in Effect]: "allowed" | "approval" | "denied" } = {
  allow: "allowed",
  require_approval: "approval",
  deny: "denied",
};

/**
 * What the rules of these names ask, of those that spoke; what no rule says (a manifest, a
 * lifecycle) denies.
 */
function conditionsOf(outcome: Outcome, names: readonly string[]): readonly Condition[] {
  const open = new Set(names);
  const found = new Map<string, Condition>();
  for (const { name, compiled } of outcome.members.flatMap((member) => member.rules)) {
    if (!open.has(name)) continue;
    found.set(name, {
      rule: name,
      effect: compiled.rule.effect,
      when: compiled.rule.when?.text.trim() ?? null,
      resources: compiled.rule.resources ?? [],
    });
  }
  for (const name of open)
    if (!found.has(name))
      found.set(name, { rule: name, effect: "deny", when: null, resources: [] });
  return [...found.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1));
}

/**
 * Certain where one effect is possible, else under conditions; what an error decides is taken at
 * its strictest (design 4.3).
 */
export function accessOf(
  outcome: Outcome,
): Pick<Reach, "access" | "atMost" | "rules" | "conditions" | "missing" | "approvers"> {
  const { possible, effect, rules, missing, approval } = outcome.decision;
  const laxest = possible.at(-1) ?? effect;
  const access: Access = possible.length === 1 ? ACCESS[laxest] : "conditional";
  const approvers = [
    ...new Set(approval.requirements.flatMap((requirement) => requirement.approvers)),
  ].sort();
  return {
    access,
    atMost: ACCESS[laxest],
    rules,
    conditions: access === "conditional" ? conditionsOf(outcome, outcome.decision.undecided) : [],
    missing: [...new Set(missing.map((m) => m.attribute))].sort(),
    approvers:
      laxest === "deny" || possible.every((one) => one !== "require_approval") ? [] : approvers,
  };
}

/**
 * The rules that allow a call, that ask for an approval, and that may still deny it, each with what
 * it asks.
 */
export function waysOf(outcome: Outcome): Ways {
  const spoke = conditionsOf(outcome, [...outcome.decision.matched, ...outcome.decision.undecided]);
  const having = (effect: string): readonly Condition[] =>
    spoke.filter((one) => one.effect === effect);
  return { allows: having("allow"), approvals: having("require_approval"), denies: having("deny") };
}

const ORDER: readonly Access[] = ["allowed", "approval", "conditional", "denied"];

/** Certain access first. */
export function byAccess(a: { readonly access: Access }, b: { readonly access: Access }): number {
  return ORDER.indexOf(a.access) - ORDER.indexOf(b.access);
}

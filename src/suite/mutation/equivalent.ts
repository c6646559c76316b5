import type { CompiledSet } from "../../engine/compile-set.ts";
import { compileActionGlob, isExactGlob } from "../../policy/glob.ts";
import type { Document, Policy, Rule } from "../../policy/model.ts";
import { canonicalRule } from "../../policy/digest.ts";
import type { Mutant } from "./mutants.ts";

/** The two versions of one rule, and what they stand in. */
export interface Versions {
  readonly original: CompiledSet;
  readonly mutated: CompiledSet;
  readonly documents: readonly Document[];
}

/** Whether a pattern list surely lets everything of another list through. */
function admits(list: readonly string[] | undefined, patterns: readonly string[]): boolean {
  return list === undefined || patterns.every((pattern) => list.includes(pattern) || list.includes("**"));
}

/** With a target that both versions admit in full, the rule's own subjects say nothing. */
function targetDecides(policy: Policy, before: Rule, after: Rule): boolean {
  const target = policy.target?.subjects;
  return target !== undefined && admits(before.subjects, target) && admits(after.subjects, target);
}

/** Whether an agent's manifest surely denies every call that the action patterns fit. */
function deniedByManifest(set: CompiledSet, subject: string, actions: readonly string[] | undefined): boolean {
  const tools = set.catalog.agents.get(subject.replace(/^agent:/, ""))?.agent.manifest?.tools;
  if (!subject.startsWith("agent:") || tools === undefined || actions === undefined || !actions.every(isExactAction)) return false;
  return actions.every((action) => {
    const slash = action.indexOf("/");
    return tools.every((tool) => compileActionGlob(tool.name).fits(action.slice(0, slash), action.slice(slash + 1)) === false);
  });
}

function isExactAction(pattern: string): boolean {
  return pattern.includes("/") && isExactGlob(pattern);
}

/**
 * A rule that permits, and speaks to more agents of an exact target than before, changes nothing if each of them is
 * denied these tools by its manifest anyway: deny overrides whatever the rule says.
 */
function manifestsDecide(policy: Policy, before: Rule, of: { after: Rule; set: CompiledSet }): boolean {
  const target = policy.target?.subjects;
  if (target === undefined || !target.every(isExactGlob) || before.effect === "deny") return false;
  const admitted = target.filter((subject) => !admits(before.subjects, [subject]));
  const sameOtherwise = canonicalRule({ ...of.after, ...(before.subjects === undefined ? {} : { subjects: before.subjects }) }, policy) === canonicalRule(before, policy);
  return sameOtherwise && admitted.every((subject) => deniedByManifest(of.set, subject, before.actions));
}

/** Whether a mutant is proven to decide every call as the original does. */
export function isEquivalent(mutant: Mutant, of: Versions): boolean {
  const { kind } = mutant;
  if (kind.by !== "rule") return false;
  const policy = of.documents.find((d): d is Policy => d.kind === "Policy" && d.rules.some((rule) => `${d.name}/${rule.id}` === mutant.rule));
  const before = policy?.rules.find((rule) => `${policy.name}/${rule.id}` === mutant.rule);
  if (policy === undefined || before === undefined) return false;
  const after = kind.rule;
  if (canonicalRule(before, policy) === canonicalRule(after, policy)) return true;
  const subjectsOnly = before.subjects !== after.subjects;
  if (!subjectsOnly) return false;
  return targetDecides(policy, before, after) || manifestsDecide(policy, before, { after, set: of.original });
}

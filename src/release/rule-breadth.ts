import type { OtherStop, RuleBreadth, RuleLimit } from "../documents/diff-result.ts";
import { literalJson } from "../condition/literal-value.ts";
import type { Agent, Document, Policy, Rule } from "../policy/model.ts";
import { allowsAll, graveEffects } from "./every-tool.ts";
import { coversAll, type GlobKind } from "./glob-order.ts";

/**
 * Whether globs fit everything; undefined ones do. WHY agents where a rule allows: people and services
 * are not what policies hold back. A rule that stops calls has to stop all of them.
 */
function isAll(
  globs: readonly string[] | undefined,
  kind: GlobKind,
  effect: Rule["effect"],
): boolean {
  if (globs === undefined) return true;
  // a call without a resource is of no resource, whatever globs say
  if (kind === "resource") return effect === "allow" && coversAll(globs, undefined, kind);
  return coversAll(globs, kind === "subject" && effect === "allow" ? ["agent:*"] : undefined, kind);
}

interface RuleIn {
  readonly policy: Policy;
  readonly rule: Rule;
}

/** What limits the calls that a rule decides, its policy's target too. */
function limitsOf(
  { subjects, actions, resources, when, exceptions, effect }: Rule,
  { target }: Policy,
): readonly RuleLimit[] {
  const limited: { readonly [limit in RuleLimit]: boolean } = {
    subjects: !isAll(subjects, "subject", effect) || !isAll(target?.subjects, "subject", effect),
    actions: !isAll(actions, "action", effect),
    resources: !isAll(resources, "resource", effect),
    condition: exceptions.length > 0 || (when !== undefined && literalJson(when.expr) !== true),
  };
  return (["subjects", "actions", "resources", "condition"] as const).filter((one) => limited[one]);
}

/** The agents of a version that a rule fits. */
function agentsOf({ policy, rule }: RuleIn, documents: readonly Document[]): readonly Agent[] {
  const lists = [rule.subjects, policy.target?.subjects];
  return documents
    .flatMap((one) => (one.kind === "Catalog" ? (one.agents ?? []) : []))
    .filter(({ id }) => lists.every((list) => coversAll(list, [`agent:${id}`], "subject")));
}

/** What of a version stops calls besides a rule that allows them. */
function stopsOf(own: RuleIn, documents: readonly Document[]): readonly OtherStop[] {
  const hasRule = documents.some(
    (one) =>
      one.kind === "Policy" &&
      one.rules.some(({ effect, mode }) => mode === "enforce" && effect !== "allow"),
  );
  const hasManifest = agentsOf(own, documents).some(
    ({ manifest }) => manifest !== undefined && !allowsAll(manifest),
  );
  return [
    ...(hasRule ? (["rules"] as const) : []),
    ...(hasManifest ? (["manifests"] as const) : []),
  ];
}

/** The subjects of a rule as they are written; empty where only rule and policy together tell them. */
function subjectsOf({ policy: { target }, rule }: RuleIn): readonly string[] {
  const [own, all] = [rule.subjects, target?.subjects];
  if (coversAll(all, own, "subject")) return own ?? [];
  return coversAll(own, all, "subject") ? (all ?? []) : [];
}

/** How broad a rule of a policy is in a version; null where none is enforced. */
export function breadthOf(
  { policy, rule }: { readonly policy: Policy; readonly rule: Rule | undefined },
  documents: readonly Document[],
): RuleBreadth | null {
  if (rule?.mode !== "enforce") return null;
  const { effect } = rule;
  const limits = limitsOf(rule, policy);
  if (effect !== "allow") return { effect, limits, stops: [] };
  const own = { policy, rule };
  const stops = stopsOf(own, documents);
  const subjects = limits.includes("subjects") ? subjectsOf(own) : [];
  const isEveryTool = !limits.includes("actions") && !stops.includes("manifests");
  const effects = isEveryTool ? graveEffects(documents) : [];
  return {
    effect,
    limits,
    stops,
    ...(subjects.length > 0 && { subjects }),
    ...(effects.length > 0 && { effects }),
  };
}

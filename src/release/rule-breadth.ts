import type { OtherStop, RuleBreadth, RuleLimit } from "../documents/diff-result.ts";
import { literalJson } from "../condition/literal-value.ts";
import type { Document, Policy, Rule } from "../policy/model.ts";
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

/** What of a version stops calls besides the rules that allow them. */
export function otherStops(documents: readonly Document[]): readonly OtherStop[] {
  const hasRule = documents.some(
    (one) =>
      one.kind === "Policy" &&
      one.rules.some(({ effect, mode }) => mode === "enforce" && effect !== "allow"),
  );
  const hasManifest = documents.some(
    (one) =>
      one.kind === "Catalog" && one.agents?.some(({ manifest }) => manifest !== undefined) === true,
  );
  return [
    ...(hasRule ? (["rules"] as const) : []),
    ...(hasManifest ? (["manifests"] as const) : []),
  ];
}

/** How broad a rule of a policy is, in a version with these other stops; null where none is enforced. */
export function breadthOf(
  { policy, rule }: { readonly policy: Policy; readonly rule: Rule | undefined },
  stops: readonly OtherStop[],
): RuleBreadth | null {
  if (rule?.mode !== "enforce") return null;
  const { effect } = rule;
  return { effect, limits: limitsOf(rule, policy), stops: effect === "allow" ? stops : [] };
}

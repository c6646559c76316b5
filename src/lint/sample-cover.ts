import type { AnalysedRule } from "../proof/analysed-set.ts";
import type { EntityGlob } from "../policy/glob.ts";

/** A text that a pattern fits. */
function sampleOf(pattern: string): string {
  return pattern.replace(/\*+/g, "zz");
}

function entityFits(globs: readonly EntityGlob[] | undefined, pattern: string): boolean {
  const sample = sampleOf(pattern);
  const colon = sample.indexOf(":");
  return (
    globs === undefined ||
    globs.some((glob) => glob.fits(sample.slice(0, colon), sample.slice(colon + 1)) === true)
  );
}

function actionFits({ compiled }: AnalysedRule, pattern: string): boolean {
  const sample = sampleOf(pattern);
  const slash = sample.indexOf("/");
  const globs = compiled.scope.actions;
  return (
    globs === undefined ||
    globs.some(
      (glob) =>
        glob.fits(slash < 0 ? "zz" : sample.slice(0, slash), sample.slice(slash + 1)) === true,
    )
  );
}

const ANY = ["zz:zz"];

/** Longer lists are not held against each other pattern by pattern. */
const PATTERN_PAIRS = 100_000;

function length(list: readonly unknown[] | undefined): number {
  return list?.length ?? 0;
}

/** Whether two rules have so many patterns that their scopes are not compared. */
export function isTooLong(
  { rule: a, policy: p }: AnalysedRule,
  { rule: b, policy: q }: AnalysedRule,
): boolean {
  const pairs = [
    [a.actions, b.actions],
    [a.resources, b.resources],
    [a.subjects ?? p.target?.subjects, b.subjects ?? q.target?.subjects],
  ] as const;
  return pairs.some(([x, y]) => length(x) * length(y) > PATTERN_PAIRS);
}

/**
 * False where one call that `rule` names does not fit the scope of `other`, so that `other` does
 * not cover it. True says nothing yet: it is only then worth a proof.
 */
export function mayCover(other: AnalysedRule, { rule, policy }: AnalysedRule): boolean {
  const { compiled } = other;
  const subjects = rule.subjects ?? policy.target?.subjects ?? ANY;
  return (
    (rule.actions ?? ["zz/zz"]).every((pattern) => actionFits(other, pattern)) &&
    subjects.every(
      (pattern) =>
        entityFits(compiled.scope.subjects, pattern) && entityFits(compiled.target, pattern),
    ) &&
    (rule.resources ?? ANY).every((pattern) => entityFits(compiled.scope.resources, pattern))
  );
}

import { conjuncts } from "../condition/structure.ts";
import type { Policy, Rule, RuleException, Scope } from "../policy/model.ts";
import type { Atoms } from "./atoms.ts";
import { BOX, ABSENT, TEXT, TIME } from "./cell.ts";
import {
  cellClaim,
  constantClaim,
  every,
  negate,
  rememberedClaim,
  some,
  type Claim,
} from "./claim.ts";
import { conditionClaim } from "./condition-claim.ts";
import { globTest } from "./glob-machine.ts";
import { complementIntervals, numbersWhere } from "./intervals.ts";
import { attribute } from "./variables.ts";

const ALWAYS_FITS = constantClaim(true);
const NEVER_FITS = constantClaim(false);

function partClaim(path: readonly string[], pattern: string): Claim {
  const test = globTest(pattern);
  if (test === undefined) return ALWAYS_FITS;
  return cellClaim({
    variable: attribute(path),
    whenTrue: { kinds: TEXT, text: { test, wanted: true } },
    whenFalse: { kinds: TEXT, text: { test, wanted: false } },
    otherwise: "unknown",
  });
}

function splitAt(pattern: string, mark: ":" | "/"): readonly [string, string] | undefined {
  const at = pattern.indexOf(mark);
  return at < 0 ? undefined : [pattern.slice(0, at), pattern.slice(at + 1)];
}

/** That one pattern on `type:id` fits (design 2.4). */
export function entityGlobClaim(root: "subject" | "resource", pattern: string): Claim {
  if (pattern === "**") return ALWAYS_FITS;
  const parts = splitAt(pattern, ":");
  return parts === undefined
    ? NEVER_FITS
    : every([partClaim([root, "type"], parts[0]), partClaim([root, "id"], parts[1])]);
}

/** That one pattern on `server/name` fits. */
export function actionGlobClaim(pattern: string): Claim {
  if (pattern === "**") return ALWAYS_FITS;
  const [server, name] = splitAt(pattern, "/") ?? ["*", pattern];
  return every([partClaim(["action", "server"], server), partClaim(["action", "name"], name)]);
}

const RESOURCE_THERE = cellClaim({
  variable: attribute(["resource"]),
  whenTrue: { kinds: BOX },
  whenFalse: { kinds: ABSENT },
});

export function subjectsClaim(globs: readonly string[] | undefined): Claim {
  return globs === undefined
    ? ALWAYS_FITS
    : some(globs.map((glob) => entityGlobClaim("subject", glob)));
}

export function actionsClaim(globs: readonly string[] | undefined): Claim {
  return globs === undefined ? ALWAYS_FITS : some(globs.map(actionGlobClaim));
}

/** WHY the resource itself: the lists of a rule do not fit a call that has none (design 2.4). */
function resourcesClaim(globs: readonly string[] | undefined): Claim {
  return globs === undefined
    ? ALWAYS_FITS
    : every([RESOURCE_THERE, some(globs.map((glob) => entityGlobClaim("resource", glob)))]);
}

/** That a scope fits: AND between its lists, OR within one (design 2.3). */
export function scopeClaim(scope: Scope): Claim {
  return every([
    subjectsClaim(scope.subjects),
    actionsClaim(scope.actions),
    resourcesClaim(scope.resources),
  ]);
}

function unexpiredClaim(expires: number | undefined): Claim {
  if (expires === undefined || expires === Infinity) return ALWAYS_FITS;
  const times = numbersWhere("<=", expires);
  return cellClaim({
    variable: attribute(["now"]),
    whenTrue: { kinds: TIME, times },
    whenFalse: { kinds: TIME, times: complementIntervals(times) },
  });
}

/** That an exception holds and has not expired. */
export function exceptionClaim(exception: RuleException, atoms: Atoms): Claim {
  const when =
    exception.when === undefined ? ALWAYS_FITS : conditionClaim(exception.when.expr, atoms);
  return every([scopeClaim(exception), unexpiredClaim(exception.expires), when]);
}

/**
 * What a rule is looked at together with: everything that has to fit before its condition is asked.
 */
export function ruleScopeClaim(policy: Policy, rule: Rule): Claim {
  return every([subjectsClaim(policy.target?.subjects), scopeClaim(rule)]);
}

/** A part of a rule that has to hold; parts of one key say the same. */
export interface RulePart {
  readonly key: string;
  readonly claim: Claim;
}

function listPart(
  kind: string,
  globs: readonly string[] | undefined,
  claim: (globs: readonly string[] | undefined) => Claim,
): readonly RulePart[] {
  return globs === undefined
    ? []
    : [{ key: `${kind} ${JSON.stringify(globs)}`, claim: rememberedClaim(() => claim(globs)) }];
}

function exceptionKey(
  { subjects, actions, resources, when, expires }: RuleException,
  atoms: Atoms,
): string {
  return JSON.stringify([subjects, actions, resources, when && atoms.keyOf(when.expr), expires]);
}

/** Everything that has to hold for a rule to match (design 2.2, 2.3), one after another. */
export function ruleParts(policy: Policy, rule: Rule, atoms: Atoms): readonly RulePart[] {
  const parts = rule.when === undefined ? [] : conjuncts(rule.when.expr);
  return [
    ...listPart("subjects", policy.target?.subjects, subjectsClaim),
    ...listPart("subjects", rule.subjects, subjectsClaim),
    ...listPart("actions", rule.actions, actionsClaim),
    ...listPart("resources", rule.resources, resourcesClaim),
    ...parts.map((expr) => ({
      key: `when ${atoms.keyOf(expr)}`,
      claim: rememberedClaim(() => conditionClaim(expr, atoms)),
    })),
    ...rule.exceptions.map((exception) => ({
      key: `exception ${exceptionKey(exception, atoms)}`,
      claim: rememberedClaim(() => negate(exceptionClaim(exception, atoms))),
    })),
  ];
}

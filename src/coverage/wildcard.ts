import { PartialList, Unknown } from "../condition/value.ts";
import type { CompiledRule } from "../engine/compiled-rule.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { UNKNOWN_ENTITY } from "../engine/entity.ts";
import type { EvaluationContext } from "../engine/evaluation-context.ts";

const STATE = new Unknown(["session"]);
const RECORDLESS: EvaluationContext = {
  request: {},
  mask: undefined,
  subject: UNKNOWN_ENTITY,
  action: UNKNOWN_ENTITY,
  resource: UNKNOWN_ENTITY,
  state: { label: () => STATE, counter: () => STATE, values: () => new PartialList([], STATE) },
  outcomeKnown: false,
};

/**
 * A condition that comes out the same whatever is recorded: `true`, `1 < 2`, `true || args.x`, one
 * on `data` alone.
 */
function isConstant(rule: CompiledRule): boolean {
  return rule.when === undefined || !(rule.when(RECORDLESS) instanceof Unknown);
}

const EVERY_TOOL = /^\*+(\/\*+)?$/;
const EVERY_RESOURCE = /^\*+(:\*+)?$/;

/**
 * A rule that fits every tool under no condition, or a constant one, covers nothing (design 9.2),
 * whomever it is for. One that is bound to certain resources does not fit every tool.
 */
export function isWildcard(rule: CompiledRule): boolean {
  const { actions, resources } = rule.rule;
  const everyTool = actions === undefined || actions.some((pattern) => EVERY_TOOL.test(pattern));
  const everywhere =
    resources === undefined ||
    resources.some(
      (pattern) => pattern === "**" || (EVERY_RESOURCE.test(pattern) && pattern.includes(":")),
    );
  return everyTool && everywhere && isConstant(rule);
}

/** The names of a set's rules, and of those among them that cover nothing. */
export interface RuleIndex {
  readonly names: ReadonlySet<string>;
  readonly wildcards: ReadonlySet<string>;
}

export function indexRules(set: CompiledSet): RuleIndex {
  return {
    names: new Set(set.rules.map((rule) => rule.name)),
    wildcards: new Set(set.rules.filter(isWildcard).map((rule) => rule.name)),
  };
}

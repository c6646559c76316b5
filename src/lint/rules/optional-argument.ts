import type { Witness } from "../../proof/witness.ts";
import type { Claim } from "../../proof/claim.ts";
import { ABSENT, VALUE } from "../../proof/cell.ts";
import type { AnalysedRule } from "../../proof/analysed-set.ts";
import { truthOf } from "../../proof/answer.ts";
import { conditionClaim } from "../../proof/condition-claim.ts";
import { allOf, literal } from "../../proof/formula.ts";
import { ruleScopeClaim } from "../../proof/rule-claim.ts";
import { attribute } from "../../proof/variables.ts";
import { Failure } from "../../condition/value.ts";
import { isExactGlob } from "../../policy/glob.ts";
import { quoted } from "../../policy/log.ts";
import type { Tool } from "../../policy/model.ts";
import { conditionSpan } from "../../policy/read-condition.ts";
import { isJsonObject, member } from "../../request/json.ts";
import { readings, type Reading } from "../../condition/paths.ts";
import type { LintContext } from "../context.ts";
import type { Problem, SetRule } from "../rule.ts";
import { witnessNote } from "../witness-note.ts";

/**
 * Arguments that a tool's schema names and does not require; none where the schema requires
 * nothing: then it does not care.
 */
function optionalArguments({ args }: Tool): ReadonlySet<string> {
  const [required, properties] = [member(args, "required"), member(args, "properties")];
  if (!Array.isArray(required) || required.length === 0 || !isJsonObject(properties))
    return new Set();
  return new Set(Object.keys(properties).filter((name) => !required.includes(name)));
}

function optionalIn(context: LintContext, { rule }: AnalysedRule): ReadonlySet<string> {
  const patterns = rule.actions ?? [];
  if (!patterns.every(isExactGlob)) return new Set();
  return new Set(
    context.tools
      .filter(({ server, name }) => patterns.includes(`${server}/${name}`))
      .flatMap((tool) => [...optionalArguments(tool)]),
  );
}

const CONSEQUENCE = {
  allow: "the rule then does not allow the call",
  deny: "the rule then denies the call",
  require_approval: "the rule then requires an approval that may never be given",
} as const;

/** A call that lacks an argument, has all else that a rule reads of arguments, and meets an error. */
function failingCall(
  context: LintContext,
  { rule, policy, name }: AnalysedRule,
  {
    key,
    claim,
    read,
  }: { readonly key: string; readonly claim: Claim; readonly read: readonly Reading[] },
): Witness | undefined {
  const others = read
    .filter(({ path }) => path[1] !== key)
    .map(({ path }) => literal(attribute(path), { kinds: VALUE }));
  const formula = allOf([
    ruleScopeClaim(policy, rule)("true"),
    literal(attribute(["args", key]), { kinds: ABSENT }),
    ...others,
    claim("notTrue"),
    claim("notFalse"),
  ]);
  const answer = context.possible(
    formula,
    (witness) => truthOf(context.analysed.set, name, witness) instanceof Failure,
  );
  return answer.kind === "yes" ? answer.witness : undefined;
}

function check(context: LintContext, one: AnalysedRule): readonly Problem[] {
  const { rule } = one;
  const when = rule.when;
  const optional = when === undefined ? new Set<string>() : optionalIn(context, one);
  if (when === undefined || optional.size === 0) return [];
  const claim = conditionClaim(when.expr, context.analysed.atoms);
  const read = readings(when.expr).filter(({ path, guarded }) => path[0] === "args" && !guarded);
  const seen = new Set<string>();
  return read.flatMap(({ path, expr }) => {
    const key = path[1] ?? "";
    if (!optional.has(key) || seen.has(key)) return [];
    seen.add(key);
    const witness = failingCall(context, one, { key, claim, read });
    if (witness === undefined) return [];
    return [
      {
        place: when.place,
        span: conditionSpan(when, expr.start, expr.end),
        message: `rule ${quoted(rule.id)} reads ${quoted(`args.${key}`)}, which the tool's schema does not require`,
        help:
          `without it the condition is an error, and ${CONSEQUENCE[rule.effect]}; use ` +
          `\`has(args.${key})\` to decide that case`,
        notes: [witnessNote(witness, "such a call")],
      },
    ];
  });
}

export const optionalArgument: SetRule = {
  code: "optional-argument",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: (context) => context.enforced.flatMap((one) => check(context, one)),
};

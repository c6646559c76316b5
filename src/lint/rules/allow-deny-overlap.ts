import type { AnalysedRule } from "../../proof/analysed-set.ts";
import { truthOf } from "../../proof/answer.ts";
import { allOf } from "../../proof/formula.ts";
import { quoted } from "../../policy/log.ts";
import type { LintContext } from "../context.ts";
import type { Problem, SetRule } from "../rule.ts";
import { witnessNote } from "../witness-note.ts";

/** Beyond this many pairs the rest is not looked at. */
const PAIRS = 5_000;

function check(context: LintContext, allow: AnalysedRule, deny: AnalysedRule): readonly Problem[] {
  const both = allOf([allow.claim("true"), deny.claim("true")]);
  const answer = context.possible(both, (witness) =>
    [allow, deny].every(({ name }) => truthOf(context.analysed.set, name, witness) === true),
  );
  if (answer.kind !== "yes") return [];
  const notes = [
    { message: `${deny.name} is here`, file: deny.rule.place.file, span: deny.rule.place.span },
    witnessNote(answer.witness, "both match"),
  ];
  return [
    {
      place: allow.rule.place,
      message: `rule ${quoted(allow.rule.id)} allows calls that ${quoted(deny.name)} denies`,
      help: "deny overrides allow; if this is intended, you need not change anything",
      notes,
    },
  ];
}

export const allowDenyOverlap: SetRule = {
  code: "allow-deny-overlap",
  level: "off",
  kind: "opinion",
  needs: "set",
  run: (context) => {
    const allows = context.enforced.filter(({ rule }) => rule.effect === "allow");
    const denies = context.enforced.filter(({ rule }) => rule.effect === "deny");
    const pairs: (readonly [AnalysedRule, AnalysedRule])[] = [];
    for (const allow of allows)
      for (const deny of denies.slice(0, PAIRS - pairs.length)) pairs.push([allow, deny]);
    if (allows.length * denies.length > PAIRS) context.skip();
    return pairs.flatMap(([allow, deny]) => check(context, allow, deny));
  },
};

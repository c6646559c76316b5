import { InputCheck, type Input } from "../../engine/input-check.ts";
import type { Example, Policy, Rule } from "../../policy/model.ts";
import type { LintContext } from "../context.ts";
import type { Problem, SetRule } from "../rule.ts";

/** An example as a call: what it leaves out is taken to fit the scope of its rule (design 2.2). */
function inputOf({ actions }: Rule, { request, place }: Example): Input {
  return { json: request, path: place.path, actions };
}

function* problemsOf(context: LintContext, policy: Policy, check: InputCheck): Generator<Problem> {
  for (const rule of policy.rules) {
    for (const example of [...rule.match, ...rule.notMatch]) {
      for (const { path, part, message, help, severity } of check.call(inputOf(rule, example))) {
        if (severity === "error") continue;
        const place = context.locate(policy, path, part);
        yield { place, message, ...(help === undefined ? {} : { help }) };
      }
    }
  }
}

export const unknownInput: SetRule = {
  code: "unknown-input",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["catalogs", "policies"],
  run: (context) => {
    const given = context.policies.some(({ rules }) =>
      rules.some(({ match, notMatch }) => match.length + notMatch.length > 0),
    );
    if (!given) return [];
    const check = new InputCheck(context.analysed.documents);
    return context.policies.flatMap((policy) => [...problemsOf(context, policy, check)]);
  },
};

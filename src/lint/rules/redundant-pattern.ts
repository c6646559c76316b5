import { allOf } from "../../proof/formula.ts";
import { actionGlobClaim, entityGlobClaim } from "../../proof/rule-claim.ts";
import type { Claim } from "../../proof/claim.ts";
import { quoted } from "../../policy/log.ts";
import type { LintContext } from "../context.ts";
import { removeItem } from "../list-edit.ts";
import { patternsOf, type Pattern } from "../patterns.ts";
import type { SetRule } from "../rule.ts";

/** Lists longer than this are only searched for repeats. */
const MANY = 30;

function claimOf({ list }: Pattern, text: string): Claim {
  return list === "actions"
    ? actionGlobClaim(text)
    : entityGlobClaim(list === "subjects" ? "subject" : "resource", text);
}

/** Another pattern of the list that fits whatever this one fits. */
function coveredBy(context: LintContext, pattern: Pattern): string | undefined {
  if (pattern.all.length > MANY) return undefined;
  return pattern.all.find((other, i) => {
    if (
      other === pattern.text ||
      (!other.includes("*") && pattern.text.includes("/") === other.includes("/"))
    )
      return false;
    const covers = (a: string, b: string): boolean =>
      context.impossible(allOf([claimOf(pattern, a)("true"), claimOf(pattern, b)("notTrue")]));
    return covers(pattern.text, other) && (i < pattern.index || !covers(other, pattern.text));
  });
}

/** The patterns that stand earlier in the same list; of two alike, the later one is redundant. */
class Earlier {
  #list: readonly string[] = [];
  #seen = new Set<string>();

  has({ all, text }: Pattern): boolean {
    if (all !== this.#list) [this.#list, this.#seen] = [all, new Set()];
    const known = this.#seen.has(text);
    this.#seen.add(text);
    return known;
  }
}

export const redundantPattern: SetRule = {
  code: "redundant-pattern",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: function* (context) {
    const earlier = new Earlier();
    for (const pattern of patternsOf(context)) {
      if (pattern.all.length < 2) continue;
      const by = earlier.has(pattern) ? pattern.text : coveredBy(context, pattern);
      if (by === undefined) continue;
      const edit = removeItem(context, pattern);
      yield {
        place: pattern.place(),
        message:
          by === pattern.text
            ? `the list has ${quoted(pattern.text)} twice`
            : `${quoted(by)} fits everything that ${quoted(pattern.text)} fits`,
        help: "leave it out",
        ...(edit === undefined ? {} : { fix: [edit] }),
      };
    }
  },
};

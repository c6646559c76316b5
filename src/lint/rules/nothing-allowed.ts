import type { Place } from "../../policy/model.ts";
import { splitDocuments } from "../../policy/yaml-split.ts";
import type { LintContext } from "../context.ts";
import type { SetRule } from "../rule.ts";

/** The first file that holds no document at all, as if somebody had emptied it. */
function emptyFile({ texts }: LintContext): Place | undefined {
  for (const [file, text] of texts) {
    const isYaml = /\.(?:ya?ml)$/i.test(file) || file.startsWith("<");
    if (isYaml && splitDocuments(text).length === 0)
      return { file, span: { start: 0, end: 0 }, path: "$" };
  }
  return undefined;
}

const MESSAGE = "no rule of the set permits anything, so every call is denied";
const HELP =
  "a call that no rule allows is denied; add allow rules, or lint them together with these rules";

/** WHY not of catalogs alone: they are often linted by themselves. */
export const nothingAllowed: SetRule = {
  code: "nothing-allowed",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["policies"],
  run: (context) => {
    const place = context.policies[0]?.place ?? emptyFile(context);
    if (place === undefined || context.enforced.some(({ rule }) => rule.effect !== "deny"))
      return [];
    return [{ place, message: MESSAGE, help: HELP }];
  },
};

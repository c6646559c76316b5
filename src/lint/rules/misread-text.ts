import type { Expr } from "../../condition/ast.ts";
import { parseExpression } from "../../condition/parse.ts";
import { visitAll } from "../../condition/walk.ts";
import { quoted } from "../../policy/log.ts";
import type { Condition } from "../../policy/model.ts";
import { conditionSpan } from "../../policy/read-condition.ts";
import { quoteHelp } from "../../policy/yaml-slips.ts";
import { allConditions } from "../../policy/conditions.ts";
import type { Problem, SetRule } from "../rule.ts";

/** How an expression goes on behind a part that is whole by itself. */
const CONTINUES = /^(?:&&|\|\||[=!<>]=|[<>+*/%?.[]|-\s|in\s)/;

/**
 * A comment that goes on where the condition ends, so that it was most likely meant as part of it.
 */
function cutOff({ text, comment, place }: Condition): readonly Problem[] {
  const rest = comment?.trim() ?? "";
  if (!CONTINUES.test(rest) || !parseExpression(`${text} ${rest}`).ok) return [];
  const message = `the condition ends before \` #\`, because ${quoted(rest)} is a comment`;
  return [
    {
      place,
      message,
      help: `${quoteHelp(place.path)}; if it is a comment, put it on its own line`,
    },
  ];
}

/** A number as it is written, where that is a whole number with a leading zero. */
function zeroLed(node: Expr, text: string): string | undefined {
  if (node.kind !== "literal" || node.literal.type !== "int") return undefined;
  const written = text.slice(node.start, node.end);
  return /^0\d/.test(written) ? written : undefined;
}

function octals(condition: Condition): readonly Problem[] {
  const found: Problem[] = [];
  if (!/(?<![\w.])0\d/.test(condition.text)) return found;
  visitAll(condition.expr, (node) => {
    const written = zeroLed(node, condition.text);
    if (written === undefined) return;
    const span = conditionSpan(condition, node.start, node.end);
    const decimal = written.replace(/^0+(?=\d)/, "");
    const message = `${quoted(written)} is ${decimal}, not an octal number`;
    found.push({
      place: condition.place,
      span,
      message,
      help: `write \`${decimal}\`, or the decimal value of the octal number`,
    });
  });
  return found;
}

export const misreadText: SetRule = {
  code: "misread-text",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: ({ analysed }) =>
    allConditions(analysed.documents).flatMap((condition) => [
      ...cutOff(condition),
      ...octals(condition),
    ]),
};

import type { CallExpr } from "../../condition/ast.ts";
import { literalText } from "../../condition/literal-value.ts";
import { unparse } from "../../condition/unparse.ts";
import { visitAll } from "../../condition/walk.ts";
import { quoted } from "../../policy/log.ts";
import { conditionSpan } from "../../policy/read-condition.ts";
import type { AnalysedRule } from "../../proof/analysed-set.ts";
import type { Problem, SetRule } from "../rule.ts";

/** An absolute path or a URL that ends within a name. */
const BEGINNING = /^(?:\/|~|[A-Za-z]:[/\\]|[a-z][a-z0-9+.-]*:\/\/).*[A-Za-z0-9]$/;
/** A domain that ends a longer one. */
const ENDING = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$/;
/** What holds hosts and addresses, by its name. */
const PLACES = /host|domain|url|uri|mail|recipient|\bto\b|address/i;

interface Sibling {
  readonly text: string;
  readonly other: string;
  readonly verb: string;
}

function siblingOf({ name, target, args }: CallExpr): Sibling | undefined {
  const text = literalText(args[0]);
  if (target === undefined || text === undefined) return undefined;
  if (name === "startsWith" && BEGINNING.test(text))
    return { text, other: `${text}-other`, verb: "the beginning" };
  if (name !== "endsWith" || !ENDING.test(text) || !PLACES.test(unparse(target))) return undefined;
  return { text, other: `other-${text}`, verb: "the end" };
}

function check({ rule }: AnalysedRule): readonly Problem[] {
  const found: Problem[] = [];
  for (const when of [rule.when, ...rule.exceptions.map((exception) => exception.when)]) {
    if (when === undefined) continue;
    visitAll(when.expr, (node) => {
      const sibling = node.kind === "call" ? siblingOf(node) : undefined;
      if (sibling === undefined) return;
      const { text, other, verb } = sibling;
      const span = conditionSpan(when, node.start, node.end);
      const message = `${quoted(text)} is also ${verb} of ${quoted(other)}, which is not below it`;
      found.push({ place: when.place, span, message, help: `write \`under(…, '${text}')\`` });
    });
  }
  return found;
}

export const siblingPrefix: SetRule = {
  code: "sibling-prefix",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: (context) => context.analysed.rules.flatMap(check),
};

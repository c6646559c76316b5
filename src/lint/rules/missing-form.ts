import { pathOf } from "../../proof/variables.ts";
import type { Expr } from "../../condition/ast.ts";
import { literalText } from "../../condition/literal-value.ts";
import { visitAll } from "../../condition/walk.ts";
import { quoted } from "../../policy/log.ts";
import type { Condition, Place, Rule, Tool } from "../../policy/model.ts";
import { conditionSpan } from "../../policy/read-condition.ts";
import type { Span } from "../../text/span.ts";
import type { LintContext } from "../context.ts";
import { allPatterns } from "../patterns.ts";
import { onlyResourceType } from "../resource-ids.ts";
import type { SetRule } from "../rule.ts";

/** Where ids of a type are taken apart at their slashes. */
interface PathLike {
  readonly type: string;
  readonly place: Place;
  readonly span?: Span;
  /** The form that the ids seem to have. */
  readonly form: "path" | "url";
}

function* inPatterns(context: LintContext): Generator<PathLike> {
  for (const { text, on, place } of allPatterns(context)) {
    const colon = text.indexOf(":");
    const [type, id] = [text.slice(0, colon), text.slice(colon + 1)];
    if (on !== "resource" || colon < 0 || type.includes("*") || !id.includes("/")) continue;
    yield { type, place: place(), form: /^[A-Za-z][\w+.-]*:\/\//.test(id) ? "url" : "path" };
  }
}

/** Whether a part of a condition asks where `resource.id` lies. */
function asksForPlace(node: Expr): boolean {
  if (node.kind !== "call") return false;
  const [subject, prefix] = node.target === undefined ? node.args : [node.target, node.args[0]];
  if (subject === undefined || pathOf(subject)?.join(".") !== "resource.id") return false;
  if (node.name === "under") return true;
  return node.name === "startsWith" && literalText(prefix)?.includes("/") === true;
}

function* inCondition(
  when: Condition | undefined,
  rule: Rule,
  tools: ReadonlyMap<string, Tool>,
): Generator<PathLike> {
  const type = when === undefined ? undefined : onlyResourceType(rule, tools);
  if (when === undefined || type === undefined) return;
  const found: Expr[] = [];
  visitAll(when.expr, (node) => {
    if (asksForPlace(node)) found.push(node);
  });
  for (const { start, end } of found)
    yield { type, place: when.place, span: conditionSpan(when, start, end), form: "path" };
}

function* pathLike(context: LintContext): Generator<PathLike> {
  yield* inPatterns(context);
  const tools = new Map(context.tools.map((tool) => [`${tool.server}/${tool.name}`, tool]));
  for (const { rule } of context.analysed.rules) {
    yield* inCondition(rule.when, rule, tools);
    for (const exception of rule.exceptions) yield* inCondition(exception.when, rule, tools);
  }
}

/** WHY once for each type: one line in the catalog settles all its patterns. */
export const missingForm: SetRule = {
  code: "missing-form",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["catalogs"],
  run: function* (context) {
    if (context.catalogs.length === 0) return;
    const seen = new Set(context.analysed.set.catalog.forms.keys());
    for (const { type, place, span, form } of pathLike(context)) {
      if (seen.has(type)) continue;
      seen.add(type);
      yield {
        place,
        ...(span === undefined ? {} : { span }),
        message:
          `a pattern compares parts of ids of ${quoted(type)}, but no catalog declares their ` +
          `form: \`..\` and \`//\` can bypass the comparison`,
        help:
          `declare it: \`resources: [{ match: "${type}:*", form: ${form} }]\`; or \`form: ` +
          `opaque\` if \`/\` does not separate folders`,
      };
    }
  },
};

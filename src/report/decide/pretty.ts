import { Chalk } from "chalk";
import type { DecideResult, DecisionDocument } from "../../documents/decide-result.ts";
import { approvalTexts } from "../approval-lines.ts";
import { printableWhole } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { readersText } from "../replay/words.ts";

function verdict(decision: DecisionDocument): string {
  if (decision.indeterminate)
    return `${decision.effect} (indeterminate: ${decision.possible.join(" or ")} is possible)`;
  if (decision.effect === "require_approval")
    return `require_approval (${decision.permitted ? "approved: the call may run" : "the call waits"})`;
  return decision.effect;
}

function approvalLines({ decision, uncounted }: DecideResult): readonly string[] {
  return approvalTexts(decision.approval.requirements, uncounted).flatMap((one) => [
    `  approval   ${one.text}`,
    ...one.uncounted.map((text) => `             ${text}`),
  ]);
}

function nearestLines(decision: DecisionDocument): readonly string[] {
  if (decision.nearest === null) return [];
  return [
    `  nearest    ${decision.nearest.rule}; not true:`,
    ...decision.nearest.failed.map((text) => `             ${text.replaceAll("\n", " ")}`),
  ];
}

function obligationText(o: DecisionDocument["obligations"][number]): string {
  if (o.type === "redact")
    return `redact ${(o.fields ?? []).join(", ")}${o.above === undefined ? "" : ` (fields above ${o.above})`}`;
  return o.type === "notify" ? `notify ${(o.to ?? []).join(", ")}` : o.type;
}

/** One decision for a person. */
export function prettyDecide(document: DecideResult, options: ReportOptions): string {
  const { decision } = document;
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const colour =
    decision.effect === "allow"
      ? paint.green
      : decision.effect === "deny"
        ? paint.red
        : paint.yellow;
  const lines = [
    `  by         ${decision.rules.join(", ")}`,
    ...(decision.reason === null ? [] : [`  reason     ${decision.reason}`]),
    ...nearestLines(decision),
    ...approvalLines(document),
    ...decision.obligations.map((o) => `  obligation ${obligationText(o)}`),
    ...decision.missing.map((m) => `  unrecorded ${m.attribute}, read by ${readersText(m.rules)}`),
    ...decision.errors.map((e) => `  error      ${e.rule}: ${e.message}`),
    ...decision.shadow.map((s) => `  shadow     ${s.rule} would have made it ${s.effect}`),
    ...decision.excepted.map((rule) => `  exception  ${rule} does not apply`),
  ];
  return `${[colour(verdict(decision)), ...lines.map((line) => printableWhole(line))].join("\n")}\n`;
}

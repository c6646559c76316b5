import { Chalk, type ChalkInstance } from "chalk";
import type { ConditionNode, ExplainResult, RuleTree, StateEntry } from "../../suite/result.ts";
import { printable } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { conditionText } from "../test/failure-lines.ts";
import { valueText } from "../test/value-text.ts";

const LIMIT = 400;
const MARKS: { readonly [outcome in ConditionNode["outcome"]]: string } = { true: "+", false: "-", unknown: "?", error: "!" };

function colourOf(outcome: ConditionNode["outcome"], paint: ChalkInstance): (text: string) => string {
  return outcome === "true" ? paint.green : outcome === "false" ? paint.red : paint.yellow;
}

function nodeLines(node: ConditionNode, depth: number, paint: ChalkInstance): readonly string[] {
  const indent = "  ".repeat(depth);
  const title = node.kind === "all" ? "all of" : node.kind === "any" ? "any of" : node.kind === "not" ? "not" : conditionText(node);
  const own = colourOf(node.outcome, paint)(printable(`${indent}${MARKS[node.outcome]} ${title}`, LIMIT));
  return [own, ...node.children.flatMap((child) => nodeLines(child, depth + 1, paint))];
}

function ruleLines(tree: RuleTree, paint: ChalkInstance, several: boolean): readonly string[] {
  const place = tree.at === null ? "" : ` (${tree.at.file}:${tree.at.line})`;
  const mode = tree.mode === "shadow" ? ", shadow" : "";
  const who = several ? ` for ${tree.subject}` : "";
  const title = `${tree.decided ? "*" : " "} ${tree.rule} (${tree.effect}${mode})${who}: ${tree.outcome}${place}`;
  return [tree.decided ? paint.bold(printable(title, LIMIT)) : printable(title, LIMIT), ...tree.conditions.flatMap((node) => nodeLines(node, 2, paint))];
}

function stateLine(kind: string, { name, value, setBy }: StateEntry): string {
  const by = setBy.length === 0 ? "" : `, set by ${setBy.join(", ")}`;
  return printable(`  ${kind} ${name}: ${valueText(value)}${by}`, LIMIT);
}

function stateLines({ labels, counters, values }: ExplainResult["state"]): readonly string[] {
  const lines = [...labels.map((e) => stateLine("label", e)), ...counters.map((e) => stateLine("counter", e)), ...values.map((e) => stateLine("values", e))];
  return lines.length === 0 ? [] : ["session state before the call", ...lines, ""];
}

function flipLines({ flip, decision }: ExplainResult): readonly string[] {
  const other = decision.permitted ? "stop it" : "let it run";
  if (flip === null) return [`no small change was found that would ${other}`];
  return [
    `the smallest change found that would ${other}`,
    ...flip.edits.map(({ path, from, to }) => printable(`  ${path}: ${from === null ? "(nothing)" : valueText(from)} -> ${to === null ? "(nothing)" : valueText(to)}`, LIMIT)),
    printable(`  then ${flip.effect} by ${flip.rules.join(", ")}`, LIMIT),
  ];
}

function verdict({ decision }: ExplainResult): string {
  const waits = decision.effect === "require_approval" ? (decision.permitted ? ", given: the call may run" : ", open: the call waits") : "";
  const open = decision.indeterminate ? ` (indeterminate: ${decision.possible.join(" or ")} is possible)` : "";
  return `${decision.effect}${waits}${open}`;
}

/** A decision for a person: what decided and why, every rule that had a say, the state it met, and what would flip it. */
export function prettyExplain(result: ExplainResult, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const { decision, deciding, tree } = result;
  const several = new Set(tree.map(({ subject }) => subject)).size > 1;
  const shown = options.details ? tree : tree.filter(({ outcome, decided }) => decided || outcome !== "not matched").concat(tree.filter(({ outcome, decided }) => !decided && outcome === "not matched").slice(0, 5));
  const lines = [
    `${result.event === null ? "" : `${printable(result.event)}: `}${paint.bold(verdict(result))}`,
    ...deciding.map(({ rule, at, why }) => printable(`  by ${rule}${at === null ? "" : ` at ${at.file}:${at.line}`}${why === null ? "" : `: ${why}`}`, LIMIT)),
    ...decision.missing.map(({ attribute, rules }) => printable(`  not recorded: ${attribute}, read by ${rules.join(", ")}`, LIMIT)),
    ...decision.errors.map(({ rule, message }) => printable(`  error in ${rule}: ${message}`, LIMIT)),
    "",
    ...stateLines(result.state),
    `rules that speak of such a call (+ true, - false, ? unknown, ! error; * decided)`,
    ...shown.flatMap((one) => ruleLines(one, paint, several)),
    ...(shown.length < tree.length ? [`  … and ${tree.length - shown.length} more that did not match (--details)`] : []),
    "",
    ...flipLines(result),
    ...(result.argumentsShown ? [] : ["", "argument values are hidden; --show-arguments shows them"]),
  ];
  return `${lines.join("\n")}\n`;
}

import { Chalk, type ChalkInstance } from "chalk";
import type { ConditionNode, RuleTree } from "../../documents/test-result.ts";
import type { ExplainResult, StateEntry } from "../../documents/explain-result.ts";
import { printableAsIs, printable } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { conditionText, forSubjects } from "../test/failure-lines.ts";
import { valueText } from "../test/value-text.ts";

const LIMIT = 400;

/** How lines are written: values that were asked for are shown with their secrets. */
interface Style {
  readonly paint: ChalkInstance;
  readonly line: (text: string) => string;
}

const MARKS: { readonly [outcome in ConditionNode["outcome"]]: string } = {
  true: "+",
  false: "-",
  unknown: "?",
  error: "!",
};

function colourOf(
  outcome: ConditionNode["outcome"],
  paint: ChalkInstance,
): (text: string) => string {
  return outcome === "true" ? paint.green : outcome === "false" ? paint.red : paint.yellow;
}

function nodeLines(node: ConditionNode, depth: number, style: Style): readonly string[] {
  const indent = "  ".repeat(depth);
  const title =
    node.kind === "all"
      ? "all of"
      : node.kind === "any"
        ? "any of"
        : node.kind === "not"
          ? "not"
          : conditionText(node);
  const own = colourOf(
    node.outcome,
    style.paint,
  )(style.line(`${indent}${MARKS[node.outcome]} ${title}`));
  return [own, ...node.children.flatMap((child) => nodeLines(child, depth + 1, style))];
}

function ruleLines(tree: RuleTree, style: Style, several: boolean): readonly string[] {
  const place = tree.at === null ? "" : ` (${tree.at.file}:${tree.at.line})`;
  const mode = tree.mode === "shadow" ? ", shadow" : "";
  const who = several ? ` for ${tree.subject}` : "";
  const title = `${tree.decided ? "*" : " "} ${tree.rule} (${tree.effect}${mode})${who}: ${tree.outcome}${place}`;
  const shown = style.line(title);
  const conditions = tree.conditions.flatMap((node) => nodeLines(node, 2, style));
  return [tree.decided ? style.paint.bold(shown) : shown, ...conditions];
}

function stateLine(
  kind: string,
  { name, value, setBy, subject }: StateEntry,
  { line }: Style,
): string {
  const by = setBy.length === 0 ? "" : `, set by ${setBy.join(", ")}`;
  const reader = subject === undefined ? "" : ` for ${subject}`;
  return line(`  ${kind} ${name}${reader}: ${valueText(value)}${by}`);
}

/** What the call claims and the catalog says otherwise: conditions saw what the catalog says. */
function overruledLines({ overruled }: ExplainResult, { line }: Style): readonly string[] {
  return overruled.map(({ path, claimed, catalog, by }) => {
    const counts = catalog === null ? "there is none" : `${valueText(catalog)} counts`;
    const whose =
      by === "catalog" ? "by the catalog" : "read from the arguments, as the tool declares";
    return line(`  overruled: ${path}: the call claims ${valueText(claimed)}, ${counts}, ${whose}`);
  });
}

function stateLines(
  { labels, counters, values }: ExplainResult["state"],
  style: Style,
): readonly string[] {
  const linesOf = (kind: string, entries: readonly StateEntry[]): readonly string[] =>
    entries.map((entry) => stateLine(kind, entry, style));
  const lines = [
    ...linesOf("label", labels),
    ...linesOf("counter", counters),
    ...linesOf("values", values),
  ];
  return lines.length === 0 ? [] : ["session state before the call", ...lines, ""];
}

function flipLines({ flip, decision }: ExplainResult, { line }: Style): readonly string[] {
  const other = decision.permitted ? "stop it" : "let it run";
  if (flip === null) return [`no small change was found that would ${other}`];
  return [
    `the smallest change found that would ${other}`,
    ...flip.edits.map(({ path, from, to }) =>
      line(
        `  ${path}: ${from === null ? "(nothing)" : valueText(from)} -> ${to === null ? "(nothing)" : valueText(to)}`,
      ),
    ),
    printable(`  then ${flip.effect} by ${flip.rules.join(", ")}`, LIMIT),
  ];
}

function verdict({ decision }: ExplainResult): string {
  const waits =
    decision.effect === "require_approval"
      ? decision.permitted
        ? ", approved: the call may run"
        : ", open: the call waits"
      : "";
  const open = decision.indeterminate
    ? ` (indeterminate: ${decision.possible.join(" or ")} is possible)`
    : "";
  return `${decision.effect}${waits}${open}`;
}

/**
 * A decision for a person: what decided and why, every rule that had a say, the state it met, and
 * what would flip it.
 */
export function prettyExplain(result: ExplainResult, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const write = result.argumentsShown ? printableAsIs : printable;
  const style: Style = { paint, line: (text) => write(text, LIMIT) };
  const { decision, deciding, tree } = result;
  const several = new Set(tree.map(({ subject }) => subject)).size > 1;
  const shown = options.details
    ? tree
    : tree
        .filter(({ outcome, decided }) => decided || outcome !== "not matched")
        .concat(
          tree.filter(({ outcome, decided }) => !decided && outcome === "not matched").slice(0, 5),
        );
  const lines = [
    `${result.event === null ? "" : `${printable(result.event)}: `}${paint.bold(verdict(result))}`,
    ...deciding.map(({ rule, subjects, at, why }) =>
      printable(
        "  by " +
          `${rule}${forSubjects(subjects)}${
            at === null ? "" : ` at ${at.file}:${at.line}`
          }${why === null ? "" : `: ${why}`}`,
        LIMIT,
      ),
    ),
    ...decision.missing.map(({ attribute, rules }) =>
      printable(`  unrecorded: ${attribute}, read by ${rules.join(", ")}`, LIMIT),
    ),
    ...overruledLines(result, style),
    ...decision.errors.map(({ rule, message }) =>
      printable(`  error in ${rule}: ${message}`, LIMIT),
    ),
    "",
    ...stateLines(result.state, style),
    `rules whose scope may fit the call (+ true, - false, ? unknown, ! error; * decided)`,
    ...shown.flatMap((one) => ruleLines(one, style, several)),
    ...(shown.length < tree.length
      ? [`  … and ${tree.length - shown.length} more that did not match (--details)`]
      : []),
    "",
    ...flipLines(result, style),
    ...(result.argumentsShown
      ? []
      : [
          "",
          "only names of the call are shown; --show-arguments also shows arguments and attributes",
        ]),
  ];
  return `${lines.join("\n")}\n`;
}

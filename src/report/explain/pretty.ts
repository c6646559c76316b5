import { Chalk, type ChalkInstance } from "chalk";
import type { Json } from "../../request/json.ts";
import type { ConditionNode, RuleTree } from "../../documents/test-result.ts";
import type { ExplainResult, FlipDocument, StateEntry } from "../../documents/explain-result.ts";
import { printableAsIs, printable } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { conditionText, forSubjects } from "../test/failure-lines.ts";
import { isHidden, valueText } from "../test/value-text.ts";

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
  const told = [
    ...(isHidden(value) ? [] : [valueText(value)]),
    ...(setBy.length === 0 ? [] : [`set by ${setBy.join(", ")}`]),
  ];
  const reader = subject === undefined ? "" : ` for ${subject}`;
  return line(`  ${kind} ${name}${reader}${told.length === 0 ? "" : `: ${told.join(", ")}`}`);
}

/** What the call claims and the catalog says otherwise: conditions saw what the catalog says. */
function overruledLines({ overruled }: ExplainResult, { line }: Style): readonly string[] {
  return overruled.map(({ path, claimed, catalog, by }) => {
    const said = (value: Json): string => (isHidden(value) ? "another value" : valueText(value));
    const counts = catalog === null ? "that there is none" : said(catalog);
    const source =
      by === "catalog" ? "the catalog says" : "the arguments that its tool declares say";
    return line(`  ${path}: the call says ${said(claimed)}; ${source} ${counts}, and that counts`);
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

/** What becomes of the call then; a requirement says whether it is met. */
function flipText({ effect, permitted }: FlipDocument): string {
  if (effect !== "require_approval") return effect;
  return `${effect}, ${permitted ? "approved" : "open"},`;
}

function flipLines({ flip, decision }: ExplainResult, { line }: Style): readonly string[] {
  const other = decision.permitted ? "stop it" : "let it run";
  if (flip === null) return [`no small change was found that would ${other}`];
  return [
    `the smallest change found that would ${other}`,
    ...flip.edits.map(({ path, from, to }) =>
      line(
        `  ${path}${isHidden(from) ? "" : `: ${from === null ? "absent" : valueText(from)}`} -> ` +
          `${to === null ? "absent" : valueText(to)}`,
      ),
    ),
    printable(`  then ${flipText(flip)} by ${flip.rules.join(", ")}`, LIMIT),
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

/** The rules that are listed: what had no say only in part, unless all is asked. */
function shownRules({ tree }: ExplainResult, { details }: ReportOptions): ExplainResult["tree"] {
  if (details) return tree;
  const isIdle = ({ outcome, decided }: ExplainResult["tree"][number]): boolean =>
    !decided && outcome === "not matched";
  return [...tree.filter((one) => !isIdle(one)), ...tree.filter(isIdle).slice(0, 5)];
}

/** What decided, and what stood in the way of deciding. */
function decidingLines(result: ExplainResult, style: Style): readonly string[] {
  const { deciding, decision } = result;
  const said = deciding.map(({ rule, subjects, at, why }) => {
    const place = at === null ? "" : ` at ${at.file}:${at.line}`;
    return `  by ${rule}${forSubjects(subjects)}${place}${why === null ? "" : `: ${why}`}`;
  });
  const missing = decision.missing.map(
    ({ attribute, rules }) => `  unrecorded: ${attribute}, read by ${rules.join(", ")}`,
  );
  const errors = decision.errors.map(({ rule, message }) => `  error in ${rule}: ${message}`);
  const cut = (text: string): string => printable(text, LIMIT);
  return [
    ...said.map(cut),
    ...missing.map(cut),
    ...overruledLines(result, style),
    ...errors.map(cut),
  ];
}

function treeLines(result: ExplainResult, style: Style, options: ReportOptions): readonly string[] {
  const { tree } = result;
  const several = new Set(tree.map(({ subject }) => subject)).size > 1;
  const shown = shownRules(result, options);
  const more = tree.length - shown.length;
  return [
    `rules that may fit the call (+ true, - false, ? unknown, ! error; * decided)`,
    ...shown.flatMap((one) => ruleLines(one, style, several)),
    ...(more > 0 ? [`  … and ${more} more that did not match (--details)`] : []),
  ];
}

const NAMES_ONLY = [
  "",
  "values of arguments and attributes are hidden: --show-arguments shows them",
];

/**
 * A decision for a person: what decided and why, every rule that had a say, the state it met, and
 * what would flip it.
 */
export function prettyExplain(result: ExplainResult, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const write = result.argumentsShown ? printableAsIs : printable;
  const style: Style = { paint, line: (text) => write(text, LIMIT) };
  const event = result.event === null ? "" : `${printable(result.event)}: `;
  const lines = [
    `${event}${paint.bold(verdict(result))}`,
    ...decidingLines(result, style),
    "",
    ...stateLines(result.state, style),
    ...treeLines(result, style, options),
    "",
    ...flipLines(result, style),
    ...(result.argumentsShown ? [] : NAMES_ONLY),
  ];
  return `${lines.join("\n")}\n`;
}

import { recordable } from "../../text/unrecorded.ts";
import { Chalk, type ChalkInstance } from "chalk";
import type { Json } from "../../request/json.ts";
import type { ConditionNode, RuleTree } from "../../documents/test-result.ts";
import type {
  ExplainedBaseline,
  ExplainResult,
  FlipDocument,
  StateEntry,
  StateRead,
} from "../../documents/explain-result.ts";
import { approvalTexts } from "../approval-lines.ts";
import { printableAsIs, printable, printableWhole } from "../escape.ts";
import { type ReportOptions, WHOLE } from "../reporter.ts";
import { keptText, readersText } from "../replay/words.ts";
import { sharedText } from "../shared-files.ts";
import { stateText } from "../states.ts";
import { conditionText, forSubjects, OUTCOME_SIGNS } from "../test/failure-lines.ts";
import { isHidden, valueText } from "../test/value-text.ts";
import { shortRef } from "../short-ref.ts";

/** How lines are written: values that were asked for are shown with their secrets. */
interface Style {
  readonly paint: ChalkInstance;
  readonly line: (text: string) => string;
}

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
  )(style.line(`${indent}${OUTCOME_SIGNS[node.outcome]} ${title}`));
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
  { name, value, setBy, lacks = [], subject }: StateEntry,
  { line }: Style,
): string {
  const told = [
    ...(isHidden(value) ? [] : [valueText(value)]),
    ...(setBy.length === 0 ? [] : [`set by ${setBy.join(", ")}`]),
  ];
  const why = lacks
    .map((one) => `; ${one.event} does not record ${one.arguments.join(", ")}`)
    .join("");
  const reader = subject === undefined ? "" : ` for ${subject}`;
  return line(`  ${kind} ${name}${reader}${told.length === 0 ? "" : `: ${told.join(", ")}${why}`}`);
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
  { labels, counters, values }: StateRead,
  style: Style,
  title = "session state before the call",
): readonly string[] {
  const linesOf = (kind: string, entries: readonly StateEntry[]): readonly string[] =>
    entries.map((entry) => stateLine(kind, entry, style));
  const lines = [
    ...linesOf("label", labels),
    ...linesOf("counter", counters),
    ...linesOf("values", values),
  ];
  return lines.length === 0 ? [] : [title, ...lines, ""];
}

/** What becomes of the call then; a requirement says whether it is met. */
function flipText({ effect, permitted }: FlipDocument): string {
  if (effect !== "require_approval") return effect;
  return `${effect}, ${permitted ? "approved" : "open"},`;
}

/**
 * What to record so that the decision is known: of state the arguments that events lack which set
 * it, where they are known.
 */
function lackedTexts({ decision, state }: ExplainResult): readonly string[] {
  const lacks = new Map<string, NonNullable<StateEntry["lacks"]>>(
    (["labels", "counters", "values"] as const).flatMap((kind) =>
      state[kind].map((entry) => [`session.${kind}.${entry.name}`, entry.lacks ?? []] as const),
    ),
  );
  const all = decision.missing.flatMap(({ attribute }) => {
    const known = lacks.get(attribute) ?? [];
    return known.length === 0
      ? [recordable(attribute)]
      : known.map((one) => `${one.arguments.join(", ")} of ${one.event}`);
  });
  return [...new Set(all)];
}

function flipLines(result: ExplainResult, { line }: Style): readonly string[] {
  const { flip, decision } = result;
  const other = decision.permitted ? "stop it" : "let it run";
  if (flip === null) {
    const open = decision.indeterminate
      ? `; recording ${lackedTexts(result).join(", ")} would decide it`
      : "";
    return [line(`no small change was found that would ${other}${open}`)];
  }
  return [
    `a small change that would ${other}`,
    ...flip.edits.map(({ path, from, to }) =>
      line(
        `  ${path}${isHidden(from) ? "" : `: ${from === null ? "none" : valueText(from)}`} -> ` +
          `${to === null ? "absent" : valueText(to)}`,
      ),
    ),
    printableWhole(
      `  then ${flipText(flip)} by ${flip.rules.join(", ")}` +
        (flip.reason === null ? "" : `: ${flip.reason}`),
    ),
    ...(flip.note === null ? [] : [printableWhole(`  ${flip.note}`)]),
  ];
}

/** What a version does with the call. */
type Outcome = Pick<ExplainedBaseline, "effect" | "permitted" | "indeterminate"> & {
  readonly possible: readonly string[];
};

function verdict({ effect, permitted, indeterminate, possible }: Outcome): string {
  const waits =
    effect === "require_approval"
      ? permitted
        ? ", approved: the call may run"
        : ", open: the call waits"
      : "";
  const open = indeterminate ? ` (indeterminate: ${possible.join(" or ")} is possible)` : "";
  return `${effect}${waits}${open}`;
}

/** Which way the call went from the baseline to the candidate; undefined: there is none to compare. */
function changeText({ baseline, decision }: ExplainResult): string | undefined {
  if (baseline === null || baseline.class === "unchanged") return undefined;
  const { class: change, effect, demands, direct } = baseline;
  const later = direct === false ? " (only because earlier calls changed: downstream)" : "";
  if (change === "unreachable")
    return "unreachable: the candidate would no longer start the sub-agent that makes this call";
  if (effect !== decision.effect) return `${change}: ${effect} -> ${decision.effect}${later}`;
  return demands === null
    ? `${change}${later}`
    : `${change}: ${keptText(effect)}, but ${demands}${later}`;
}

/** Both versions one below the other: what each decides, and by what. */
function comparedLines(
  result: ExplainResult,
  baseline: ExplainedBaseline,
  style: Style,
): readonly string[] {
  const { decision } = result;
  const row = (name: string, outcome: Outcome, ref: string): string =>
    style.line(`  ${name}  ${verdict(outcome)} (${ref})`);
  const below = (lines: readonly string[]): readonly string[] =>
    lines.map((line) => `           ${line}`);
  const before = baseline.decision;
  return [
    row("baseline ", { ...baseline, possible: before?.possible ?? [] }, shortRef(baseline.ref)),
    ...below(
      before === null
        ? recordedLines(baseline, style)
        : decidingLines({ ...baseline, decision: before }),
    ),
    row("candidate", decision, shortRef(result.ref)),
    ...below(decidingLines(result)),
  ];
}

/** Of a recorded decision only the name of its rule is known. */
function recordedLines({ rules }: ExplainedBaseline, { line }: Style): readonly string[] {
  return [line(rules.length === 0 ? "  the trace names no rule" : `  by ${rules.join(", ")}`)];
}

function headLines(result: ExplainResult, style: Style): readonly string[] {
  const { baseline, decision, digest } = result;
  const event = result.event === null ? "" : `${printableWhole(result.event)}: `;
  const changed = changeText(result);
  if (baseline === null || changed === undefined || baseline.class === "unchanged") {
    const same =
      baseline === null
        ? []
        : [
            style.line(
              `  = unchanged: the baseline ${shortRef(baseline.ref)} ` +
                (baseline.digest !== null && baseline.digest === digest
                  ? "has the same policies"
                  : `decides ${baseline.effect} too${byRules(baseline, decision.rules)}`),
            ),
          ];
    return [
      `${event}${style.paint.bold(verdict(decision))}`,
      ...decidingLines(result),
      ...overruledLines(result, style),
      ...same,
    ];
  }
  return [
    `${event}${stateText(style.paint.bold, baseline.class, style.line(changed))}`,
    ...comparedLines(result, baseline, style),
    ...overruledLines(result, style),
  ];
}

/** The rules that decided before, where they are others. */
function byRules({ rules }: ExplainedBaseline, now: readonly string[]): string {
  return rules.length === 0 || rules.join() === now.join() ? "" : `, by ${rules.join(", ")}`;
}

/** The rules that are listed: what had no say only in part, unless all is asked. */
function shownRules(
  { tree }: Pick<ExplainResult, "tree">,
  { details }: ReportOptions,
  idle: number,
): ExplainResult["tree"] {
  if (details) return tree;
  const isIdle = ({ outcome, decided }: ExplainResult["tree"][number]): boolean =>
    !decided && outcome === "not matched";
  return [...tree.filter((one) => !isIdle(one)), ...tree.filter(isIdle).slice(0, idle)];
}

/** The approvals that are not satisfied, and why what was given does not count. */
function approvalLines({
  decision,
  uncounted,
}: Pick<ExplainResult, "decision" | "uncounted">): readonly string[] {
  const open = decision.approval.requirements.filter(({ state }) => state !== "satisfied");
  return approvalTexts(open, uncounted).flatMap((one) => [
    `  approval ${one.text}`,
    ...one.uncounted.map((text) => `    ${text}`),
  ]);
}

/** What decided, and what stood in the way of deciding. */
function decidingLines({
  deciding,
  decision,
  uncounted,
}: Pick<ExplainResult, "deciding" | "decision" | "uncounted">): readonly string[] {
  const said = deciding.map(({ rule, subjects, at, why }) => {
    const place = at === null ? "" : ` at ${at.file}:${at.line}`;
    return `  by ${rule}${forSubjects(subjects)}${place}${why === null ? "" : `: ${why}`}`;
  });
  const missing = decision.missing.map(
    ({ attribute, rules }) => `  unrecorded: ${attribute}, read by ${readersText(rules)}`,
  );
  const failed = new Map<string, string[]>();
  for (const { rule, message } of decision.errors)
    failed.set(message, [...(failed.get(message) ?? []), rule]);
  const errors = [...failed].map(
    ([message, rules]) => `  error in ${rules.join(", ")}: ${message}`,
  );
  const approvals = approvalLines({ decision, uncounted });
  return [...said, ...approvals, ...missing, ...errors].map((text) => printableWhole(text));
}

const LEGEND = "(+ true, - false, ? unknown, ! error; * decided)";
/** So many rules that had no say are listed in full. */
const IDLE = 5;

function treeLines(
  version: Pick<ExplainResult, "tree">,
  { style, options, title, idle }: TreeShown,
): readonly string[] {
  const { tree } = version;
  const several = new Set(tree.map(({ subject }) => subject)).size > 1;
  const shown = shownRules(version, options, idle);
  const more = tree.length - shown.length;
  return [
    title,
    ...shown.flatMap((one) => ruleLines(one, style, several)),
    ...(more > 0 ? [`  … and ${more} more that did not match (--details)`] : []),
  ];
}

interface TreeShown {
  readonly style: Style;
  readonly options: ReportOptions;
  readonly title: string;
  /** How many rules without a say are listed. */
  readonly idle: number;
}

/** The rules of the baseline that had a say, and the state that it read where that is another. */
function baselineLines(
  { baseline, state }: ExplainResult,
  style: Style,
  options: ReportOptions,
): readonly string[] {
  if (baseline === null || baseline.class === "unchanged" || baseline.decision === null) return [];
  const title = `rules of the baseline that may fit the call ${LEGEND}`;
  const isSame = JSON.stringify(baseline.state) === JSON.stringify(state);
  return [
    ...(isSame
      ? []
      : stateLines(baseline.state, style, "session state before the call, in the baseline")),
    ...treeLines(baseline, { style, options, title, idle: 0 }),
    "",
  ];
}

/** That some files are read by both versions. */
function uncomparedLines(result: ExplainResult): readonly string[] {
  const text = sharedText([result]);
  return text === undefined ? [] : ["", printableWhole(`note: ${text}`)];
}

const NAMES_ONLY = [
  "",
  "values of arguments and attributes are hidden: --show-arguments shows them",
];

/**
 * A decision for a person: what decided and why, beside what decided before where that is known,
 * every rule that had a say, the state it met, and what would flip it.
 */
export function prettyExplain(result: ExplainResult, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const write = result.argumentsShown ? printableAsIs : printable;
  const style: Style = { paint, line: (text) => write(text, WHOLE) };
  const before = baselineLines(result, style, options);
  const whose = before.length === 0 ? "" : " of the candidate";
  const lines = [
    ...headLines(result, style),
    "",
    ...before,
    ...stateLines(
      result.state,
      style,
      `session state before the call${before.length === 0 ? "" : ", in the candidate"}`,
    ),
    ...treeLines(result, {
      style,
      options,
      title: `rules${whose} that may fit the call ${LEGEND}`,
      idle: IDLE,
    }),
    "",
    ...flipLines(result, style),
    ...uncomparedLines(result),
    ...(result.argumentsShown ? [] : NAMES_ONLY),
  ];
  return `${lines.join("\n")}\n`;
}

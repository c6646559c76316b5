import { analyseSet, type AnalysedSet } from "../proof/analysed-set.ts";
import { unknownInput } from "./rules/unknown-input.ts";
import { sortDiagnostics, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { AssembledSet } from "../engine/assemble.ts";
import { applySuppressions } from "./apply-suppressions.ts";
import { LintContext, type AskStats } from "./context.ts";
import type { Finding } from "./finding.ts";
import { LINT_RULES } from "./registry.ts";
import type { Place } from "../policy/model.ts";
import type { Level, LintRule, Problem } from "./rule.ts";
import type { TraceGaps } from "./trace-watch.ts";

/** The level of each rule: its own, unless configured otherwise. */
export type Levels = ReadonlyMap<string, Level>;

export interface LintOptions {
  readonly levels: Levels;
  /** Milliseconds. */
  readonly today: number;
  readonly gaps?: TraceGaps;
  /** What is wrong with suites, and what they say that the set does not know; undefined: nobody asked. */
  readonly suites?: readonly Diagnostic[];
}

export interface LintOutcome {
  /** In the order of files and places. */
  readonly findings: readonly Finding[];
  readonly suppressed: number;
  /** By code of the rule that asked: how often the analysis was asked, and could not tell. */
  readonly stats: ReadonlyMap<string, AskStats>;
  /** Codes of rules that were not asked, since a document that they need in full has an error. */
  readonly waiting: readonly string[];
  /** How many questions were beyond the bound on work: findings that hang on them are not made. */
  readonly cannotTell: number;
}

export function levelOf(rule: LintRule, levels: Levels): Level {
  return levels.get(rule.code) ?? rule.level;
}

/** A finding, and where its cause stands. */
interface Found extends Finding {
  readonly causedAt?: Place | undefined;
}

function findingOf(rule: LintRule, level: "warning" | "error", problem: Problem): Found {
  const { place, span, message, help, notes, fix, cause } = problem;
  return {
    ...(cause !== undefined && { causedAt: cause }),
    code: rule.code,
    severity: level,
    message,
    file: place.file,
    span: span ?? place.span,
    path: place.path,
    ...(help !== undefined && { help }),
    ...(notes !== undefined && { notes }),
    ...(fix !== undefined && { fix }),
  };
}

/** Whether a rule can be asked: of what is missing, nothing may hang on what it would say. */
function isAsked(rule: LintRule, { missing }: LintContext): boolean {
  return rule.needs !== "set" || (rule.whole ?? []).every((kind) => !missing[kind]);
}

function isPart({ missing }: LintContext): boolean {
  return missing.policies || missing.catalogs;
}

function ask(rule: LintRule, assembled: AssembledSet, context: LintContext): Iterable<Problem> {
  if (rule.needs === "text") return assembled.sources.flatMap((source) => [...rule.run(source)]);
  if (rule.needs === "runner") return [];
  context.startRule(rule.code);
  return rule.run(context);
}

function contextOf(assembled: AssembledSet, { today, gaps }: LintOptions): LintContext {
  const { documents, set, missing } = assembled.sound;
  const analysed = analyseSet(documents, set, { now: today, knowsCatalogs: !missing.catalogs });
  const texts = new Map(assembled.sources.map(({ file, text }) => [file, text]));
  return new LintContext(analysed, {
    locate: assembled.locate,
    texts,
    today,
    missing,
    ...(gaps === undefined ? {} : { gaps }),
  });
}

/** The set as the rules see it; undefined where it does not load. */
export function analysedFor(
  { documents, set }: AssembledSet,
  today: number,
): AnalysedSet | undefined {
  return set === undefined ? undefined : analyseSet(documents, set, { now: today });
}

/** What the rules find, and which of them were asked about the whole set. */
function askRules(
  assembled: AssembledSet,
  context: LintContext,
  levels: LintOptions["levels"],
): {
  readonly found: readonly Found[];
  readonly asked: ReadonlySet<string>;
  readonly waiting: readonly string[];
} {
  const found: Found[] = [];
  const waiting: string[] = [];
  const asked = new Set<string>();
  for (const rule of LINT_RULES) {
    const level = levelOf(rule, levels);
    if (level === "off") continue;
    if (!isAsked(rule, context)) {
      waiting.push(rule.code);
      continue;
    }
    // WHY not of a part: what a suppression there is for may be broken
    if (rule.needs === "text" || !isPart(context)) asked.add(rule.code);
    for (const problem of ask(rule, assembled, context))
      found.push(findingOf(rule, level, problem));
  }
  return { found, asked, waiting };
}

/** The misspelled name because of which an example of its rule fails. */
function causeOfExample(context: LintContext, { file, path, span }: Diagnostic): Place | undefined {
  for (const { rule, policy } of context.analysed.rules) {
    if (rule.place.file !== file || !path.startsWith(`${rule.place.path}.`)) continue;
    const here = context.locate(policy, path).span;
    if (here.start === span.start && here.end === span.end)
      return context.causeOf({ policy, rule });
  }
  return undefined;
}

const CAUSES: ReadonlySet<string> = new Set(["unknown-agent", "unknown-tool"]);

/** The findings, each with the one that it follows from, if that one is told too. */
function withCauses(findings: readonly Found[]): readonly Finding[] {
  const key = ({ file, span }: Pick<Place, "file" | "span">): string => `${file} ${span.start}`;
  const causes = new Map(
    findings.flatMap((one) => (CAUSES.has(one.code) ? [[key(one), one] as const] : [])),
  );
  return findings.map(({ causedAt, ...finding }) => {
    const cause = causedAt === undefined ? undefined : causes.get(key(causedAt));
    return cause === undefined ? finding : { ...finding, cause };
  });
}

/**
 * Everything that the loader found and everything that the rules find. Of a set that does
 * not load, rules are asked about the part that has no error in it; no finding without proof.
 */
export function runLint(assembled: AssembledSet, options: LintOptions): LintOutcome {
  const context = contextOf(assembled, options);
  const { found, asked, waiting } = askRules(assembled, context, options.levels);
  const { suites: ofSuites = [] } = options;
  const suites = new Set(
    assembled.documents.flatMap(({ kind, place }) => (kind === "Suite" ? [place.file] : [])),
  );
  // without a policy nobody holds the calls of suites against anything
  const holdsCalls =
    options.suites !== undefined && assembled.documents.some(({ kind }) => kind === "Policy");
  const isJudged = (code: string, file: string): boolean =>
    asked.has(code) && (code !== unknownInput.code || !suites.has(file) || holdsCalls);
  const loaded = assembled.diagnostics.map(
    (one): Found =>
      one.code === "example-failed" ? { ...one, causedAt: causeOfExample(context, one) } : one,
  );
  const { findings, problems, count } = applySuppressions(
    [...loaded, ...ofSuites, ...found],
    assembled.sources,
    isJudged,
  );
  const own = problems.flatMap(({ rule, problem }) => {
    const level = levelOf(rule, options.levels);
    return level === "off" ? [] : [findingOf(rule, level, problem)];
  });
  return {
    findings: withCauses(sortDiagnostics([...findings, ...own])),
    suppressed: count,
    stats: context.stats,
    waiting,
    cannotTell: context.cannotTell,
  };
}

import { formatTime } from "../text/time.ts";
import { DEFAULT_REORDER } from "../trace/order.ts";
import { relative, resolve } from "node:path";
import { CODES } from "../diagnostics/codes.ts";
import { limitFindings } from "../diagnostics/limit.ts";
import { UserError } from "../diagnostics/user-error.ts";
import type { LintResult, LintRuleRow, LintWaiting } from "../documents/lint-result.ts";
import { type AssembledSet, assembleSet } from "../engine/assemble.ts";
import { applyFixes } from "../lint/apply-fixes.ts";
import { lintFindings } from "../lint/lint-document.ts";
import { LINT_RULES } from "../lint/registry.ts";
import { analysedFor, levelOf, type Levels, type LintOutcome, runLint } from "../lint/run-lint.ts";
import { type TraceGaps, TraceWatch } from "../lint/trace-watch.ts";
import { sha256 } from "../node/hash.ts";
import type { SetHost } from "../node/io.ts";
import type { SetFiles } from "../node/read-set.ts";
import { replaceSources } from "../node/replace-file.ts";
import { slashed } from "../node/slashed.ts";
import { VERSION } from "../node/version.ts";
import type { Source } from "../text/span.ts";
import { readSet } from "./policy-set.ts";
import { suiteFindings } from "./suite-findings.ts";
export type { Levels } from "../lint/run-lint.ts";

/** One lint, as flags and configuration ask for it. */
export interface LintJob {
  /** Policies and catalogs; together one set. Empty only with `stdin`. */
  readonly paths: readonly string[];
  readonly levels: Levels;
  /** Traces whose calls are searched for what rules read. */
  readonly trace: readonly string[];
  /** Milliseconds; undefined: the newest event's time, else the clock (design 11.6). */
  readonly now: number | undefined;
  readonly fix: boolean;
  readonly stats: boolean;
  /**
   * The text of one file of the set, which an editor has not saved yet: only its findings are told.
   */
  readonly stdin?: Source;
  /** The set itself, where it is at hand: then no path is read. */
  readonly files?: SetFiles;
}

/** Where a lint reads, and by which clock it judges expiry where nothing else says. */
export interface LintHost extends SetHost {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

interface Told {
  readonly gaps: TraceGaps | undefined;
  /** The newest event's time. */
  readonly newest: number | undefined;
}

async function watchTrace(
  assembled: AssembledSet,
  paths: readonly string[],
  today: number,
): Promise<Told> {
  const analysed = analysedFor(assembled, today);
  const watch = analysed === undefined ? undefined : new TraceWatch(analysed);
  let newest: number | undefined;
  // WHY here: most lints read no trace
  const [{ readTrace }, { ReadReport }, { expandInputs, TRACE_ENDINGS }] = await Promise.all([
    import("../trace/read-events.ts"),
    import("../trace/read-report.ts"),
    import("../node/inputs.ts"),
  ]);
  const report = new ReadReport();
  for await (const batch of readTrace(await expandInputs(paths, TRACE_ENDINGS), {
    reorder: DEFAULT_REORDER,
    report,
  })) {
    for (const { type, request } of batch) {
      if (request.time !== undefined && (newest === undefined || request.time > newest))
        newest = request.time;
      if (type === "call") watch?.add(request);
    }
  }
  if (report.events === 0)
    throw new UserError("unreadable-trace", "no event of the trace can be read", {
      help: "a trace is JSON Lines, one event on each line; convert other formats with `agentz import`",
    });
  return { gaps: watch?.gaps(), newest };
}

async function readFiles(io: LintHost, { paths, stdin, files: given }: LintJob): Promise<SetFiles> {
  if (given !== undefined) return given;
  if (paths.length === 0 && stdin !== undefined)
    return {
      sources: [stdin],
      readBeside: () => ({ fault: "it cannot be read" }),
      openedFiles: new Map(),
      ref: stdin.file,
    };
  const files = await readSet(io, paths, paths);
  if (stdin === undefined) return files;
  return { ...files, sources: [...files.sources.filter(({ file }) => file !== stdin.file), stdin] };
}

interface Linted {
  readonly assembled: AssembledSet;
  readonly outcome: LintOutcome;
}

/**
 * Fixes are made until none is left: what stood in the way of another one is found in the next
 * round.
 */
const ROUNDS = 10;

async function fixAll(
  io: LintHost,
  files: SetFiles,
  lint: (files: SetFiles) => Linted,
): Promise<Linted & { readonly fixed: number }> {
  let [current, linted, fixed] = [files, lint(files), 0];
  const changed = new Map<string, string>();
  for (let round = 0; round < ROUNDS; round++) {
    const { sources, fixes } = applyFixes(linted.outcome.findings, current.sources);
    if (fixes === 0) break;
    fixed += fixes;
    for (const { file, text } of sources) changed.set(file, text);
    current = {
      ...current,
      sources: current.sources.map(({ file, text }) => ({ file, text: changed.get(file) ?? text })),
    };
    linted = lint(current);
  }
  await replaceSources(
    io.cwd,
    [...changed].map(([file, text]) => ({ file, text })),
  );
  return { ...linted, fixed };
}

function statsOf({ stats }: LintOutcome): LintResult["stats"] {
  return LINT_RULES.flatMap(({ code }) => {
    const found = stats.get(code);
    return found === undefined ? [] : [{ rule: code, ...found }];
  });
}

/**
 * Lints a set and gives its document; with `fix` the files are fixed first. What cannot be read is
 * a `UserError`.
 */
export async function runLintJob(io: LintHost, job: LintJob): Promise<LintResult> {
  const files = await readFiles(io, job);
  if (job.fix && files.ref.startsWith("git:"))
    throw new UserError("usage", "cannot apply fixes to a git revision", {
      help: "pass file paths instead",
    });
  const { gaps, now } = await measure(io, files, job);
  const lint = (files: SetFiles): Linted => {
    const assembled = assemble(files);
    const suites = suiteFindings(assembled);
    return {
      assembled,
      outcome: runLint(assembled, {
        levels: job.levels,
        today: now.today,
        ...(gaps === undefined ? {} : { gaps }),
        ...(suites === undefined ? {} : { suites }),
      }),
    };
  };
  const linted = job.fix ? await fixAll(io, files, lint) : { ...lint(files), fixed: 0 };
  return lintDocument(job, files, { ...linted, now });
}

function assemble({ sources, readBeside }: SetFiles): AssembledSet {
  return assembleSet(sources, { readBeside, sha256 });
}

/** The day on which a set is linted, and which setting said so. */
interface LintDate {
  readonly today: number;
  readonly from: LintResult["now"]["from"];
}

/** By which day a set is judged, and what the trace lacks for it. */
async function measure(
  io: LintHost,
  files: SetFiles,
  job: LintJob,
): Promise<{ readonly gaps: TraceGaps | undefined; readonly now: LintDate }> {
  const clock = job.now ?? io.clock();
  const { gaps, newest } =
    job.trace.length === 0
      ? { gaps: undefined, newest: undefined }
      : await watchTrace(assemble(files), job.trace, clock);
  if (job.now !== undefined) return { gaps, now: { today: job.now, from: "option" } };
  return {
    gaps,
    now: newest === undefined ? { today: clock, from: "clock" } : { today: newest, from: "trace" },
  };
}

function waitingOf(
  { diagnostics, documents }: AssembledSet,
  { waiting }: LintOutcome,
): LintWaiting {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return {
    rules: [...waiting].sort(),
    suites: documents.some(({ kind }) => kind === "Suite"),
    files: [...new Set(errors.map(({ file }) => file))],
  };
}

function lintDocument(
  job: LintJob,
  files: SetFiles,
  { assembled, outcome, fixed, now }: Linted & { readonly fixed: number; readonly now: LintDate },
): LintResult {
  const { stdin } = job;
  const shown =
    stdin === undefined
      ? outcome.findings
      : outcome.findings.filter(({ file }) => file === stdin.file);
  const { shown: few, hidden } = limitFindings(shown);
  return {
    schemaVersion: 1,
    command: "lint",
    tool: { version: VERSION },
    source: assembled.source,
    digest: assembled.digest,
    ref: files.ref,
    files: assembled.sources.length,
    now: { time: formatTime(now.today), from: now.from },
    summary: {
      errors: shown.filter(({ severity }) => severity === "error").length,
      warnings: shown.filter(({ severity }) => severity === "warning").length,
      suppressed: outcome.suppressed,
      fixed,
      cannotTell: outcome.cannotTell,
    },
    findings: lintFindings(few, assembled.sources),
    hidden,
    stats: job.stats ? statsOf(outcome) : null,
    waiting: assembled.set === undefined ? waitingOf(assembled, outcome) : null,
  };
}

/** The name under which a set knows a file that is named on the command line. */
export function sourceName(io: Pick<SetHost, "cwd">, file: string): string {
  return slashed(relative(io.cwd, resolve(io.cwd, file)) || file);
}

/** Every rule of lint, with the level that it has. */
export function lintRules(levels: Levels): readonly LintRuleRow[] {
  return LINT_RULES.map((rule) => ({
    code: rule.code,
    level: levelOf(rule, levels),
    kind: rule.kind,
    title: CODES[rule.code],
  }));
}

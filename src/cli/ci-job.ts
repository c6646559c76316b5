import { checkVersions } from "../release/version-check.ts";
import type { VersionCheckResult } from "../release/result.ts";
import type { LintResult } from "../lint/result.ts";
import type { ReplayResult } from "../replay/result.ts";
import { movedText, total } from "../report/replay/words.ts";
import type { TestResult } from "../suite/result.ts";
import type { CommandContext } from "./command.ts";
import { replayOnce, type ReplayRunFlags } from "./commands/replay.ts";
import { readConfig, type Config } from "./config.ts";
import { mergeBase } from "./host/git.ts";
import { sha256 } from "./host/hash.ts";
import { runLintJob } from "./lint-job.ts";
import { loadPolicySet } from "./policy-set.ts";
import type { CiResult, CiStep } from "./result.ts";
import { loadSuiteSet } from "./suite-set.ts";
import { runTests } from "./test-job.ts";
import { TraceError } from "../trace/trace-error.ts";
import { UserError } from "./user-error.ts";
import { VERSION } from "./version.ts";

export type CiFlags = ReplayRunFlags;

interface Ran<T> {
  readonly step: CiStep;
  readonly document: T | null;
  /** The exit status that the part alone would have. */
  readonly status: number;
}

interface Part<T> {
  readonly name: CiStep["name"];
  /** Undefined: there is nothing to do, for the reason given. */
  readonly run: (() => Promise<T>) | undefined;
  readonly reason: string;
  readonly failed: (document: T) => boolean;
  readonly summary: (document: T) => string;
}

/** Runs one part; what the user can mend is a step in error, and the others still run. */
async function runPart<T>(part: Part<T>): Promise<Ran<T>> {
  const { name, run } = part;
  if (run === undefined) return { step: { name, status: "skipped", summary: part.reason }, document: null, status: 0 };
  try {
    const document = await run();
    const failed = part.failed(document);
    return { step: { name, status: failed ? "failed" : "passed", summary: part.summary(document) }, document, status: failed ? 1 : 0 };
  } catch (error) {
    if (!(error instanceof UserError) && !(error instanceof TraceError)) throw error;
    return { step: { name, status: "error", summary: error.message }, document: null, status: error instanceof UserError ? error.status : 2 };
  }
}

function lintPart(paths: readonly string[] | undefined, config: Config, of: { flags: CiFlags; context: CommandContext }): Part<LintResult> {
  const job = { levels: config.lint?.rules ?? new Map(), trace: [], now: of.flags.now, fix: false, stats: false };
  return {
    name: "lint",
    run: paths === undefined ? undefined : () => runLintJob(of.context.io, { ...job, paths }),
    reason: "there is no candidate",
    failed: ({ summary }) => summary.errors > 0,
    summary: ({ summary }) => `${summary.errors} errors, ${summary.warnings} warnings`,
  };
}

function testPart(paths: readonly string[] | undefined, config: Config, cwd: string): Part<TestResult> {
  const { tests } = config;
  const options = { filter: undefined, coverage: false, mutate: false, minCoverage: undefined, minMutation: undefined, trace: undefined };
  return {
    name: "test",
    run: tests === undefined ? undefined : async () => runTests(await loadSuiteSet(cwd, { paths: [...(paths ?? []), ...tests], candidate: undefined }), options),
    reason: "agentz.yaml names no `tests`",
    failed: ({ summary }) => summary.failed > 0 || summary.errors > 0 || summary.tests === 0,
    summary: ({ summary }) => `${summary.passed} of ${summary.tests} passed, ${summary.errors} suites not loaded`,
  };
}

function versionPart(paths: readonly string[] | undefined, baseline: readonly string[] | undefined, cwd: string): Part<VersionCheckResult> {
  const versioned = baseline !== undefined && baseline.every((ref) => ref.startsWith("git:") || ref.endsWith(".agentz"));
  return {
    name: "version",
    run:
      paths === undefined || baseline === undefined || !versioned
        ? undefined
        : async () => {
            const [before, after] = [await loadPolicySet(cwd, baseline, paths), await loadPolicySet(cwd, paths, paths)];
            return { schemaVersion: 1, command: "version check", tool: { version: VERSION }, base: before.info, candidate: after.info, ...checkVersions(before.documents, after.documents, sha256) };
          },
    reason: "the baseline is no commit and no bundle",
    failed: ({ ok }) => !ok,
    summary: ({ changed, required, documents }) => (changed ? `the change needs ${required}; ${documents.filter((d) => !d.ok).length} documents declare too little` : "no meaning changed"),
  };
}

function replaySummary({ trace, changes, error }: ReplayResult): string {
  if (error !== undefined) return error.message;
  return `${trace.calls} calls: ${movedText(changes.widened)} wider, ${total(changes.narrowed)} narrower, ${changes.indeterminate} not told`;
}

function replayPart(flags: CiFlags, config: Config, context: CommandContext): { readonly part: Part<ReplayResult>; readonly partial: () => boolean } {
  let last: { readonly document: ReplayResult; readonly failed: boolean } | undefined;
  const part: Part<ReplayResult> = {
    name: "replay",
    run: (flags.trace ?? config.trace) === undefined ? undefined : async () => (last = await replayOnce(flags, context)).document,
    reason: "there is no trace",
    failed: () => last?.failed === true,
    summary: replaySummary,
  };
  return { part, partial: () => last?.document.partial === true };
}

async function baselineOf(flags: CiFlags, config: Config, cwd: string): Promise<readonly string[] | undefined> {
  const said = flags.baseline ?? config.baseline;
  if (said !== undefined) return said;
  const base = await mergeBase(cwd);
  return base === undefined ? undefined : [`git:${base}`];
}

/** Lint, tests, version check and replay in one run; the status is the worst of theirs (design 11.3). */
export async function runCi(flags: CiFlags, context: CommandContext): Promise<{ readonly result: CiResult; readonly status: number }> {
  const { cwd } = context.io;
  const config = await readConfig(context.io, flags.config);
  const paths = flags.candidate ?? config.candidate;
  const replaying = replayPart(flags, config, context);
  const lint = await runPart(lintPart(paths, config, { flags, context }));
  const test = await runPart(testPart(paths, config, cwd));
  const version = await runPart(versionPart(paths, await baselineOf(flags, config, cwd), cwd));
  const replay = await runPart(replaying.part);
  const ran = [lint, test, version, replay];
  const steps = ran.map(({ step }) => step);
  if (steps.every((step) => step.status === "skipped")) throw new UserError("usage", "there is nothing to run", { help: "name `candidate:`, `tests:` and `trace:` in agentz.yaml" });
  const status = replaying.partial() ? 130 : Math.max(...ran.map((one) => one.status));
  const result: CiResult = {
    schemaVersion: 1,
    command: "ci",
    tool: { version: VERSION },
    source: lint.document?.source ?? null,
    digest: lint.document?.digest ?? null,
    passed: status === 0,
    steps,
    lint: lint.document,
    test: test.document,
    version: version.document,
    replay: replay.document,
  };
  return { result, status };
}

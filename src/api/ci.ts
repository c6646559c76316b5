import { TraceError } from "../diagnostics/trace-error.ts";
import { UserError } from "../diagnostics/user-error.ts";
import type { AnalyzeResult, EarlierAnswers } from "../documents/analyze-result.ts";
import type { CiResult, CiStep } from "../documents/ci-result.ts";
import type { DiffResult } from "../documents/diff-result.ts";
import type { LintResult } from "../documents/lint-result.ts";
import type { ReplayResult } from "../documents/replay-result.ts";
import type { TestResult } from "../documents/test-result.ts";
import type { VersionCheckResult } from "../documents/version-result.ts";
import type { CommandIo } from "../node/io.ts";
import { VERSION } from "../node/version.ts";
import { answersText } from "../report/analyze/words.ts";
import { movedText, total } from "../report/replay/words.ts";
import { minimumText } from "../report/test/words.ts";
import { analyzeDocument } from "./analyze.ts";
import { chooseBaseline } from "./baseline.ts";
import { diffDocument, versionDocument } from "./compare.ts";
import { type Config, readConfig } from "./config/config.ts";
import { runLintJob } from "./lint-set.ts";
import { loadPolicySet, type PolicySet } from "./policy-set.ts";
import { mergeReplays } from "./parts/merge-command.ts";
import { splitVersions } from "./parts/part-command.ts";
import { refuseOtherVersions } from "./parts/same-versions.ts";
import { replayOnce, type ReplayRunFlags } from "./replay-run.ts";
import { loadSuiteSet } from "./suite-set.ts";
import { minimums, runTests, type TestMinimums } from "./test-set.ts";
import { noRuleError } from "./vacuity.ts";
import { PIPELINE_LIMITS } from "../replay/gate.ts";
import { count } from "../text/count.ts";

/** The steps, in the order in which they run. */
export const CI_STEPS = [
  "lint",
  "test",
  "analyze",
  "version",
  "replay",
] as const satisfies readonly CiStep["name"][];

export interface CiFlags extends ReplayRunFlags, TestMinimums {
  /** Steps that fail where there is nothing for them to do. */
  readonly require?: readonly CiStep["name"][];
  /** Whether a replay fails where nobody but the command itself sets a limit. */
  readonly needsGate?: boolean;
  /** Parts of the trace, in place of a trace. */
  readonly parts?: readonly string[];
  /** How many calls they have to have. */
  readonly calls?: number;
}

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

/** A part without anything to do: skipped, which fails where it is required. */
function skipPart<T>({ name, reason }: Part<T>, required: boolean): Ran<T> {
  const step: CiStep = required
    ? {
        name,
        status: "failed",
        summary: `required, but there is nothing to do: ${reason}`,
        help: null,
      }
    : { name, status: "skipped", summary: reason, help: null };
  return { step, document: null, status: required ? 1 : 0 };
}

/** Why a part could not run: where documents do not load, the first finding with its place. */
function reasonOf(error: UserError | TraceError): Pick<CiStep, "summary" | "help"> {
  const { message, help = null } = error;
  const first = error instanceof UserError ? error.firstFinding : undefined;
  if (first === undefined) return { summary: message, help };
  return { summary: first, help: `fix this first: ${message}${help === null ? "" : `; ${help}`}` };
}

/** What a pipeline demands of its steps, and what lint has told already. */
interface StepRules {
  readonly required: ReadonlySet<CiStep["name"]>;
  /** The first finding of a candidate that does not load; undefined: nothing is told. */
  readonly told: string | undefined;
}

/** Runs one part; what the user can fix is a step in error, and the others still run. */
async function runPart<T>(part: Part<T>, { required, told }: StepRules): Promise<Ran<T>> {
  const { name, run } = part;
  if (run === undefined) return skipPart(part, required.has(name));
  try {
    const document = await run();
    const failed = part.failed(document);
    return {
      step: {
        name,
        status: failed ? "failed" : "passed",
        summary: part.summary(document),
        help: null,
      },
      document,
      status: failed ? 1 : 0,
    };
  } catch (error) {
    if (!(error instanceof UserError) && !(error instanceof TraceError)) throw error;
    const isTold = told !== undefined && error instanceof UserError && error.firstFinding === told;
    const reason = isTold ? { summary: "not run: fix lint first", help: null } : reasonOf(error);
    return {
      step: { name, status: "error", ...reason },
      document: null,
      status: error instanceof UserError ? error.status : 2,
    };
  }
}

const NO_CANDIDATE = "there is no candidate: neither `candidate` of agentz.yaml nor --candidate";

/**
 * What lint's own findings say too: a set with errors has no rules, and one without documents
 * neither.
 */
const EMPTY_CODES: ReadonlySet<string> = new Set(["policy-does-not-load", "no-documents"]);

/** The candidate, or why it does not load; undefined: there is none. */
type Loaded = PolicySet | UserError | undefined;

async function loadCandidate(io: CommandIo, paths: readonly string[] | undefined): Promise<Loaded> {
  if (paths === undefined) return undefined;
  try {
    return await loadPolicySet(io, paths, paths);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** Why a set has nothing to say; undefined: it has rules. Throws where it cannot be read. */
function emptiness(loaded: Loaded): string | undefined {
  if (!(loaded instanceof UserError)) return loaded && noRuleError(loaded.set)?.message;
  if (!EMPTY_CODES.has(loaded.code)) throw loaded;
  return loaded.message;
}

/** Lint's findings; a set that has nothing to say passes no pipeline. */
function lintPart(
  paths: readonly string[] | undefined,
  config: Config,
  from: { readonly flags: CiFlags; readonly io: CommandIo; readonly loaded: Loaded },
): Part<LintResult> {
  const { flags, io, loaded } = from;
  let empty: string | undefined;
  const job = {
    levels: config.lint?.rules ?? new Map(),
    trace: [],
    now: flags.now,
    fix: false,
    stats: false,
  };
  return {
    name: "lint",
    run:
      paths === undefined
        ? undefined
        : async () => {
            empty = emptiness(loaded);
            return runLintJob(io, { ...job, paths });
          },
    reason: NO_CANDIDATE,
    failed: ({ summary }) => summary.errors > 0 || empty !== undefined,
    summary: ({ summary }) =>
      [
        ...(empty === undefined || summary.errors > 0 ? [] : [empty]),
        `${count(summary.errors, "error")}, ${count(summary.warnings, "warning")}`,
      ].join(": "),
  };
}

function testPart(
  paths: readonly string[] | undefined,
  config: Config,
  { flags, io }: { readonly flags: CiFlags; readonly io: CommandIo },
): Part<TestResult> {
  const { tests } = config;
  const least = minimums(flags, config.test);
  const options = {
    filter: undefined,
    coverage: least.minCoverage !== undefined,
    mutate: least.minMutation !== undefined,
    ...least,
    trace: undefined,
  };
  return {
    name: "test",
    run:
      tests === undefined
        ? undefined
        : async () =>
            runTests(
              await loadSuiteSet(io, {
                paths: [...(paths ?? []), ...tests],
                candidate: undefined,
              }),
              options,
            ),
    reason: "agentz.yaml names no `tests`",
    failed: ({ summary, gate }) =>
      summary.failed > 0 || summary.errors > 0 || summary.tests === 0 || !gate.passed,
    summary: ({ summary, gate }) =>
      [
        `${summary.passed} of ${summary.tests} passed, ${count(summary.errors, "suite")} not loaded`,
        ...gate.checks.map(minimumText),
      ].join(", "),
  };
}

/** What runs over the candidate; undefined: nothing, and the reason says why. */
function analysisOf(
  loaded: Loaded,
  now: number,
): { readonly run: Part<AnalyzeResult>["run"]; readonly reason: string } {
  const nothing = (reason: string): ReturnType<typeof analysisOf> => ({ run: undefined, reason });
  if (loaded === undefined) return nothing(NO_CANDIDATE);
  if (loaded instanceof UserError)
    return EMPTY_CODES.has(loaded.code)
      ? nothing(loaded.message)
      : { run: () => Promise.reject(loaded), reason: "" };
  return loaded.documents.some(({ kind }) => kind === "Invariant")
    ? { run: () => Promise.resolve(analyzeDocument(loaded, { now })), reason: "" }
    : nothing("the candidate has no `kind: Invariant`");
}

/**
 * What the candidate's invariants come to. What a set says wrong is lint's to report; a set that
 * cannot be read is an error here too, since nobody knows whether it has invariants.
 */
function analyzePart(
  loaded: Loaded,
  config: Config,
  from: { readonly now: number; readonly before: () => Promise<EarlierAnswers | undefined> },
): Part<AnalyzeResult> {
  const strict = config.analyze?.failOn === "cannot-tell";
  const { run, reason } = analysisOf(loaded, from.now);
  return {
    name: "analyze",
    reason,
    run:
      run &&
      (async () => {
        const [document, before] = [await run(), await from.before()];
        return before === undefined ? document : { ...document, before };
      }),
    failed: ({ summary }) => summary.refuted > 0 || (strict && summary.cannotTell > 0),
    summary: ({ summary }) => answersText(summary),
  };
}

/**
 * What the baseline proves, so that a proof that fell is seen; undefined where there is no policy
 * set to ask. A baseline that does not load is an error: nobody knows then which proofs fell.
 */
async function earlierAnswers(
  chosen: Chosen,
  paths: readonly string[] | undefined,
  { io, now }: { readonly io: CommandIo; readonly now: number },
): Promise<EarlierAnswers | undefined> {
  if ("error" in chosen || paths === undefined || chosen.refs.includes("recorded"))
    return undefined;
  const before = await loadPolicySet(io, chosen.refs, paths);
  const { answers, candidate } = analyzeDocument(before, { now });
  return { ref: candidate.ref, answers: answers.map(({ id, answer }) => ({ id, answer })) };
}

/** The baseline, or why there is none: told by the parts that need it, so that the others run. */
type Chosen = { readonly refs: readonly string[] } | { readonly error: unknown };

async function settleBaseline(flags: CiFlags, config: Config, io: CommandIo): Promise<Chosen> {
  try {
    return {
      refs: await chooseBaseline(
        io,
        flags.baseline ?? config.baseline,
        flags.candidate ?? config.candidate,
      ),
    };
  } catch (error) {
    return { error };
  }
}

function refsOf(chosen: Chosen): readonly string[] {
  if ("error" in chosen) throw chosen.error;
  return chosen.refs;
}

/** What the change declares, and what it is. */
interface Comparison {
  readonly version: VersionCheckResult;
  readonly diff: DiffResult;
}

async function compare(
  refs: readonly string[],
  paths: readonly string[],
  io: CommandIo,
): Promise<Comparison> {
  const [before, after] = [
    await loadPolicySet(io, refs, paths),
    await loadPolicySet(io, paths, paths),
  ];
  const sets = { before, after };
  return { version: versionDocument(sets), diff: diffDocument(sets) };
}

/**
 * What changed against a folder, whose versions nobody checks; null where there is no set to compare
 * with, and where one does not load (`isTold`: a step says so already; else that is an error).
 */
async function folderDiff(
  chosen: Chosen,
  paths: readonly string[] | undefined,
  { io, isTold }: { readonly io: CommandIo; readonly isTold: boolean },
): Promise<DiffResult | null> {
  if ("error" in chosen || paths === undefined || chosen.refs.includes("recorded")) return null;
  try {
    return (await compare(chosen.refs, paths, io)).diff;
  } catch (error) {
    if (isTold && error instanceof UserError) return null;
    throw error;
  }
}

function tooLowText(documents: readonly { readonly ok: boolean }[]): string {
  const low = documents.filter(({ ok }) => !ok).length;
  return `${count(low, "document declares", "documents declare")} too little`;
}

function versionPart(
  paths: readonly string[] | undefined,
  chosen: Chosen,
  io: CommandIo,
): Part<Comparison> {
  const plain =
    "refs" in chosen &&
    !chosen.refs.every((ref) => ref.startsWith("git:") || ref.endsWith(".agentz"));
  return {
    name: "version",
    run: paths === undefined || plain ? undefined : async () => compare(refsOf(chosen), paths, io),
    reason: plain
      ? `the baseline \`${chosen.refs.join(" ")}\` is neither a commit nor a bundle`
      : NO_CANDIDATE,
    failed: ({ version }) => !version.ok,
    summary: ({ version: { changed, required, documents } }) =>
      changed
        ? `the change needs ${required}; ${tooLowText(documents)}`
        : "no document changed in meaning",
  };
}

function replaySummary({ trace, changes, error }: ReplayResult): string {
  if (error !== undefined) return error.message;
  return (
    `${trace.calls} calls: ${movedText(changes.widened)} widened, ${total(changes.narrowed)} ` +
    `narrowed, ${changes.indeterminate} indeterminate`
  );
}

const UNGATED =
  "required, but its gate has no limit: set one, such as `gate: { widened: 0 }` in agentz.yaml";

/**
 * Whether anybody but the command itself set a limit: what it demands of every trace is no gate.
 */
export function isGated({ gate }: ReplayResult): boolean {
  return gate.checks.some(({ from }) => from !== "agentz ci");
}

/** A replay of the trace, or what its parts come to. */
async function replayed(
  flags: CiFlags,
  baseline: readonly string[],
  io: CommandIo,
): Promise<{ readonly document: ReplayResult; readonly failed: boolean }> {
  const asked = { ...flags, baseline, gateDefaults: new Map(Object.entries(PIPELINE_LIMITS)) };
  if (flags.parts === undefined) return replayOnce(asked, io);
  const versions = await splitVersions(asked, io);
  return mergeReplays(flags.parts, asked, io, (head) => refuseOtherVersions(head, versions));
}

function replayPart(
  flags: CiFlags,
  config: Config,
  from: { readonly io: CommandIo; readonly chosen: Chosen },
): { readonly part: Part<ReplayResult>; readonly partial: () => boolean } {
  let last: { readonly document: ReplayResult; readonly failed: boolean } | undefined;
  const isIdle = (document: ReplayResult): boolean =>
    flags.needsGate === true && !isGated(document);
  const part: Part<ReplayResult> = {
    name: "replay",
    run:
      (flags.parts ?? flags.trace ?? config.trace) === undefined
        ? undefined
        : async () => (last = await replayed(flags, refsOf(from.chosen), from.io)).document,
    reason: "there is no trace: neither `trace` of agentz.yaml nor --trace",
    failed: (document) => last?.failed === true || isIdle(document),
    summary: (document) =>
      [...(isIdle(document) ? [UNGATED] : []), replaySummary(document)].join(": "),
  };
  return { part, partial: () => last?.document.partial === true };
}

const NOT_ASKED = { run: undefined, reason: "it was not asked for" };

/**
 * Lint, tests, invariants, version check and replay in one run, or those of them that are `asked` for; the
 * status is the worst of theirs (design 11.3). With nothing to do it is a `UserError`.
 */
export async function runCi(
  flags: CiFlags,
  io: CommandIo,
  asked: ReadonlySet<CiStep["name"]> = new Set(CI_STEPS),
): Promise<{ readonly result: CiResult; readonly status: number }> {
  const config = await readConfig(io, flags.config);
  const paths = flags.candidate ?? config.candidate;
  const chosen = await settleBaseline(flags, config, io);
  const replaying = replayPart(flags, config, { io, chosen });
  const loads = asked.has("lint") || asked.has("analyze");
  const loaded = loads ? await loadCandidate(io, paths) : undefined;
  const now = flags.now ?? io.clock();
  const parts = {
    lint: lintPart(paths, config, { flags, io, loaded }),
    test: testPart(paths, config, { flags, io }),
    analyze: analyzePart(loaded, config, {
      now,
      before: () => earlierAnswers(chosen, paths, { io, now }),
    }),
    version: versionPart(paths, chosen, io),
    replay: replaying.part,
  };
  if (Object.values(parts).every(({ run }) => run === undefined))
    throw new UserError("usage", "there is nothing to run", {
      help: "name `candidate:`, `tests:` and `trace:` in agentz.yaml",
    });
  const required = new Set(flags.require);
  let told: string | undefined;
  const run = <T>(part: Part<T>): Promise<Ran<T>> =>
    runPart(asked.has(part.name) ? part : { ...part, ...NOT_ASKED }, { required, told });
  const lint = await run(parts.lint);
  if (lint.step.status === "failed" && loaded instanceof UserError) told = loaded.firstFinding;
  const test = await run(parts.test);
  const analyze = await run(parts.analyze);
  const version = await run(parts.version);
  const replay = await run(parts.replay);
  const diff =
    version.document?.diff ??
    (version.step.status === "skipped" && asked.has("version")
      ? await folderDiff(chosen, paths, { io, isTold: analyze.status > 1 || replay.status > 1 })
      : null);
  const ran = { lint, test, analyze, version, replay };
  const status = replaying.partial()
    ? 130
    : Math.max(...Object.values(ran).map((one) => one.status));
  return { result: ciDocument({ ...ran, diff }, status === 0), status };
}

/** What each step came to. */
interface RanSteps {
  readonly lint: Ran<CiResult["lint"]>;
  readonly test: Ran<CiResult["test"]>;
  readonly analyze: Ran<CiResult["analyze"]>;
  readonly version: Ran<Pick<CiResult, "version" | "diff"> | null>;
  readonly replay: Ran<CiResult["replay"]>;
  readonly diff: DiffResult | null;
}

function ciDocument(ran: RanSteps, passed: boolean): CiResult {
  const { lint, test, analyze, version, replay, diff } = ran;
  return {
    schemaVersion: 1,
    command: "ci",
    tool: { version: VERSION },
    source: lint.document?.source ?? null,
    digest: lint.document?.digest ?? null,
    passed,
    steps: [lint, test, analyze, version, replay].map(({ step }) => step),
    lint: lint.document,
    test: test.document,
    analyze: analyze.document,
    version: version.document?.version ?? null,
    diff,
    replay: replay.document,
  };
}

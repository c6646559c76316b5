import { UserError } from "../../diagnostics/user-error.ts";
import type { AnalyzeResult, EarlierAnswers } from "../../documents/analyze-result.ts";
import type { LintResult } from "../../documents/lint-result.ts";
import type { TestResult } from "../../documents/test-result.ts";
import type { CommandIo } from "../../node/io.ts";
import { answersText } from "../../report/analyze/words.ts";
import { minimumText } from "../../report/test/words.ts";
import { count } from "../../text/count.ts";
import { analyzeDocument } from "../analyze.ts";
import type { Config } from "../config/config.ts";
import { runLintJob } from "../lint-set.ts";
import { type PolicySet, loadPolicySet } from "../policy-set.ts";
import { loadSuiteSet } from "../suite-set.ts";
import { minimums, runTests } from "../test-set.ts";
import { noRuleError } from "../vacuity.ts";
import type { Chosen } from "./baseline-steps.ts";
import { type CiFlags, NO_CANDIDATE, type Step } from "./step.ts";

/**
 * What lint's own findings say too: a set with errors has no rules, and one without documents
 * neither.
 */
const EMPTY_CODES: ReadonlySet<string> = new Set(["policy-does-not-load", "no-documents"]);

/** The candidate, or why it does not load; undefined: there is none. */
type Loaded = PolicySet | UserError | undefined;

export async function loadCandidate(
  io: CommandIo,
  paths: readonly string[] | undefined,
): Promise<Loaded> {
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
export function lintStep(
  paths: readonly string[] | undefined,
  config: Config,
  from: { readonly flags: CiFlags; readonly io: CommandIo; readonly loaded: Loaded },
): Step<LintResult> {
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

export function testStep(
  paths: readonly string[] | undefined,
  config: Config,
  { flags, io }: { readonly flags: CiFlags; readonly io: CommandIo },
): Step<TestResult> {
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
        ...(summary.errors > 0 ? [`${count(summary.errors, "suite")} not loaded`] : []),
        `${summary.passed} of ${summary.tests} ${summary.errors > 0 ? "tests in the others " : ""}passed`,
        ...gate.checks.map(minimumText),
      ].join(", "),
  };
}

/** What runs over the candidate; undefined: nothing, and the reason says why. */
function analysisOf(
  loaded: Loaded,
  now: number,
): { readonly run: Step<AnalyzeResult>["run"]; readonly reason: string } {
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
export function analyzeStep(
  loaded: Loaded,
  config: Config,
  from: { readonly now: number; readonly before: () => Promise<EarlierAnswers | undefined> },
): Step<AnalyzeResult> {
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
export async function earlierAnswers(
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

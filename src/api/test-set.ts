import { DEFAULT_REORDER } from "../trace/order.ts";
import { coverageDocument } from "../suite/coverage-document.ts";
import { CoverageRecorder } from "../suite/coverage.ts";
import {
  EVERY_MUTANT,
  mutantFates,
  mutationDocument,
  ProbePool,
  type FateDocument,
  type MutantShare,
  type MutationJob,
} from "../suite/mutation/run-mutation.ts";
import { runSuites, summaryOf } from "../suite/run-suites.ts";
import type {
  CoverageDocument,
  MinimumCheck,
  FindingDocument,
  MutationDocument,
  TestEntry,
  TestResult,
} from "../documents/test-result.ts";
import { TraceWalk } from "../suite/trace-walk.ts";
import { readTrace, type TraceFile } from "../trace/read-events.ts";
import { ReadReport } from "../trace/read-report.ts";
import type { SuiteSet } from "./suite-set.ts";
import { VERSION } from "../node/version.ts";

export interface TestOptions {
  readonly filter: string | undefined;
  readonly coverage: boolean;
  readonly mutate: boolean;
  /** Shares from 0 to 1; undefined: no minimum. */
  readonly minCoverage: number | undefined;
  readonly minMutation: number | undefined;
  /** A trace whose own coverage is wanted besides. */
  readonly trace: readonly TraceFile[] | undefined;
}

/** The least shares that tests have to reach; undefined: none is asked for. */
export interface TestMinimums {
  readonly minCoverage?: number | undefined;
  readonly minMutation?: number | undefined;
}

/** What a flag says, else what agentz.yaml does. */
export function minimums(
  flags: TestMinimums,
  config: TestMinimums | undefined,
): Pick<TestOptions, "minCoverage" | "minMutation"> {
  return {
    minCoverage: flags.minCoverage ?? config?.minCoverage,
    minMutation: flags.minMutation ?? config?.minMutation,
  };
}

async function traceCoverage(
  loaded: SuiteSet,
  files: readonly TraceFile[],
): Promise<CoverageDocument> {
  const { explaining, assembled } = loaded;
  const recorder = new CoverageRecorder(explaining, assembled.documents);
  const walk = new TraceWalk(assembled.set);
  for await (const batch of readTrace(files, {
    reorder: DEFAULT_REORDER,
    report: new ReadReport(),
  })) {
    for (const event of batch) walk.take(event, (decided) => recorder.take(decided));
  }
  return coverageDocument(recorder, explaining.lines);
}

/**
 * A minimum that fails where there is nothing to measure; shares are cut to a millionth, so never
 * shown above what they are.
 */
function check(
  name: string,
  limit: number,
  { covered, total }: { readonly covered: number; readonly total: number },
): MinimumCheck {
  const actual = total === 0 ? null : Math.floor((covered / total) * 1e6) / 1e6;
  return { name, limit, actual, passed: actual !== null && actual >= limit, bound: "minimum" };
}

function coverageChecks(
  { rules, outcomes }: CoverageDocument,
  limit: number,
): readonly MinimumCheck[] {
  // rules without any condition have no outcomes to reach
  return [
    check("coverage of rules", limit, rules),
    ...(outcomes.total === 0 && rules.total > 0
      ? []
      : [check("coverage of outcomes", limit, outcomes)]),
  ];
}

function gateOf(
  options: TestOptions,
  coverage: CoverageDocument | undefined,
  mutation: MutationDocument | undefined,
): TestResult["gate"] {
  const { minCoverage, minMutation } = options;
  const checks = [
    ...(coverage === undefined || minCoverage === undefined
      ? []
      : coverageChecks(coverage, minCoverage)),
    ...(mutation === undefined || minMutation === undefined
      ? []
      : [
          check("mutation", minMutation, {
            covered: mutation.killed,
            total: mutation.total - mutation.undecided,
          }),
        ]),
  ];
  return { passed: checks.every((one) => one.passed), checks };
}

/** What a share of the suites came to; plain data, so that it can come from another thread. */
export interface TestPart {
  readonly tests: readonly TestEntry[];
  readonly suites: number;
  readonly broken: number;
  readonly loading: readonly FindingDocument[];
  readonly reading: readonly FindingDocument[];
}

/**
 * Other threads, where there are any: they run the suites and the mutants that this one leaves to
 * them.
 */
export interface Others {
  /** In the order of the suites, after this thread's own. */
  readonly parts: () => Promise<readonly TestPart[]>;
  /** Tries the mutants: `own` does this thread's share. */
  readonly fates: (
    job: MutationJob,
    own: (share: MutantShare) => readonly FateDocument[],
  ) => Promise<readonly FateDocument[]>;
}

const ALONE: Others = {
  parts: () => Promise.resolve([]),
  fates: (_, own) => Promise.resolve(own(EVERY_MUTANT)),
};

interface Observers {
  readonly recorder: CoverageRecorder | undefined;
  readonly pool: ProbePool | undefined;
}

/** Runs the suites of a share, and lets the observers hear every call. */
export function runPart(
  loaded: SuiteSet,
  filter: string | undefined,
  observers: Observers,
): TestPart {
  const { suites, broken, explaining, findings, loadFindings } = loaded;
  const observe = [observers.recorder, observers.pool].filter((one) => one !== undefined);
  const tests = runSuites(suites, {
    ...explaining,
    filter,
    ...(observe.length === 0
      ? {}
      : { observe: (decided) => observe.forEach((one) => one.take(decided)) }),
  });
  return {
    tests,
    suites: suites.length + broken.length,
    broken: broken.length,
    loading: findings.slice(0, loadFindings),
    reading: findings.slice(loadFindings),
  };
}

/** What trying mutants takes, once the tests have filled the pool. */
export function mutationJob(
  loaded: SuiteSet,
  filter: string | undefined,
  pool: ProbePool,
): MutationJob {
  return {
    ...loaded.explaining,
    documents: loaded.assembled.documents,
    suites: loaded.suites,
    filter,
    pool: pool.probes,
  };
}

function united(parts: readonly TestPart[]): TestPart {
  return {
    tests: parts.flatMap((part) => part.tests),
    suites: parts.reduce((sum, part) => sum + part.suites, 0),
    broken: parts.reduce((sum, part) => sum + part.broken, 0),
    loading: parts.flatMap((part) => part.loading),
    reading: parts.flatMap((part) => part.reading),
  };
}

async function mutationOf(job: MutationJob, others: Others): Promise<MutationDocument> {
  return mutationDocument(await others.fates(job, (share) => mutantFates(job, share)));
}

/**
 * Runs the tests of a set, with what is asked for besides, and gives the document (design 8, 12).
 * The same, byte for byte, whatever is left to others.
 */
export async function runTests(
  loaded: SuiteSet,
  options: TestOptions,
  others: Others = ALONE,
): Promise<TestResult> {
  const { assembled, explaining } = loaded;
  const recorder = options.coverage
    ? new CoverageRecorder(explaining, assembled.documents)
    : undefined;
  const pool = options.mutate ? new ProbePool(assembled.set) : undefined;
  const own = runPart(loaded, options.filter, { recorder, pool });
  const { tests, suites, broken, loading, reading } = united([own, ...(await others.parts())]);
  const summary = summaryOf(tests, { suites, broken });
  const sound = summary.failed === 0 && summary.tests > 0;
  const mutation =
    pool !== undefined && sound
      ? await mutationOf(mutationJob(loaded, options.filter, pool), others)
      : undefined;
  const coverage =
    recorder === undefined ? undefined : coverageDocument(recorder, explaining.lines);
  const reached =
    options.trace === undefined ? undefined : await traceCoverage(loaded, options.trace);
  return {
    schemaVersion: 1,
    command: "test",
    tool: { version: VERSION },
    source: assembled.source,
    digest: assembled.digest,
    filter: options.filter ?? null,
    summary,
    tests,
    findings: [...loading, ...reading],
    ...(coverage === undefined ? {} : { coverage }),
    ...(reached === undefined ? {} : { traceCoverage: reached }),
    ...(mutation === undefined ? {} : { mutation }),
    gate: gateOf(options, coverage, mutation),
  };
}

import { coverageDocument } from "../suite/coverage-document.ts";
import { CoverageRecorder } from "../suite/coverage.ts";
import { ProbePool, runMutation } from "../suite/mutation/run-mutation.ts";
import { runSuites, summaryOf } from "../suite/run-suites.ts";
import type { CoverageDocument, GateCheck, MutationDocument, TestResult } from "../suite/result.ts";
import { TraceWalk } from "../suite/trace-walk.ts";
import { readTrace, type TraceFile } from "../trace/read-events.ts";
import { ReadReport } from "../trace/read-report.ts";
import type { SuiteSet } from "./suite-set.ts";
import { VERSION } from "./version.ts";

export interface TestOptions {
  readonly filter: string | undefined;
  readonly coverage: boolean;
  readonly mutate: boolean;
  /** In percent; undefined: no gate. */
  readonly minCoverage: number | undefined;
  readonly minMutation: number | undefined;
  /** A trace whose own coverage is wanted besides. */
  readonly trace: readonly TraceFile[] | undefined;
}

const REORDER = 10_000;

async function traceCoverage(loaded: SuiteSet, files: readonly TraceFile[]): Promise<CoverageDocument> {
  const { explaining, assembled } = loaded;
  const recorder = new CoverageRecorder(explaining, assembled.documents);
  const walk = new TraceWalk(assembled.set);
  for await (const batch of readTrace(files, { reorder: REORDER, report: new ReadReport() })) {
    for (const event of batch) walk.take(event, (decided) => recorder.take(decided));
  }
  return coverageDocument(recorder, explaining.lines);
}

function percent(covered: number, total: number): number | null {
  return total === 0 ? null : Math.floor((covered / total) * 1000) / 10;
}

function check(name: string, limit: number, actual: number | null): GateCheck {
  return { name, limit, actual, passed: actual === null || actual >= limit };
}

function gateOf(options: TestOptions, coverage: CoverageDocument | undefined, mutation: MutationDocument | undefined): TestResult["gate"] {
  const { minCoverage, minMutation } = options;
  const checks = [
    ...(coverage === undefined || minCoverage === undefined
      ? []
      : [check("coverage of rules", minCoverage, percent(coverage.rules.covered, coverage.rules.total)), check("coverage of outcomes", minCoverage, percent(coverage.outcomes.covered, coverage.outcomes.total))]),
    ...(mutation === undefined || minMutation === undefined ? [] : [check("mutation", minMutation, mutation.score)]),
  ];
  return { passed: checks.every((one) => one.passed), checks };
}

/** Runs the tests of a set, with what is asked for besides, and gives the document (design 8, 12). */
export async function runTests(loaded: SuiteSet, options: TestOptions): Promise<TestResult> {
  const { assembled, suites, broken, explaining } = loaded;
  const recorder = options.coverage ? new CoverageRecorder(explaining, assembled.documents) : undefined;
  const pool = options.mutate ? new ProbePool(assembled.set) : undefined;
  const observe = [recorder, pool].filter((one) => one !== undefined);
  const tests = runSuites(suites, { ...explaining, filter: options.filter, ...(observe.length === 0 ? {} : { observe: (decided) => observe.forEach((one) => one.take(decided)) }) });
  const summary = summaryOf(tests, { suites: suites.length + broken.length, broken: broken.length });
  const sound = summary.failed === 0 && summary.tests > 0;
  const mutation = pool !== undefined && sound ? runMutation({ ...explaining, documents: assembled.documents, suites, filter: options.filter, pool: pool.probes }) : undefined;
  const coverage = recorder === undefined ? undefined : coverageDocument(recorder, explaining.lines);
  const reached = options.trace === undefined ? undefined : await traceCoverage(loaded, options.trace);
  return {
    schemaVersion: 1,
    command: "test",
    tool: { version: VERSION },
    source: assembled.source,
    digest: assembled.digest,
    filter: options.filter ?? null,
    summary,
    tests,
    findings: loaded.findings,
    ...(coverage === undefined ? {} : { coverage }),
    ...(reached === undefined ? {} : { traceCoverage: reached }),
    ...(mutation === undefined ? {} : { mutation }),
    gate: gateOf(options, coverage, mutation),
  };
}

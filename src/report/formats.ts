import type { AcceptResult } from "../documents/accept-result.ts";
import type { AnalyzeResult } from "../documents/analyze-result.ts";
import type { BenchResult } from "../documents/bench-result.ts";
import type { BlameResult } from "../documents/blame-result.ts";
import type { BlastRadiusResult } from "../documents/blast-radius-result.ts";
import type { BundleResult } from "../documents/bundle-result.ts";
import type { CatalogCheckResult } from "../documents/catalog-check-result.ts";
import type { CiResult } from "../documents/ci-result.ts";
import type { CoverageResult } from "../documents/coverage-result.ts";
import type { DecideResult } from "../documents/decide-result.ts";
import type { DiffResult } from "../documents/diff-result.ts";
import type { ExplainResult } from "../documents/explain-result.ts";
import type { FmtResult } from "../documents/fmt-result.ts";
import type { InitResult } from "../documents/init-result.ts";
import type { LintResult } from "../documents/lint-result.ts";
import type { PlanResult } from "../documents/plan-result.ts";
import type { RecordPlanResult } from "../documents/record-plan-result.ts";
import type { ReplayResult } from "../documents/replay-result.ts";
import type { ReportResult } from "../documents/report-result.ts";
import type { ScanResult } from "../documents/scan-result.ts";
import type { TestResult } from "../documents/test-result.ts";
import type { IndexResult } from "../documents/trace-index-result.ts";
import type { StatsResult } from "../documents/trace-stats-result.ts";
import type { ValidateResult } from "../documents/trace-validate-result.ts";
import type { VersionBumpResult, VersionCheckResult } from "../documents/version-result.ts";
import type { WhoCanResult } from "../documents/who-can-result.ts";
import { jsonReporter, type Reporter } from "./reporter.ts";

/** Every result document that is written in formats, by what its `command` says. */
export interface Documents {
  readonly accept: AcceptResult;
  readonly analyze: AnalyzeResult;
  readonly bench: BenchResult;
  readonly blame: BlameResult;
  readonly "blast-radius": BlastRadiusResult;
  readonly bundle: BundleResult;
  readonly "catalog check": CatalogCheckResult;
  readonly ci: CiResult;
  readonly coverage: CoverageResult;
  readonly decide: DecideResult;
  readonly diff: DiffResult;
  readonly explain: ExplainResult;
  readonly fmt: FmtResult;
  readonly init: InitResult;
  readonly lint: LintResult;
  readonly plan: PlanResult;
  readonly "record-plan": RecordPlanResult;
  readonly replay: ReplayResult;
  readonly report: ReportResult;
  readonly scan: ScanResult;
  readonly test: TestResult;
  readonly "trace index": IndexResult;
  readonly "trace stats": StatsResult;
  readonly "trace validate": ValidateResult;
  readonly "version bump": VersionBumpResult;
  readonly "version check": VersionCheckResult;
  readonly "who-can": WhoCanResult;
}

/** What names a result document. */
export type DocumentName = keyof Documents;

/** Loads the module of a format when it is first asked for. */
type Load<T> = () => Promise<Reporter<T>>;

type Formats = { readonly [Name in DocumentName]: ReadonlyMap<string, Load<Documents[Name]>> };

function formats<T>(list: { readonly [format: string]: Load<T> }): ReadonlyMap<string, Load<T>> {
  return new Map(Object.entries(list));
}

const json: Load<unknown> = () => Promise.resolve(jsonReporter);

/** The formats of each document, in the order of `--help`, and the module that writes each. */
const FORMATS: Formats = {
  accept: formats<AcceptResult>({
    pretty: async () => (await import("./accept/pretty.ts")).prettyAccept,
    json,
  }),
  analyze: formats<AnalyzeResult>({
    pretty: async () => (await import("./analyze/pretty.ts")).prettyAnalyze,
    json,
    markdown: async () => (await import("./analyze/markdown.ts")).markdownAnalyze,
  }),
  bench: formats<BenchResult>({
    pretty: async () => (await import("./bench/pretty.ts")).prettyBench,
    json,
    markdown: async () => (await import("./bench/markdown.ts")).markdownBench,
  }),
  blame: formats<BlameResult>({
    pretty: async () => (await import("./blame/pretty.ts")).prettyBlame,
    json,
  }),
  "blast-radius": formats<BlastRadiusResult>({
    pretty: async () => (await import("./blast-radius/pretty.ts")).prettyBlastRadius,
    json,
    markdown: async () => (await import("./blast-radius/markdown.ts")).markdownBlastRadius,
  }),
  bundle: formats<BundleResult>({
    pretty: async () => (await import("./bundle/pretty.ts")).prettyBundle,
    json,
  }),
  "catalog check": formats<CatalogCheckResult>({
    pretty: async () => (await import("./catalog-check/pretty.ts")).prettyCatalogCheck,
    json,
  }),
  ci: formats<CiResult>({
    pretty: async () => (await import("./ci/pretty.ts")).prettyCi,
    json,
    markdown: async () => (await import("./ci/markdown.ts")).markdownCi,
    sarif: async () => (await import("./ci/sarif.ts")).sarifCi,
    github: async () => (await import("./ci/github.ts")).githubCi,
    junit: async () => (await import("./ci/junit.ts")).junitCi,
  }),
  coverage: formats<CoverageResult>({
    pretty: async () => (await import("./coverage/pretty.ts")).prettyCoverage,
    json,
    markdown: async () => (await import("./coverage/markdown.ts")).markdownCoverage,
  }),
  decide: formats<DecideResult>({
    pretty: async () => (await import("./decide/pretty.ts")).prettyDecide,
    json,
  }),
  diff: formats<DiffResult>({
    pretty: async () => (await import("./diff/pretty.ts")).prettyDiff,
    markdown: async () => (await import("./diff/markdown.ts")).markdownDiff,
    json,
  }),
  explain: formats<ExplainResult>({
    pretty: async () => (await import("./explain/pretty.ts")).prettyExplain,
    json,
  }),
  fmt: formats<FmtResult>({
    pretty: async () => (await import("./fmt/pretty.ts")).prettyFmt,
    json,
  }),
  init: formats<InitResult>({
    pretty: async () => (await import("./init/pretty.ts")).prettyInit,
    json,
  }),
  lint: formats<LintResult>({
    pretty: async () => (await import("./lint/pretty.ts")).prettyLint,
    json,
    sarif: async () => (await import("./lint/sarif.ts")).sarifLint,
    github: async () => (await import("./lint/github.ts")).githubLint,
    junit: async () => (await import("./lint/junit.ts")).junitLint,
    markdown: async () => (await import("./lint/markdown.ts")).markdownLint,
  }),
  plan: formats<PlanResult>({
    pretty: async () => (await import("./plan/pretty.ts")).prettyPlan,
    json,
  }),
  "record-plan": formats<RecordPlanResult>({
    pretty: async () => (await import("./record-plan/pretty.ts")).prettyRecordPlan,
    json,
  }),
  replay: formats<ReplayResult>({
    pretty: async () => (await import("./replay/pretty.ts")).prettyReplay,
    json,
    markdown: async () => (await import("./replay/markdown.ts")).markdownReplayAlone,
    sarif: async () => (await import("./replay/sarif.ts")).sarifReplay,
    github: async () => (await import("./replay/github.ts")).githubReplay,
    junit: async () => (await import("./replay/junit.ts")).junitReplay,
  }),
  report: formats<ReportResult>({
    pretty: async () => (await import("./executive-report/pretty.ts")).prettyReport,
    html: async () => (await import("./executive-report/html.ts")).htmlReport,
    markdown: async () => (await import("./executive-report/markdown.ts")).markdownReport,
    json,
  }),
  scan: formats<ScanResult>({
    pretty: async () => (await import("./scan/pretty.ts")).prettyScan,
    json,
  }),
  test: formats<TestResult>({
    pretty: async () => (await import("./test/pretty.ts")).prettyTest,
    json,
    junit: async () => (await import("./test/junit.ts")).junitTest,
    github: async () => (await import("./test/github.ts")).githubTest,
    markdown: async () => (await import("./test/markdown.ts")).markdownTest,
  }),
  "trace index": formats<IndexResult>({
    pretty: async () => (await import("./trace-index/pretty.ts")).prettyIndex,
    json,
  }),
  "trace stats": formats<StatsResult>({
    pretty: async () => (await import("./trace-stats/pretty.ts")).prettyStats,
    json,
  }),
  "trace validate": formats<ValidateResult>({
    pretty: async () => (await import("./trace-validate/pretty.ts")).prettyValidate,
    json,
  }),
  "version bump": formats<VersionBumpResult>({
    pretty: async () => (await import("./version-bump/pretty.ts")).prettyVersionBump,
    json,
  }),
  "version check": formats<VersionCheckResult>({
    pretty: async () => (await import("./version-check/pretty.ts")).prettyVersionCheck,
    markdown: async () => (await import("./version-check/markdown.ts")).markdownVersionCheck,
    github: async () => (await import("./version-check/github.ts")).githubVersionCheck,
    json,
  }),
  "who-can": formats<WhoCanResult>({
    pretty: async () => (await import("./who-can/pretty.ts")).prettyWhoCan,
    json,
    markdown: async () => (await import("./who-can/markdown.ts")).markdownWhoCan,
  }),
};

/** The name of every document. */
export const DOCUMENT_NAMES: readonly DocumentName[] = Object.keys(FORMATS).filter(isName);

function isName(name: string): name is DocumentName {
  return Object.hasOwn(FORMATS, name);
}

/** The names of the formats that a document has, in the order of `--help`. */
export function formatsOf(name: DocumentName): readonly string[] {
  return [...FORMATS[name].keys()];
}

/** What writes a document in a format; undefined: it has no such format. */
export async function reporterOf<Name extends DocumentName>(
  name: Name,
  format: string,
): Promise<Reporter<Documents[Name]> | undefined> {
  return FORMATS[name].get(format)?.();
}

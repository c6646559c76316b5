/**
 * agentz as a library: load policies, decide requests, lint, test, compare. Values in, values out;
 * what a user can fix is a `UserError`. The functions give the result documents that the command
 * line writes as JSON (design 12).
 */
export { decide } from "./api/decide.ts";
export type { DecideOptions, RequestInput, SessionState } from "./api/decide.ts";
export { checkVersion, diff } from "./api/diff.ts";
export { lint } from "./api/lint.ts";
export type { LintOptions } from "./api/lint.ts";
export { openLivePoint } from "./api/live-point.ts";
export type {
  LiveDecision,
  LiveOptions,
  LivePoint,
  NamedEntities,
  ShadowDecision,
} from "./api/live-point.ts";
export { loadPolicies } from "./api/load-policies.ts";
export type { PolicyReferences, PolicyText, SetOptions } from "./api/set-files.ts";
export { openSession } from "./api/open-session.ts";
export type { Session, SessionOptions } from "./api/open-session.ts";
export type { Policies, PolicyDocument } from "./api/policies.ts";
export { readTrace } from "./api/read-trace.ts";
export type { Trace, TraceOptions, TraceReport } from "./api/read-trace.ts";
export { coverage, replay } from "./api/replay.ts";
export type { ReplayInput } from "./api/replay.ts";
export type { ReplayOptions } from "./api/replay-call.ts";
export { test } from "./api/test.ts";
export type { TestRunOptions } from "./api/test.ts";
export { UserError } from "./diagnostics/user-error.ts";
export { render } from "./api/render.ts";
export type { ResultDocument } from "./api/render.ts";
export type { CoverageResult } from "./documents/coverage-result.ts";
export type { ReplayResult } from "./documents/replay-result.ts";
export type { DecideResult, DecisionDocument, InputFinding } from "./documents/decide-result.ts";
export type { LintResult } from "./documents/lint-result.ts";
export type { DiffResult } from "./documents/diff-result.ts";
export type { VersionCheckResult } from "./documents/version-result.ts";
export type { Json, JsonObject } from "./request/json.ts";
export type { TestResult } from "./documents/test-result.ts";
export type { TraceEvent } from "./trace/event.ts";
export { TraceError } from "./diagnostics/trace-error.ts";

import type { Json } from "../request/json.ts";
import type { RequirementDocument, UncountedApproval } from "./decide-result.ts";

/** A line of a document: its place and its text. */
export interface LineRef {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The text of the line without its indentation. */
  readonly source: string;
}

/** One field of an expectation that is not met. */
export interface Difference {
  readonly field: string;
  readonly expected: Json;
  readonly actual: Json;
  /** Set if the expectation itself is wrong because it names something that does not exist. */
  readonly fault?: string;
  readonly help?: string;
}

/** An attribute as a condition read it; `absent` or `unknown` if there is no value. */
export interface ValueShown {
  readonly path: string;
  readonly state: "value" | "absent" | "unknown" | "hidden";
  readonly value: Json;
  /** The source of the value. If the catalog has the attribute, its value counts (design 2.7). */
  readonly from: "call" | "catalog";
  /** The value in the call, if the catalog has another value. */
  readonly claimed?: Json;
}

/** The result of a condition (design 3.5). `unknown`: an attribute that it reads is unrecorded. */
export type TruthName = "true" | "false" | "unknown" | "error";

/**
 * A part of a rule with its result: a list of the scope, or a condition down to its atomic parts.
 */
export interface ConditionNode {
  readonly kind: "scope" | "all" | "any" | "not" | "test" | "exception";
  readonly text: string;
  readonly outcome: TruthName;
  /** The cause of an error, or the attributes that are missing. */
  readonly message: string | null;
  readonly at: LineRef | null;
  readonly values: readonly ValueShown[];
  readonly children: readonly ConditionNode[];
}

export interface RuleTree {
  readonly rule: string;
  readonly effect: string;
  readonly mode: "enforce" | "shadow";
  readonly outcome: "matched" | "not matched" | "excepted" | "unknown" | "error";
  /** True if the rule is among those that decided. */
  readonly decided: boolean;
  /**
   * The subject of this decision, if the policies also decide for others than the caller (design
   * 4.5).
   */
  readonly subject: string;
  readonly reason: string | null;
  readonly at: LineRef | null;
  readonly conditions: readonly ConditionNode[];
}

/** The rule, or the catalog's entry of an agent, that decided, with its source. */
export interface DecidingDocument {
  readonly rule: string;
  readonly at: LineRef | null;
  /** The reason of a rule that matched or may; where only an error made it count, that this is so. */
  readonly why: string | null;
  /**
   * The subjects for whom it decided, if the policies also decide for others than the caller
   * (design 4.5): `agent:supervisor`.
   */
  readonly subjects: readonly string[];
  /** For a rule: the conditions by which it matched. */
  readonly because: readonly ConditionNode[];
}

/** The declaration of session state that the shown conditions read. */
export interface DeclaredDocument {
  readonly name: string;
  readonly at: LineRef;
}

/** The rule that was nearest to the expectation, and its conditions that were not met. */
export interface NearestDocument {
  readonly rule: string;
  readonly effect: string;
  readonly at: LineRef | null;
  readonly failed: readonly ConditionNode[];
}

/** The reason why a test failed at one call. */
export interface FailureDocument {
  readonly message: string;
  /** The call of the session, from 1, and its repetition; null if the test is one call. */
  readonly step: number | null;
  readonly repetition: number | null;
  readonly at: LineRef | null;
  readonly differences: readonly Difference[];
  readonly deciding: readonly DecidingDocument[];
  readonly nearest: NearestDocument | null;
  /** The approvals that the call needs and that are not satisfied. */
  readonly requirements: readonly RequirementDocument[];
  /** What was given for them and does not count. */
  readonly uncounted: readonly UncountedApproval[];
  readonly declared: readonly DeclaredDocument[];
  readonly help: string | null;
}

export type TestStatus = "passed" | "failed" | "error";

/**
 * One case of a test. `expected` and `actual` belong to the first call that failed, else to the
 * last call.
 */
export interface TestEntry {
  readonly suite: string;
  readonly name: string;
  readonly status: TestStatus;
  readonly expected: Json;
  readonly actual: Json;
  readonly file: string;
  readonly line: number;
  readonly failures: readonly FailureDocument[];
}

export interface TestSummary {
  readonly suites: number;
  readonly tests: number;
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
}

export interface UncoveredRule {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
}

export interface UncoveredOutcome {
  readonly rule: string;
  readonly condition: string;
  readonly outcome: "true" | "false";
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface CoverageShare<T> {
  readonly covered: number;
  readonly total: number;
  readonly uncovered: readonly T[];
}

/** A line of a policy, and whether tests reached it; `none` for a line with nothing to reach. */
export interface CoveredLine {
  readonly line: number;
  readonly text: string;
  readonly state: "covered" | "partly" | "uncovered" | "none";
  readonly notes: readonly string[];
}

export interface CoverageDocument {
  readonly rules: CoverageShare<UncoveredRule>;
  readonly outcomes: CoverageShare<UncoveredOutcome>;
  readonly files: readonly { readonly file: string; readonly lines: readonly CoveredLine[] }[];
}

/** A mutant that no test killed. */
export interface SurvivorDocument {
  readonly id: string;
  readonly rule: string;
  readonly operator: string;
  readonly change: string;
  readonly file: string;
  readonly line: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** A call that the policy and the mutant decide differently; null if agentz found none. */
  readonly witness: WitnessDocument | null;
}

export interface WitnessDocument {
  readonly call: Json;
  readonly session: Json;
  /**
   * The parts of the decision that differ: effect, permitted, possible, obligations, approval,
   * containment.
   */
  readonly differs: readonly string[];
  readonly original: {
    readonly effect: string;
    readonly permitted: boolean;
    readonly rules: readonly string[];
  };
  readonly mutant: {
    readonly effect: string;
    readonly permitted: boolean;
    readonly rules: readonly string[];
  };
}

export interface MutationDocument {
  readonly killed: number;
  /** The number of killed, survived and undecided mutants. */
  readonly total: number;
  readonly undecided: number;
  /** Mutants that provably decide every call as the original does; not in `total`. */
  readonly equivalent: number;
  /** Mutants that do not load because of a check or an example of the policy; not in `total`. */
  readonly unloadable: number;
  /** The share of the decided mutants that were killed, in percent; null if there are none. */
  readonly score: number | null;
  readonly survivors: readonly SurvivorDocument[];
  readonly undecidedMutants: readonly SurvivorDocument[];
}

export interface FindingDocument {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly path: string;
  readonly help: string | null;
  /** The finding with its source line, as text. */
  readonly text: string;
}

/** A minimum for a share, 0 to 1. */
export interface MinimumCheck {
  readonly name: string;
  readonly limit: number;
  /** The measured share; null if there is nothing to measure, which fails. */
  readonly actual: number | null;
  readonly passed: boolean;
  readonly bound: "minimum";
}

/** The result document of `agentz test` (design 12). */
export interface TestResult {
  readonly schemaVersion: 1;
  readonly command: "test";
  readonly tool: { readonly version: string };
  readonly source: string | null;
  readonly digest: string | null;
  readonly filter: string | null;
  readonly summary: TestSummary;
  readonly tests: readonly TestEntry[];
  readonly findings: readonly FindingDocument[];
  readonly coverage?: CoverageDocument;
  /** The coverage by a trace, if there is one. */
  readonly traceCoverage?: CoverageDocument;
  readonly mutation?: MutationDocument;
  readonly gate: { readonly passed: boolean; readonly checks: readonly MinimumCheck[] };
}

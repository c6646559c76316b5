import type { Json } from "../request/json.ts";

/** A line of a document: where something stands, and the line itself. */
export interface LineRef {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line without its indentation. */
  readonly source: string;
}

/** One field of an expectation that does not hold. */
export interface Difference {
  readonly field: string;
  readonly expected: Json;
  readonly actual: Json;
  /** Set where the expectation itself is wrong: it names what does not exist. */
  readonly fault?: string;
  readonly help?: string;
}

/** An attribute as a condition saw it; `absent` and `unknown` where there is no value. */
export interface ValueShown {
  readonly path: string;
  readonly state: "value" | "absent" | "unknown" | "hidden";
  readonly value: Json;
  /** Whose value it is: where the catalog knows the attribute, its value counts (design 2.7). */
  readonly from: "call" | "catalog";
  /** What the call claims, where the catalog says otherwise. */
  readonly claimed?: Json;
}

/** What a condition comes to (design 3.5); `unknown`: an attribute that it reads is unrecorded. */
export type TruthName = "true" | "false" | "unknown" | "error";

/** A part of a rule as it was asked: scope lists and conditions, down to the atomic ones. */
export interface ConditionNode {
  readonly kind: "scope" | "all" | "any" | "not" | "test" | "exception";
  readonly text: string;
  readonly outcome: TruthName;
  /** Why it is an error, or which attributes are missing. */
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
  /** True where the rule is among those that decided. */
  readonly decided: boolean;
  /** Whose decision it was, where the policies ask for more than the caller (design 4.5). */
  readonly subject: string;
  readonly reason: string | null;
  readonly at: LineRef | null;
  readonly conditions: readonly ConditionNode[];
}

/** What decided, with its source: a rule, or the catalog's record of an agent. */
export interface DecidingDocument {
  readonly rule: string;
  readonly at: LineRef | null;
  readonly why: string | null;
  /**
   * For whom this decided, where the policies ask for more than the caller (design 4.5):
   * `agent:supervisor`.
   */
  readonly subjects: readonly string[];
  /** On a rule: the conditions by which it matched. */
  readonly because: readonly ConditionNode[];
}

/** Session state that the conditions shown read: where it is declared. */
export interface DeclaredDocument {
  readonly name: string;
  readonly at: LineRef;
}

/**
 * The rule that came nearest to what was expected, and the conditions of it that stood against it.
 */
export interface NearestDocument {
  readonly rule: string;
  readonly effect: string;
  readonly at: LineRef | null;
  readonly failed: readonly ConditionNode[];
}

/** Why a test failed at one call. */
export interface FailureDocument {
  readonly message: string;
  /**
   * Which call of a session, from 1, and which of its repetitions; null where the test is one call.
   */
  readonly step: number | null;
  readonly repetition: number | null;
  readonly at: LineRef | null;
  readonly differences: readonly Difference[];
  readonly deciding: readonly DecidingDocument[];
  readonly nearest: NearestDocument | null;
  readonly declared: readonly DeclaredDocument[];
  readonly help: string | null;
}

export type TestStatus = "passed" | "failed" | "error";

/**
 * One case of a test. `expected` and `actual` are those of the first call that failed, else of the
 * last one.
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

/** A line of a policy with what was reached of it; `none` on a line that holds nothing to reach. */
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

/** A change of a policy that no test noticed. */
export interface SurvivorDocument {
  readonly id: string;
  readonly rule: string;
  readonly operator: string;
  readonly change: string;
  readonly file: string;
  readonly line: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** A call that the two decide differently; null where none was found. */
  readonly witness: WitnessDocument | null;
}

export interface WitnessDocument {
  readonly call: Json;
  readonly session: Json;
  /**
   * What of the decision differs: effect, permitted, possible, obligations, approval, containment.
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
  /** Killed, survived and undecided. */
  readonly total: number;
  readonly undecided: number;
  /** Proven to decide every call as the original does; not in `total`. */
  readonly equivalent: number;
  /** Changes that the policy's own checks and examples refuse; not in `total`. */
  readonly unloadable: number;
  /** Killed of those decided, in percent; null without any. */
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
  /** The finding with its source line, as a person reads it. */
  readonly text: string;
}

/** A minimum that a share has to reach, 0 to 1. */
export interface MinimumCheck {
  readonly name: string;
  readonly limit: number;
  /** Null: there is nothing to measure, which fails. */
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
  /** What a trace reaches, where one was given. */
  readonly traceCoverage?: CoverageDocument;
  readonly mutation?: MutationDocument;
  readonly gate: { readonly passed: boolean; readonly checks: readonly MinimumCheck[] };
}

import type { Condition, Place } from "../policy/model.ts";
import type { Json, JsonObject } from "../request/json.ts";

/** One value that a matrix path or a `where` names: the path as written, and its segments. */
export interface PathValue {
  readonly path: string;
  readonly value: Json;
}

/**
 * When an expectation of a list counts (design 8.1): paths and values of the call, or a condition
 * on it.
 */
export type Where =
  | { readonly by: "values"; readonly values: readonly PathValue[] }
  | { readonly by: "condition"; readonly condition: Condition };

/** What is expected of an approval: fits if one requirement fits all that is named. */
export interface ExpectedApproval {
  readonly state?: string;
  readonly rule?: string;
  readonly quorum?: number;
  readonly approvers?: readonly string[];
  /** Milliseconds. */
  readonly within?: number;
  readonly have?: readonly string[];
}

/** Expected duties; a duty that is not named is not looked at. */
export interface ExpectedObligations {
  readonly redact?: readonly string[];
  readonly above?: string;
  readonly log?: boolean;
  readonly notify?: readonly string[];
}

/** Expected session state after the call; what is not named is not looked at. */
export interface ExpectedState {
  /** Name -> whether it is set. */
  readonly labels: ReadonlyMap<string, boolean>;
  readonly counters: ReadonlyMap<string, number>;
  readonly values: ReadonlyMap<string, readonly Json[]>;
}

/** One expectation (design 8.1); every field that is set has to hold. */
export interface Expectation {
  readonly where?: Where;
  readonly effect?: string;
  readonly rules?: readonly string[];
  readonly permitted?: boolean;
  readonly indeterminate?: boolean;
  readonly approval?: ExpectedApproval | "none";
  readonly obligations?: ExpectedObligations | "none";
  readonly missing?: readonly string[];
  readonly state?: ExpectedState;
  readonly place: Place;
}

/** One call of a test; a single call is a session of one. */
export interface Step {
  /** As written, with `use` not yet taken in: a matrix may change it. */
  readonly raw: JsonObject;
  /** The same with `use` taken in. */
  readonly call: JsonObject;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly repeat: number;
  readonly outcome?: JsonObject;
  readonly expect: readonly Expectation[];
  readonly place: Place;
}

/**
 * One path of a matrix with the values it takes. `step` names one call of a session; undefined:
 * every call.
 */
export interface Dimension {
  readonly path: string;
  readonly step: number | undefined;
  readonly segments: readonly string[];
  readonly values: readonly Json[];
  /** Of the list of values. */
  readonly place: Place;
}

export interface Test {
  readonly name: string;
  readonly steps: readonly Step[];
  /** False where the test is a `session`. */
  readonly single: boolean;
  readonly matrix: readonly Dimension[];
  readonly place: Place;
}

/** A suite ready to run. */
export interface Suite {
  readonly name: string;
  /** Milliseconds since 1970: what `at` counts from. */
  readonly now: number;
  readonly fixtures: ReadonlyMap<string, JsonObject>;
  readonly tests: readonly Test[];
  readonly place: Place;
}

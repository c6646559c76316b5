import type { SetInfo } from "./version-result.ts";
import type { Bump } from "./version-result.ts";

/** What one version decides on a call, in short. */
export interface WitnessSide {
  readonly effect: string;
  readonly rules: readonly string[];
  /** Approvals needed, one number a requirement. */
  readonly quorums: readonly number[];
  readonly obligations: readonly string[];
}

/** A call that the two versions decide otherwise, and the engine has decided under both. */
export interface Witness {
  /** As `agentz decide` takes it. */
  readonly request: { readonly [key: string]: unknown };
  readonly before: WitnessSide;
  readonly after: WitnessSide;
  readonly class: "widened" | "narrowed" | "other";
}

/** One change of `agentz diff`. */
export interface DiffChange {
  readonly document: { readonly kind: string; readonly name: string };
  readonly about: string;
  readonly sentence: string;
  /** What it can do: `unknown` if agentz cannot classify the change, which counts as widening. */
  readonly effect: "widens" | "narrows" | "both" | "moves" | "none" | "unknown";
  readonly before: string | null;
  readonly after: string | null;
  readonly witness: Witness | null;
}

/**
 * What a sentence about calls is true of: every call of this subject and action that fulfils the
 * condition.
 */
export interface CallConditions {
  /** `type:id`; null where it does not matter who calls. */
  readonly subject: string | null;
  /** `server/name`. */
  readonly action: string;
  /** A condition as a rule would write it. */
  readonly when: string;
}

/** Calls of one kind over a range of one argument that are decided otherwise, as a sentence. */
export interface OutcomeChange {
  readonly sentence: string;
  readonly conditions: CallConditions;
  readonly witness: Witness;
}

/** The result document of `agentz diff`. */
export interface DiffResult {
  readonly schemaVersion: 1;
  readonly command: "diff";
  readonly tool: { readonly version: string };
  readonly before: SetInfo;
  readonly after: SetInfo;
  readonly changed: boolean;
  readonly required: Bump;
  readonly outcomes: readonly OutcomeChange[];
  readonly changes: readonly DiffChange[];
}

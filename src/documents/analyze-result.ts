import type { JsonObject } from "../request/json.ts";

/** What is known of an invariant: proved for every call of every session, or not. */
export type InvariantAnswer = "proved" | "refuted" | "cannot_tell";

/** Calls that break an invariant: each was decided by the engine, in this order, and permitted. */
export interface InvariantWitness {
  /** What happens, in words. */
  readonly sentence: string;
  /** As a test of a suite writes them; the last one breaks the invariant. */
  readonly calls: readonly JsonObject[];
  /** What decided the last one. */
  readonly effect: "allow" | "require_approval" | "deny";
  readonly rules: readonly string[];
  /**
   * A suite (YAML) that fails until the policies are fixed; of a call on a state that no session
   * was looked for, a request of `agentz decide`.
   */
  readonly test: string;
}

/** One rule of an invariant, answered. */
export interface AnsweredInvariant {
  /** `<invariant>/<rule>`; what a question asks about: a rule, a subject, or its own words. */
  readonly id: string;
  readonly answer: InvariantAnswer;
  readonly witness: InvariantWitness | null;
  /** What stood in the way, or what is odd about a proof; null: nothing. */
  readonly why: string | null;
  /** What would help to tell. */
  readonly help: string | null;
  /** Where the rule stands; null for a question that stands in no file. */
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
  /** Milliseconds that it took to answer; null in `ci` and `report`, which do not measure it. */
  readonly ms: number | null;
}

/** A question that stands in no file; `text`: its words, or the version that is compared with. */
export interface AnalyzeQuestion {
  readonly kind: "never" | "who_can_ever" | "no_new_access" | "equivalent" | "dead_rules";
  readonly text: string | null;
}

/** What is proved of a policy set, in a document that says more than that. */
export type ProvedInvariants = Pick<AnalyzeResult, "now" | "answers" | "summary">;

/** The result document of `agentz analyze`. */
export interface AnalyzeResult {
  readonly schemaVersion: 1;
  readonly command: "analyze";
  readonly tool: { readonly version: string };
  readonly candidate: {
    readonly source: string | null;
    readonly ref: string;
    readonly digest: string | null;
  };
  readonly now: string;
  /** Null: the invariants of the set. */
  readonly question: AnalyzeQuestion | null;
  readonly answers: readonly AnsweredInvariant[];
  readonly summary: {
    readonly proved: number;
    readonly refuted: number;
    readonly cannotTell: number;
  };
}

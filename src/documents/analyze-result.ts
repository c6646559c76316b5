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
  readonly effect: "allow" | "require_approval";
  readonly rules: readonly string[];
  /** A suite (YAML) that fails until the policies are fixed. */
  readonly test: string;
}

/** One rule of an invariant, answered. */
export interface AnsweredInvariant {
  /** `<invariant>/<rule>`. */
  readonly id: string;
  readonly answer: InvariantAnswer;
  readonly witness: InvariantWitness | null;
  /** What stood in the way, or what is odd about a proof; null: nothing. */
  readonly why: string | null;
  /** What would help to tell. */
  readonly help: string | null;
  readonly file: string;
  /** Where the rule stands, from 1. */
  readonly line: number;
  /** Milliseconds that it took to answer; null in `ci` and `report`, which do not measure it. */
  readonly ms: number | null;
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
  readonly answers: readonly AnsweredInvariant[];
  readonly summary: {
    readonly proved: number;
    readonly refuted: number;
    readonly cannotTell: number;
  };
}

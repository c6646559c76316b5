import type { JsonObject } from "../request/json.ts";

/** Whether an invariant is proved for every call of every session, refuted, or neither. */
export type InvariantAnswer = "proved" | "refuted" | "cannot_tell";

/** Calls that break an invariant. The engine decided them in this order and permitted each. */
export interface InvariantWitness {
  /** The session in words. */
  readonly sentence: string;
  /** The calls, in the form of a test. The last call breaks the invariant. */
  readonly calls: readonly JsonObject[];
  /** The effect of the decision on the last call. */
  readonly effect: "allow" | "require_approval" | "deny";
  readonly rules: readonly string[];
  /**
   * A suite (YAML) that fails until the policies are fixed. If the state was set without a session,
   * it is a request for `agentz decide`.
   */
  readonly test: string;
}

/** The answer to one rule of an invariant. */
export interface AnsweredInvariant {
  /** `<invariant>/<rule>`; for a question: the rule, the subject or the text of the question. */
  readonly id: string;
  /** The owner of the invariant; absent if it names none, and for a question. */
  readonly owner?: string;
  readonly answer: InvariantAnswer;
  readonly witness: InvariantWitness | null;
  /** The reason why there is no answer, or a note on the proof; else null. */
  readonly why: string | null;
  /** A change with which agentz could answer. */
  readonly help: string | null;
  /** The file of the rule; null for a question of the command line. */
  readonly file: string | null;
  /** The line, from 1. */
  readonly line: number | null;
  /**
   * The time for the answer in milliseconds; null in `ci` and `report`, which do not measure it.
   */
  readonly ms: number | null;
}

/** A question of the command line. `text` is the question, or the version of the comparison. */
export interface AnalyzeQuestion {
  readonly kind: "never" | "who_can_ever" | "no_new_access" | "equivalent" | "dead_rules";
  readonly text: string | null;
}

/** The answers of the baseline to its own invariants; only in `agentz ci`. */
export interface EarlierAnswers {
  readonly ref: string;
  readonly answers: readonly Pick<AnsweredInvariant, "id" | "answer">[];
}

/** The answers to the invariants of a policy set, as a part of another document. */
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
  /** The question; null if the invariants of the set were checked. */
  readonly question: AnalyzeQuestion | null;
  readonly answers: readonly AnsweredInvariant[];
  readonly summary: {
    readonly proved: number;
    readonly refuted: number;
    readonly cannotTell: number;
  };
  /** The answers of the baseline; absent if there is no baseline or it does not load. */
  readonly before?: EarlierAnswers;
}

import type { CallResult } from "./walk.ts";

/** What became of the recorded calls that a rule matches. */
export interface RuleCount {
  /** `policy/rule`. */
  readonly rule: string;
  readonly allowed: number;
  readonly denied: number;
  /** They wait for an approval. */
  readonly held: number;
  readonly indeterminate: number;
}

type Column = Exclude<keyof RuleCount, "rule">;

function columnOf({ candidate: { permitted, indeterminate, effect } }: CallResult): Column {
  if (indeterminate) return "indeterminate";
  if (permitted) return "allowed";
  return effect === "require_approval" ? "held" : "denied";
}

/** Counts the calls that each rule of the candidate matches, by their decisions. */
export class RuleCounts {
  readonly #counts: Map<string, Record<Column, number>>;

  /** `rules`: names of rules that are listed also if they match no call. */
  constructor(rules: readonly string[] = []) {
    this.#counts = new Map(
      rules.map((rule) => [rule, { allowed: 0, denied: 0, held: 0, indeterminate: 0 }]),
    );
  }

  /** Counts so many calls of one result, which names every rule that matches. */
  add(result: CallResult, calls: number): void {
    const column = columnOf(result);
    for (const rule of result.candidate.engine?.outcome.decision.matched ?? []) {
      const count = this.#counts.get(rule) ?? { allowed: 0, denied: 0, held: 0, indeterminate: 0 };
      count[column] += calls;
      this.#counts.set(rule, count);
    }
  }

  /** By the names of the rules. */
  counts(): readonly RuleCount[] {
    return [...this.#counts]
      .map(([rule, count]) => ({ rule, ...count }))
      .sort((a, b) => (a.rule < b.rule ? -1 : 1));
  }
}

import type { CallResult } from "./walk.ts";

/** What became of the recorded calls that a rule matches, and how many it touches otherwise. */
export interface RuleCount {
  /** `policy/rule`. */
  readonly rule: string;
  readonly allowed: number;
  readonly denied: number;
  /** They wait for an approval. */
  readonly held: number;
  readonly indeterminate: number;
  /** Calls that a rule in shadow mode matches. */
  readonly shadow: number;
  /** Calls that an exception takes out of the rule. */
  readonly excepted: number;
  /** Calls whose condition is unknown or an error. */
  readonly undecided: number;
}

const NONE = {
  allowed: 0,
  denied: 0,
  held: 0,
  indeterminate: 0,
  shadow: 0,
  excepted: 0,
  undecided: 0,
} as const;

type Column = Exclude<keyof RuleCount, "rule">;

/** What became of a call. */
function columnOf({ candidate: { permitted, indeterminate, effect } }: CallResult): Column {
  if (indeterminate) return "indeterminate";
  if (permitted) return "allowed";
  return effect === "require_approval" ? "held" : "denied";
}

/** Counts the calls that each rule of the candidate matches or touches, by what became of them. */
export class RuleCounts {
  readonly #counts: Map<string, Record<Column, number>>;

  /** `rules`: names of rules that are listed also if they match no call. */
  constructor(rules: readonly string[] = []) {
    this.#counts = new Map(rules.map((rule) => [rule, { ...NONE }]));
  }

  /** Counts so many calls of one result, which names every rule that it touches. */
  add(result: CallResult, calls: number): void {
    const outcome = result.candidate.engine?.outcome;
    if (outcome === undefined) return;
    const { matched, excepted, undecided } = outcome.decision;
    this.#count(columnOf(result), matched, calls);
    // WHY not those of the decision: it names only the shadow rules that would change its effect
    const shadow = outcome.members.flatMap((member) => member.shadow);
    const matching = new Set(shadow.flatMap(({ name, truth }) => (truth === true ? [name] : [])));
    const doubted = shadow.map(({ name }) => name).filter((name) => !matching.has(name));
    this.#count("shadow", matching, calls);
    this.#count("undecided", new Set(doubted), calls);
    this.#count("excepted", excepted, calls);
    this.#count("undecided", undecided, calls);
  }

  #count(column: Column, rules: Iterable<string>, calls: number): void {
    for (const rule of rules) {
      const count = this.#counts.get(rule) ?? { ...NONE };
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

import type { AnalysedRule } from "../proof/analysed-set.ts";
import { isExactGlob } from "../policy/glob.ts";
import { isTooLong, mayCover } from "./sample-cover.ts";

/**
 * Rules by a pattern of theirs that names one thing; those that name none stand under every name.
 */
class PatternIndex {
  readonly #exact = new Map<string, AnalysedRule[]>();
  readonly #open: AnalysedRule[] = [];
  readonly #patterns: (rule: AnalysedRule) => readonly string[] | undefined;

  constructor(
    rules: readonly AnalysedRule[],
    patterns: (rule: AnalysedRule) => readonly string[] | undefined,
  ) {
    this.#patterns = patterns;
    for (const rule of rules) {
      const found = patterns(rule) ?? ["**"];
      if (!found.every(isExactGlob)) this.#open.push(rule);
      else
        for (const pattern of new Set(found))
          this.#exact.set(pattern, [...(this.#exact.get(pattern) ?? []), rule]);
    }
  }

  /** Rules that may fit everything that `rule` fits. */
  covering(rule: AnalysedRule): {
    readonly count: number;
    readonly rules: () => readonly AnalysedRule[];
  } {
    const [first] = this.#patterns(rule) ?? [];
    const named = first === undefined || !isExactGlob(first) ? [] : (this.#exact.get(first) ?? []);
    return { count: named.length + this.#open.length, rules: () => [...named, ...this.#open] };
  }
}

const MOST = 200;

/** Finds, for a rule, the others that may cover it, by what they name outright: few of many. */
export class CoverIndex {
  readonly #byAction: PatternIndex;
  readonly #bySubject: PatternIndex;

  constructor(rules: readonly AnalysedRule[]) {
    this.#byAction = new PatternIndex(rules, ({ rule }) => rule.actions);
    this.#bySubject = new PatternIndex(
      rules,
      ({ rule, policy }) => rule.subjects ?? policy.target?.subjects,
    );
  }

  /**
   * Candidates in a fixed order; `skip` is told of those that are too many, or too long, to look
   * at.
   */
  candidates(rule: AnalysedRule, skip: () => void): readonly AnalysedRule[] {
    const [actions, subjects] = [this.#byAction.covering(rule), this.#bySubject.covering(rule)];
    const fewer = actions.count <= subjects.count ? actions : subjects;
    if (fewer.count > MOST) {
      skip();
      return [];
    }
    return fewer.rules().filter((other) => {
      if (other === rule) return false;
      if (!isTooLong(other, rule)) return mayCover(other, rule);
      skip();
      return false;
    });
  }
}

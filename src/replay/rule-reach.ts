import type { ScopedRules } from "../engine/applicable-rules.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { ReachPart } from "../documents/trace-part.ts";
import { fitsEntity } from "../engine/scope.ts";
import type { CallResult } from "./walk.ts";

type Version = "baseline" | "candidate";

/**
 * Which rules the calls of a trace reach: those whose scope fits, or may fit, one of them; and which
 * they match, or that decide one for lack of certainty.
 */
export class RuleReach {
  readonly #reached = { baseline: new Set<string>(), candidate: new Set<string>() };
  readonly #matched = { baseline: new Set<string>(), candidate: new Set<string>() };
  /** Plans all of whose rules were reached: most calls have one of a few plans. */
  readonly #done = new WeakSet<ScopedRules>();

  /** Notes what one result's calls reach. */
  count({ baseline, candidate }: CallResult): void {
    this.#count("baseline", baseline);
    this.#count("candidate", candidate);
  }

  #count(version: Version, { engine }: CallResult[Version]): void {
    const reached = this.#reached[version];
    for (const { plan, row } of engine?.outcome.members ?? []) {
      if (this.#done.has(plan)) continue;
      for (const { rule } of plan) {
        if (
          !reached.has(rule.name) &&
          fitsEntity(rule.scope.resources, row.resource, "resource") !== false
        )
          reached.add(rule.name);
      }
      if (plan.every(({ rule }) => reached.has(rule.name))) this.#done.add(plan);
    }
  }

  /** Notes which rules a result's calls match, and which decide them. */
  countDecision({ baseline, candidate }: CallResult): void {
    this.#countMatched("baseline", baseline);
    this.#countMatched("candidate", candidate);
  }

  #countMatched(version: Version, side: CallResult[Version]): void {
    const matched = this.#matched[version];
    for (const name of side.rules) matched.add(name);
    for (const { rules, shadow } of side.engine?.outcome.members ?? [])
      for (const { name, truth } of [...rules, ...shadow]) if (truth === true) matched.add(name);
  }

  part(): ReachPart {
    return {
      baseline: [...this.#reached.baseline],
      candidate: [...this.#reached.candidate],
      matched: [...this.#matched.candidate],
      matchedBefore: [...this.#matched.baseline],
    };
  }

  /** Adds what another part of the trace reaches. */
  merge(part: ReachPart): void {
    for (const version of ["baseline", "candidate"] as const)
      for (const name of part[version]) this.#reached[version].add(name);
    for (const name of part.matched) this.#matched.candidate.add(name);
    for (const name of part.matchedBefore) this.#matched.baseline.add(name);
  }

  /** The rules of the candidate that match no call and decide none, by name. */
  neverMatched({ rules }: CompiledSet): readonly string[] {
    return rules
      .map(({ name }) => name)
      .filter((name) => !this.#matched.candidate.has(name))
      .sort();
  }

  /** Of rules that match no call in the candidate, those that match or decide some in the baseline, by name. */
  noLongerMatched(neverMatched: readonly string[]): readonly string[] {
    return neverMatched.filter((name) => this.#matched.baseline.has(name));
  }

  /**
   * The rules that changed between the versions, in meaning, and that no call reaches in either, by
   * name. Without a baseline every rule is a change.
   */
  unexercised(versions: {
    readonly baseline: CompiledSet | undefined;
    readonly candidate: CompiledSet;
  }): readonly string[] {
    const [old, fresh] = [versions.baseline?.rules ?? [], versions.candidate.rules];
    const texts = (rules: CompiledSet["rules"]): ReadonlySet<string> =>
      new Set(rules.map((rule) => rule.text()));
    const [before, after] = [texts(old), texts(fresh)];
    const changed = [
      ...old.filter((rule) => !after.has(rule.text())),
      ...fresh.filter((rule) => !before.has(rule.text())),
    ];
    const names = new Set(changed.map(({ name }) => name));
    return [...names]
      .filter((name) => !this.#reached.baseline.has(name) && !this.#reached.candidate.has(name))
      .sort();
  }
}

import type { CompiledSet } from "../engine/compile-set.ts";
import { Counts } from "../replay/counts.ts";
import type { CallResult, ReplayObserver } from "../replay/walk.ts";
import { AGENTIC_IDS, isRiskLabel, RISKS } from "./risk-lists.ts";
import type { ReportPart } from "../documents/report-part.ts";
import type { ReportResult, Risk, RuleUse } from "../documents/report-result.ts";

/** What each rule of the candidate did in a replay. */
export class RuleTally implements ReplayObserver {
  readonly #set: CompiledSet;
  readonly #matched = new Counts();
  readonly #decided = new Counts();

  constructor(set: CompiledSet) {
    this.#set = set;
  }

  call({ candidate }: CallResult): void {
    for (const rule of candidate.engine?.outcome.decision.matched ?? []) this.#matched.add(rule);
    for (const rule of candidate.rules) this.#decided.add(rule);
    for (const member of candidate.engine?.outcome.members ?? [])
      for (const item of member.shadow) if (item.truth === true) this.#matched.add(item.name);
  }

  part(): Pick<ReportPart, "matched" | "decided"> {
    return { matched: this.#matched.part(), decided: this.#decided.part() };
  }

  /** Adds what rules did in another part of the trace. */
  merge({ matched, decided }: Pick<ReportPart, "matched" | "decided">): void {
    this.#matched.merge(matched);
    this.#decided.merge(decided);
  }

  #use(name: string): RuleUse {
    const rule = this.#set.rules.find((one) => one.name === name)?.rule;
    return {
      rule: name,
      effect: rule?.effect ?? "",
      mode: rule?.mode ?? "",
      matched: this.#matched.get(name),
      decided: this.#decided.get(name),
    };
  }

  /**
   * Rules by the risks that their labels name: the agentic list in full, others as far as rules
   * name them.
   */
  risks(): readonly Risk[] {
    const byLabel = new Map<string, string[]>(AGENTIC_IDS.map((id) => [id, []]));
    for (const { name, rule } of this.#set.rules) {
      for (const label of new Set(rule.labels.filter(isRiskLabel)))
        byLabel.set(label, [...(byLabel.get(label) ?? []), name]);
    }
    return [...byLabel].map(([id, rules]) => {
      const known = RISKS.get(id);
      return {
        id,
        name: known?.name ?? "",
        list: known?.list ?? null,
        rules: rules.map((name) => this.#use(name)),
      };
    });
  }

  summary(): ReportResult["rules"] {
    const { rules } = this.#set;
    return {
      total: rules.length,
      labelled: rules.filter(({ rule }) => rule.labels.some(isRiskLabel)).length,
      neverMatched: rules
        .filter(({ name }) => this.#matched.get(name) === 0 && this.#decided.get(name) === 0)
        .map(({ name }) => name),
    };
  }
}

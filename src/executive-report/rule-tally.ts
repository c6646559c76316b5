import type { CompiledSet } from "../engine/compile-set.ts";
import { Counts } from "../replay/counts.ts";
import type { SeenCall } from "../replay/seen-call.ts";
import type { VersionDecision } from "../replay/version-decision.ts";
import { AGENTIC_IDS, isRiskLabel, RISKS } from "./risk-lists.ts";
import type { ReportPart } from "../documents/report-part.ts";
import type { ReplayResult } from "../documents/replay-result.ts";
import type { ReportResult, Risk, RuleUse } from "../documents/report-result.ts";

/** So many calls were decided so. */
interface Decided {
  readonly candidate: VersionDecision;
  calls: number;
}

/** What each rule of the candidate did in a replay. */
export class RuleTally {
  readonly #set: CompiledSet;
  readonly #matched = new Counts();
  readonly #decided = new Counts();
  /** By decision: what is not counted by rule yet. */
  readonly #calls: (Decided | undefined)[] = [];

  constructor(set: CompiledSet) {
    this.#set = set;
  }

  call({ decided: { candidate }, decision }: SeenCall): void {
    if (decision < 0) return this.#add({ candidate, calls: 1 });
    const known = this.#calls[decision];
    if (known === undefined) this.#calls[decision] = { candidate, calls: 1 };
    else known.calls++;
  }

  /** Counts by rule what was counted by the numbers of decisions. */
  renumber(): void {
    this.#flush();
  }

  #add({ candidate, calls }: Decided): void {
    const { outcome } = candidate.engine ?? {};
    for (const rule of outcome?.decision.matched ?? []) this.#matched.add(rule, calls);
    for (const rule of candidate.rules) this.#decided.add(rule, calls);
    for (const member of outcome?.members ?? [])
      for (const item of member.shadow)
        if (item.truth === true) this.#matched.add(item.name, calls);
  }

  /** Counts by rule what was counted by decision. */
  #flush(): void {
    // WHY it asks: a decision of which no call counts has no entry
    for (const decided of this.#calls.splice(0)) if (decided !== undefined) this.#add(decided);
  }

  part(): Pick<ReportPart, "matched" | "decided"> {
    this.#flush();
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
    this.#flush();
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

  summary({
    neverMatched,
    noLongerMatched,
  }: Pick<ReplayResult, "neverMatched" | "noLongerMatched">): ReportResult["rules"] {
    const { rules } = this.#set;
    return {
      total: rules.length,
      labelled: rules.filter(({ rule }) => rule.labels.some(isRiskLabel)).length,
      neverMatched,
      ...(noLongerMatched && { noLongerMatched }),
    };
  }
}

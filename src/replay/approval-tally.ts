import type { ApprovalBurden, ApproverBurden } from "../documents/replay-result.ts";
import type { ApprovalPart, BurdenPart } from "../documents/trace-part.ts";
import { DAY, HOUR } from "../text/time.ts";
import type { UnapprovableRules } from "./unapprovable-rules.ts";
import type { VersionDecision } from "./version-decision.ts";

class Burden {
  approvals = 0;
  /** Whether a part of the trace tells that nobody is one of the approvers. */
  isNobodys = false;
  readonly #hours = new Map<number, number>();

  part(): BurdenPart {
    return {
      approvals: this.approvals,
      hours: [...this.#hours],
      ...(this.isNobodys && { nobody: true }),
    };
  }

  merge({ approvals, hours, nobody }: BurdenPart): void {
    this.approvals += approvals;
    this.isNobodys ||= nobody === true;
    for (const [hour, count] of hours) this.#hours.set(hour, (this.#hours.get(hour) ?? 0) + count);
  }

  mark(approvals: number, time: number): void {
    const hour = Math.floor(time / HOUR);
    this.#hours.set(hour, (this.#hours.get(hour) ?? 0) + approvals);
  }

  /** The most approvals in one clock hour, UTC. */
  get peak(): number {
    let peak = 0;
    for (const count of this.#hours.values()) peak = Math.max(peak, count);
    return peak;
  }
}

/** Whether a decision asks people for an approval, as far as it is known. */
export function asksPeople(side: VersionDecision): boolean {
  return side.effect === "require_approval" && !side.indeterminate;
}

function requirementsOf(
  side: VersionDecision,
): readonly { readonly approvers: readonly string[]; readonly quorum: number }[] {
  return (
    side.engine?.outcome.decision.approval.requirements ?? [{ approvers: ["human:*"], quorum: 1 }]
  );
}

/** The same part, which tells also what nobody can approve. */
export function settledApprovals(
  part: ApprovalPart,
  { approvers }: UnapprovableRules,
): ApprovalPart {
  return {
    ...part,
    groups: part.groups.map(([name, burden]) => [
      name,
      approvers.has(name) ? { ...burden, nobody: true } : burden,
    ]),
  };
}

/**
 * The approvals that a version asks of people (design 6.3): a requirement with a quorum of two asks
 * for two.
 */
export class ApprovalTally {
  #required = 0;
  #satisfied = 0;
  readonly #all = new Burden();
  readonly #groups = new Map<string, Burden>();

  /** Counts `calls` calls that were decided so. */
  count(side: VersionDecision, calls: number): void {
    if (!asksPeople(side)) return;
    this.#required += calls;
    if (side.permitted) this.#satisfied += calls;
    for (const { approvers, quorum } of requirementsOf(side)) {
      this.#all.approvals += quorum * calls;
      this.#group(approvers.join(", ")).approvals += quorum * calls;
    }
  }

  /** Notes when one of them was made; every call is to be marked besides being counted. */
  mark(side: VersionDecision, time: number | undefined): void {
    if (time === undefined || !asksPeople(side)) return;
    for (const { approvers, quorum } of requirementsOf(side)) {
      this.#all.mark(quorum, time);
      this.#group(approvers.join(", ")).mark(quorum, time);
    }
  }

  part(): ApprovalPart {
    return {
      required: this.#required,
      satisfied: this.#satisfied,
      all: this.#all.part(),
      groups: [...this.#groups].map(([name, burden]) => [name, burden.part()]),
    };
  }

  merge({ required, satisfied, all, groups }: ApprovalPart): void {
    this.#required += required;
    this.#satisfied += satisfied;
    this.#all.merge(all);
    for (const [name, burden] of groups) this.#group(name).merge(burden);
  }

  #group(name: string): Burden {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const fresh = new Burden();
    this.#groups.set(name, fresh);
    return fresh;
  }

  /**
   * `span` is the trace's, in milliseconds; undefined: no event has a time. A trace shorter than a
   * day counts as one. `unapprovable`: what nobody can approve; undefined where parts tell it.
   */
  burden(span: number | undefined, unapprovable?: UnapprovableRules): ApprovalBurden {
    const days = span === undefined ? undefined : Math.max(1, span / DAY);
    const rate = (burden: Burden): ApproverBurden => ({
      approvals: burden.approvals,
      perDay: days === undefined ? null : Math.round((burden.approvals / days) * 100) / 100,
      peakHour: days === undefined ? null : burden.peak,
    });
    const all = rate(this.#all);
    const groups = [...this.#groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, burden]) => {
        const isNobodys = unapprovable?.approvers.has(name) ?? burden.isNobodys;
        return [name, { ...rate(burden), ...(isNobodys && { nobody: true as const }) }] as const;
      });
    return {
      required: this.#required,
      satisfied: this.#satisfied,
      ...all,
      byApprover: Object.fromEntries(groups),
    };
  }
}

import type { CompiledRule } from "../engine/compiled-rule.ts";
import type { CoverageBody } from "../documents/coverage-result.ts";
import type { TraceInfo } from "../documents/replay-result.ts";
import type { OversightCost } from "../documents/report-result.ts";
import type { UnapprovableRules } from "../replay/unapprovable-rules.ts";
import { compileActionGlob, compileEntityGlob } from "../policy/glob.ts";
import { DAY, parseTime } from "../text/time.ts";

/** What the cost of a target is worked out from. */
export interface OversightFacts {
  readonly coverage: Pick<CoverageBody, "metrics" | "uncovered">;
  readonly trace: Pick<TraceInfo, "from" | "to">;
  /** A share. */
  readonly target: number;
  /** The candidate's. */
  readonly rules: readonly Pick<CompiledRule, "rule" | "target" | "name">[];
  /** Those of its rules whose approvals nobody in its catalogs can give. */
  readonly unapprovable: Pick<UnapprovableRules, "rules">;
}

/** The parts of a name that was put together of two; `?` is one that was not recorded. */
function partsOf(
  name: string,
  separator: string,
): readonly [string | undefined, string | undefined] {
  const at = name.indexOf(separator);
  const [first, second] = [name.slice(0, at), name.slice(at + 1)];
  return [first === "?" ? undefined : first, second === "?" ? undefined : second];
}

type Group = Pick<CoverageBody["uncovered"][number], "action" | "subject">;

/** Whether a rule asks people for approvals of such calls, whatever their arguments have to be. */
function asksFor({ rule, target }: OversightFacts["rules"][number], group: Group): boolean {
  if (rule.effect !== "require_approval" || rule.mode !== "enforce") return false;
  const [server, name] = partsOf(group.action, "/");
  const [type, id] = partsOf(group.subject, ":");
  const { actions, subjects } = rule;
  return (
    actions?.some((one) => compileActionGlob(one).fits(server, name) === true) === true &&
    subjects?.some((one) => compileEntityGlob(one).fits(type, id) === true) !== false &&
    target?.some((one) => one.fits(type, id) === true) !== false
  );
}

/** Whom rules name for such calls, as one text, and whether nobody is one of them; undefined: no rule does. */
function askedFor({ rules, unapprovable }: OversightFacts, group: Group): Asked | undefined {
  const asking = rules.filter((rule) => asksFor(rule, group));
  const able = asking.filter(({ name }) => !unapprovable.rules.has(name));
  if (asking.length === 0) return undefined;
  return able.length > 0
    ? { approvers: approversOf(able), isNobody: false }
    : { approvers: approversOf(asking), isNobody: true };
}

interface Asked {
  readonly approvers: string;
  readonly isNobody: boolean;
}

function approversOf(rules: OversightFacts["rules"]): string {
  const named = rules.map(({ rule }) => (rule.approval?.approvers ?? ["human:*"]).join(", "));
  return [...new Set(named)].sort().join(" and ");
}

type Span = OversightFacts["trace"];

/** How long a trace is, in days; undefined: no call has a time. */
function daysOf({ from, to }: Span): number | undefined {
  const [first, last] = [from, to].map((time) => (time === null ? undefined : parseTime(time)));
  return first === undefined || last === undefined ? undefined : (last - first) / DAY;
}

/** Approvals a day, as replays round them: a trace shorter than a day counts as one. */
function perDay(calls: number, days: number | undefined): number | null {
  return days === undefined ? null : Math.round((calls / Math.max(1, days)) * 100) / 100;
}

/**
 * How many calls more have to be denied or held until the target of oversight is met, how many
 * approvals a day that is at least, and whom rules of the candidate name for other calls of the
 * same tools; null where the target is met, or nothing is measured.
 */
export function oversightCost(facts: OversightFacts): OversightCost | null {
  const { coverage, target, trace } = facts;
  const { covered, total } = coverage.metrics.oversight;
  const calls = Math.ceil(target * total) - covered;
  if (calls <= 0) return null;
  const byApprovers = new Map<string, OversightCost["named"][number]>();
  let listed = 0;
  for (const group of coverage.uncovered) {
    const open = group.metrics.oversight ?? 0;
    listed += open;
    const asked = open === 0 ? undefined : askedFor(facts, group);
    if (asked === undefined) continue;
    const { approvers, isNobody } = asked;
    byApprovers.set(approvers, {
      approvers,
      calls: (byApprovers.get(approvers)?.calls ?? 0) + open,
      ...(isNobody && { nobody: true }),
    });
  }
  const named = [...byApprovers.values()].sort(
    (a, b) => b.calls - a.calls || (a.approvers < b.approvers ? -1 : 1),
  );
  const open = total - covered;
  const days = daysOf(trace);
  return {
    calls,
    open,
    perDay: perDay(calls, days),
    isUnderADay: days !== undefined && days < 1,
    named,
    unnamed: named.reduce((rest, one) => rest - one.calls, listed),
    unlisted: open - listed,
  };
}

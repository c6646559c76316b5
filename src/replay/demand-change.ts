import { Unknown } from "../condition/value.ts";
import type { RuleItem } from "../engine/compiled-rule.ts";
import type { Obligation } from "../engine/decision.ts";
import { areOtherApprovals, compareApprovals, compareObligations } from "../engine/demand.ts";
import type { Approval } from "../policy/model.ts";
import { count } from "../text/count.ts";
import { durationText } from "../text/time.ts";
import { type Demands, demandsOf } from "./classify.ts";
import type { VersionDecision } from "./version-decision.ts";
import type { CallResult } from "./walk.ts";

/** Of more names than these the rest is counted. */
const NAMED = 4;
/** Which demands differ is told by data that are unrecorded. */
const OPEN = "demands other obligations or approvals, depending on unrecorded data";

/**
 * What the second version demands of a call and the first did not, or the reverse, in words that
 * follow "allowed as before, but": `no longer redacts ssn; now notifies sec@shop.example`. Undefined
 * where the effects differ, where a decision was recorded, and where both demand the same.
 */
export function demandChange(before: VersionDecision, after: VersionDecision): string | undefined {
  if (before.engine === undefined || after.engine === undefined || before.effect !== after.effect)
    return undefined;
  const clauses = (isCertain: boolean): string => {
    const [old, now] = [demandsNow(before, isCertain), demandsNow(after, isCertain)];
    const asked =
      after.effect === "require_approval" ? approvalClauses(old.approvals, now.approvals) : [];
    return [...asked, ...obligationClauses(old.obligations, now.obligations)].join("; ");
  };
  const all = clauses(false);
  if ([before, after].some((side) => rulesOf(side).some(isUndecided)) && all !== clauses(true))
    return OPEN;
  return all === "" ? undefined : all;
}

/**
 * Whether a widened call keeps its effect and has other approvals asked of it: by other approvers, say, and
 * not fewer (design 7.4 counts what cannot be compared as widened). WHY not where rules are undecided, or
 * an obligation is gone: there less may be asked.
 */
export function asksOtherApprovals({
  class: change,
  baseline,
  candidate,
}: Pick<CallResult, "class" | "baseline" | "candidate">): boolean {
  if (change !== "widened" || baseline.effect !== candidate.effect) return false;
  if ([baseline, candidate].some((side) => rulesOf(side).some(isUndecided))) return false;
  const [old, now] = [demandsNow(baseline, false), demandsNow(candidate, false)];
  return (
    areOtherApprovals(old.approvals, now.approvals) &&
    compareObligations(old.obligations, now.obligations) !== "laxer"
  );
}

function rulesOf({ engine }: VersionDecision): readonly RuleItem[] {
  return (engine?.outcome.members ?? []).flatMap((member) => member.rules);
}

function isUndecided({ truth }: RuleItem): boolean {
  return truth instanceof Unknown;
}

/** What a version demands; `isCertain`: by the rules alone that surely match. */
function demandsNow(side: VersionDecision, isCertain: boolean): Demands {
  const rules = rulesOf(side);
  return demandsOf(isCertain ? rules.filter((rule) => !isUndecided(rule)) : rules, side);
}

/** Obligations, each kind by itself. */
interface Duties {
  readonly fields: readonly string[];
  /** What is classified higher is redacted. */
  readonly above: string | undefined;
  readonly people: readonly string[];
  readonly isLogged: boolean;
}

function dutiesOf(obligations: readonly Obligation[]): Duties {
  return {
    fields: obligations.flatMap((one) => (one.type === "redact" ? one.fields : [])),
    above: obligations.find((one) => one.type === "redact")?.above,
    people: obligations.flatMap((one) => (one.type === "notify" ? one.to : [])),
    isLogged: obligations.some(({ type }) => type === "log"),
  };
}

function obligationClauses(
  before: readonly Obligation[],
  after: readonly Obligation[],
): readonly string[] {
  const [old, now] = [dutiesOf(before), dutiesOf(after)];
  return [
    ...listClauses("redacts", old.fields, now.fields),
    ...aboveClause(old.above, now.above),
    ...(old.isLogged === now.isLogged
      ? []
      : [`${now.isLogged ? "now" : "no longer"} logs the call`]),
    ...listClauses("notifies", old.people, now.people),
  ];
}

/** What left a list, then what came. */
function listClauses(
  verb: string,
  before: readonly string[],
  after: readonly string[],
): readonly string[] {
  const lost = before.filter((one) => !after.includes(one));
  const gained = after.filter((one) => !before.includes(one));
  return [
    ...(lost.length === 0 ? [] : [`no longer ${verb} ${listed(lost)}`]),
    ...(gained.length === 0 ? [] : [`now ${verb} ${listed(gained)}`]),
  ];
}

function aboveClause(before: string | undefined, after: string | undefined): readonly string[] {
  if (before === after) return [];
  if (after === undefined) return [`no longer redacts what is classified above ${before ?? ""}`];
  const instead = before === undefined ? "" : `, not only above ${before}`;
  return [`now redacts what is classified above ${after}${instead}`];
}

function approvalClauses(
  before: readonly Approval[],
  after: readonly Approval[],
): readonly string[] {
  if (compareApprovals(before, after) === "equal") return [];
  const [[old, ...others], [now, ...more]] = [before, after];
  if (old === undefined || now === undefined || others.length > 0 || more.length > 0)
    return setClauses(before.map(approvalText), after.map(approvalText));
  const [asked, asks] = [approversOf(old), approversOf(now)];
  return [
    ...(old.quorum === now.quorum
      ? []
      : [`asks for ${count(now.quorum, "approval")} instead of ${old.quorum}`]),
    ...(asked === asks ? [] : [`asks ${asks} instead of ${asked}`]),
    ...(old.within === now.within
      ? []
      : [`an approval is valid ${validity(now)} instead of ${validity(old)}`]),
  ];
}

/** Requirements that came, went, or stand in the place of others. */
function setClauses(before: readonly string[], after: readonly string[]): readonly string[] {
  const without = (all: readonly string[], others: readonly string[]): string =>
    [...new Set(all)].filter((one) => !others.includes(one)).join(" and ");
  const [lost, gained] = [without(before, after), without(after, before)];
  if (lost !== "" && gained !== "") return [`asks for ${gained} instead of ${lost}`];
  return lost === "" ? [`also asks for ${gained}`] : [`no longer asks for ${lost}`];
}

function approvalText(approval: Approval): string {
  const valid = approval.within === undefined ? "" : ` (valid ${validity(approval)})`;
  return `${count(approval.quorum, "approval")} of ${approversOf(approval)}${valid}`;
}

function approversOf({ approvers }: Approval): string {
  return approvers === undefined ? "any person" : approvers.join(" or ");
}

function validity({ within }: Approval): string {
  return within === undefined ? "without a limit" : `for ${durationText(within)}`;
}

function listed(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return rest <= 1 ? names.join(", ") : `${names.slice(0, NAMED).join(", ")} and ${rest} more`;
}

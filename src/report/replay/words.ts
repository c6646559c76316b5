import type {
  ChangeGroup,
  FailingCalls,
  MergedParts,
  ReplayResult,
} from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { inBrackets } from "../../text/in-brackets.ts";
import { labelAdvice } from "../../text/label-advice.ts";
import { firstNames } from "../../text/listed.ts";
import { neverRunTexts, nobodyText, unapprovableCalls } from "../../text/unapprovable.ts";
import { sharedText } from "../shared-files.ts";

export { share } from "../../text/share.ts";

/**
 * What of a trace was not decided though it may have had to be: lines that cannot be read, events
 * of an unknown type.
 */
export function undecidedParts({
  malformed,
  undecided_events: events,
}: ReplayResult["trace"]): readonly string[] {
  return [
    ...(malformed > 0 ? [`${count(malformed, "line")} of the trace cannot be read`] : []),
    ...(events > 0
      ? [
          `${count(events, "event")} with an action and an unknown type ${events === 1 ? "was" : "were"} not decided`,
        ]
      : []),
  ];
}

/** So many labels that nothing reads are named. */
const LABELS = 3;

/** That calls have labels that nothing reads, and what to write instead, a sentence for each. */
export function unreadLabels({ unknownLabels }: ReplayResult["notes"]): readonly string[] {
  return unknownLabels.slice(0, LABELS).flatMap(({ label, calls }) => {
    const advice = labelAdvice(label);
    const have = count(calls, "call has", "calls have");
    return advice === undefined
      ? []
      : [`${have} the label \`${label}\`, which nothing reads; ${advice}`];
  });
}

/** What a document that was merged from parts does not list, or only estimates. */
export function mergedParts(parts: ReplayResult["parts"]): readonly string[] {
  if (parts === undefined) return [];
  const { groupsRest: rest, estimated, partlyCompared } = parts;
  return [
    ...(rest.groups > 0
      ? [
          `${count(rest.groups, "more group")} of changed calls not listed (${count(rest.calls, "call")})`,
        ]
      : []),
    ...(estimated.length > 0 ? [`from a sample of the trace: ${estimated.join(", ")}`] : []),
    ...(partlyCompared.length > 0 ? [sampledText(partlyCompared)] : []),
  ];
}

/** That some files are read by both versions, so that nothing compares their changes. */
export function uncomparedText({
  candidate,
  candidates = [],
}: Pick<ReplayResult, "candidate"> & {
  readonly candidates?: readonly Pick<ReplayResult, "candidate">[];
}): string | undefined {
  return sharedText([candidate, ...candidates.map((one) => one.candidate)]);
}

/** What merging does not prove of parts that have too many keys or approvals to compare all. */
export function sampledText(names: MergedParts["partlyCompared"]): string {
  return `only a sample of the ${names.join(" and ")} was compared: one may be in two parts`;
}

/**
 * That calls have no recorded decision, where the baseline is what was recorded; undefined: all have
 * one, or nobody asks.
 */
export function unrecordedText({
  trace: { calls },
  notes: { unrecordedDecisions: without },
}: Pick<ReplayResult, "trace" | "notes">): string | undefined {
  if (without === 0) return undefined;
  if (without === calls) return "no call has a recorded decision, so each counts as allowed";
  return without === 1
    ? `1 of ${count(calls, "call")} has no recorded decision and counts as allowed`
    : `${without.toLocaleString("en-US")} of ${count(calls, "call")} have no recorded decision and count as allowed`;
}

/** Direct and downstream together. */
export function total(moved: { readonly direct: number; readonly downstream: number }): number {
  return moved.direct + moved.downstream;
}

/** `3, 1 of them only downstream`. */
export function movedText(moved: { readonly direct: number; readonly downstream: number }): string {
  const all = total(moved).toLocaleString("en-US");
  return moved.downstream === 0
    ? all
    : `${all} (${moved.downstream.toLocaleString("en-US")} downstream)`;
}

/** Whether the gate, `error` and partial state let the change pass, in one word. */
export function verdictWord(
  result: Pick<ReplayResult, "partial" | "error" | "gate">,
): "passed" | "failed" | "partial" | "no gate" {
  if (result.partial) return "partial";
  if (result.error !== undefined || !result.gate.passed) return "failed";
  // what `agentz ci` demands of every trace by itself is no gate
  return result.gate.checks.every(({ from }) => from === "agentz ci") ? "no gate" : "passed";
}

/** The answer to "may I merge?" in one sentence: what changes, and what of the trace nobody decided. */
export function verdictText(result: Judged): string {
  const { malformed, undecided_events: events } = result.trace;
  const lines = count(malformed, "line");
  const left =
    events === 0 ? `${lines} cannot be read` : `${lines} and ${count(events, "event")} not decided`;
  const isWhole = result.error === undefined && !result.partial;
  return `${changeText(result)}${isWhole && malformed + events > 0 ? `; ${left}` : ""}`;
}

type Judged = Pick<ReplayResult, "changes" | "error" | "partial" | "trace"> & {
  readonly groups: readonly Pick<ChangeGroup, "class" | "calls" | "nobodyIs">[];
};

/** How many calls nobody can approve of those that changed in a way, in brackets; empty: none. */
export function neverRun({ changes, groups }: Judged, kind: "widened" | "narrowed"): string {
  return inBrackets(neverRunTexts(unapprovableCalls(groups, kind), total(changes[kind])));
}

/** What would change of the calls that could be read. */
export function changeText(result: Judged): string {
  const { widened, narrowed, indeterminate, unchanged } = result.changes;
  if (result.error !== undefined) return result.error.message;
  if (result.partial) return "interrupted: only a part of the trace was decided";
  if (unchanged === result.trace.calls) return "no change: every call is decided as before";
  const widens = total(widened) > 0;
  // "3 calls would be widened, 30 narrowed", but "no call is widened, 30 calls narrowed"
  const some = (n: number): string => (widens ? n.toLocaleString("en-US") : count(n, "call"));
  const parts = [
    widens
      ? `${count(total(widened), "call")} would be widened${neverRun(result, "widened")}`
      : "no call is widened",
    total(narrowed) > 0 ? `${some(total(narrowed))} narrowed${neverRun(result, "narrowed")}` : "",
    indeterminate > 0 ? `${some(indeterminate)} indeterminate` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** So many demands of one group are told. */
const DEMANDS = 3;

function demandsText(demands: NonNullable<ChangeGroup["demands"]>): string {
  const [only, ...others] = demands;
  if (only === undefined) return "other obligations or approvals are demanded";
  if (others.length === 0) return only.sentence;
  const told = demands.map(({ sentence, calls }) => `${sentence} (${count(calls, "call")})`);
  return firstNames(told, DEMANDS).join("; or ");
}

/** Whether a group's calls are permitted or held as before, with other obligations or approvals. */
export function hasSameEffect({ class: change, from, to }: ChangeGroup): boolean {
  return from === to && (change === "widened" || change === "narrowed");
}

/** The effects before and after. */
function effectsText({ from, to }: ChangeGroup): string {
  return from === to ? `${from} in both` : `${from} -> ${to}`;
}

/** Which way a group went: between effects, or what else differs; and that nobody can approve its calls. */
export function groupChange(group: ChangeGroup): string {
  const { from, demands = [], nobodyIs } = group;
  if (group.class === "indeterminate")
    return `indeterminate for lack of recorded data (at the strictest ${effectsText(group)})`;
  const never = nobodyIs === undefined ? "" : `; ${nobodyText(nobodyIs)}, so it can never run`;
  if (!hasSameEffect(group)) return `${effectsText(group)}${never}`;
  return `${keptText(from)}, but ${demandsText(demands)}${never}`;
}

/** What stays the same of calls with one effect in both versions that are widened or narrowed. */
export function keptText(effect: string): string {
  return effect === "allow" ? "allowed as before" : "needs an approval as before";
}

export function groupPlace(group: ChangeGroup): string {
  return `${group.subject} ${group.action}${group.resourceClass === null ? "" : ` (${group.resourceClass})`}`;
}

/** What changes of which calls: the shorter of the two first. */
export function groupText(group: ChangeGroup): string {
  const [change, place] = [groupChange(group), groupPlace(group)];
  return hasSameEffect(group) ? `${place}: ${change}` : `${change}: ${place}`;
}

/** Which of a group's calls are labelled: ` (benign)`, ` (1 benign, 2 incident)`; empty: none. */
export function groupLabels({ calls, benignCalls = 0, incidentCalls = 0 }: ChangeGroup): string {
  const parts = (
    [
      ["benign", benignCalls],
      ["incident", incidentCalls],
    ] as const
  )
    .filter(([, labelled]) => labelled > 0)
    .map(([name, labelled]) =>
      labelled === calls ? name : `${labelled.toLocaleString("en-US")} ${name}`,
    );
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

/** Groups whose class and labels stand together: ` (internal, benign)`. */
export function groupMarks(group: ChangeGroup): string {
  const marks = [group.resourceClass ?? "", groupLabels(group).slice(2, -1)];
  const told = marks.filter((mark) => mark !== "");
  return told.length === 0 ? "" : ` (${told.join(", ")})`;
}

/** Rules of one kind of failing calls that are named. */
const FAILING_RULES = 3;

/** Kinds of failing calls that are named. */
const FAILING_KINDS = 2;

/**
 * So many calls, because of which rules, and on which call; of the first with its error. WHY not of a
 * single call: `agentz explain` says it, and the rows are for the groups.
 */
function failingKind({ id, rules, calls, error, before }: FailingCalls, isFirst: boolean): string {
  const named = firstNames(rules, FAILING_RULES);
  const fail = rules.length === 1 ? "fails" : "fail";
  return (
    `${calls.toLocaleString("en-US")} ${isFirst ? "only " : ""}because ${named.join(", ")} ${fail}` +
    `${before ? " as before" : ""}${calls === 1 ? "" : ", e.g."} on ${id}${isFirst && calls > 1 ? `: ${error}` : ""}`
  );
}

/** How many calls are denied only because conditions fail, by the rules; empty: none. */
function failingText(calls: number, failing: readonly FailingCalls[] = []): string {
  if (calls === 0) return "";
  if (failing.length === 0)
    return ` (${calls.toLocaleString("en-US")} only because conditions fail)`;
  const named = failing.slice(0, FAILING_KINDS);
  const rest = calls - named.reduce((sum, kind) => sum + kind.calls, 0);
  return ` (${[
    ...named.map((kind, i) => failingKind(kind, i === 0)),
    ...(rest > 0 ? [`${rest.toLocaleString("en-US")} because other conditions fail`] : []),
  ].join("; ")})`;
}

/**
 * What happens to the calls that are labelled as incidents: `10 denied (1 only because p/r fails on
 * s-1/3: no such attribute: args.x), 1 held`.
 */
export function incidentParts(incident: ReplayResult["labels"]["incident"]): readonly string[] {
  const { stopped, held, failing, failingCalls } = incident;
  return [`${stopped - held} denied${failingText(failing, failingCalls)}`, `${held} held`];
}

/** As {@link incidentParts}, of the calls that are labelled benign. */
export function benignParts(benign: ReplayResult["labels"]["benign"]): readonly string[] {
  const { denied, failing, failingCalls, gated } = benign;
  return [`${denied} denied${failingText(failing, failingCalls)}`, `${gated} held`];
}

/** What follows the rules of a group that denies calls only by errors; else empty. */
export function failingLabel(group: ChangeGroup): string {
  const { calls, toRules, benignFailing = 0, failing = benignFailing, failingRules = [] } = group;
  if (failing === 0) return "";
  const some = failing === calls ? "" : `${failing.toLocaleString("en-US")} `;
  const which = benignFailing === failing ? `${some}benign, ` : some;
  // WHY no names elsewhere: the rules that decided stand before it
  const why = toRules.includes("default")
    ? `${firstNames(failingRules, FAILING_RULES).join(", ")} ${failingRules.length === 1 ? "fails" : "fail"}`
    : "conditions fail";
  return ` (${which}only because ${why})`;
}

/** Which rules decided, before and after. */
export function groupRules(group: ChangeGroup): string {
  const name = (rules: readonly string[]): string =>
    rules.length === 0 ? "no rule" : rules.join(", ");
  return name(group.fromRules) === name(group.toRules)
    ? name(group.toRules)
    : `${name(group.fromRules)} -> ${name(group.toRules)}`;
}

/** Who may give an approval, as people read it: `role:sre or human:omar`. */
export function approversText(group: string): string {
  return group.replaceAll(", ", " or ");
}

const READERS: ReadonlyMap<string, string> = new Map([
  ["default", "the default"],
  ["containment", "a containment"],
]);

/** What reads an attribute: rules, and what decides without one. */
export function readersText(rules: readonly string[]): string {
  return rules.map((rule) => READERS.get(rule) ?? rule).join(", ");
}

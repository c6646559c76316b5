import { count } from "../text/count.ts";
import { deniedBeforeTexts, numberBeforeTexts, stoppedBeforeTexts } from "../text/number-before.ts";
import { inBrackets } from "../text/in-brackets.ts";
import { type MovedCalls, movedCalls } from "../text/moved-calls.ts";
import { newlyHeldText } from "../text/newly-held.ts";
import { share } from "../text/share.ts";
import type { ShipFacts } from "./ship-facts.ts";

/**
 * How many calls are permitted more, need other approvals, can be approved by nobody, and are permitted
 * less, each call once, and how many of the first and the last keep their effect.
 */
function movedText({ changes, groups }: ShipFacts["replay"]): string {
  const n = (value: number): string => value.toLocaleString("en-US");
  const moved = (kind: "widened" | "narrowed"): MovedCalls =>
    movedCalls(groups, kind, changes[kind].direct + changes[kind].downstream);
  const [more, less] = [moved("widened"), moved("narrowed")];
  const others = more.others + less.others;
  const never = more.never + less.never;
  const some = ({ permitted, asked }: MovedCalls, words: string): string =>
    `${n(permitted + asked)} ${words}` +
    (asked === 0 ? "" : ` (${n(asked)} of them only by approvers, redaction or logging)`);
  return [
    some(more, "permitted more"),
    ...(others === 0 ? [] : [`${n(others)} with other approvals`]),
    ...(never === 0 ? [] : [`${n(never)} that nobody can approve`]),
    some(less, "permitted less"),
  ].join(", ");
}

/** Of the indeterminate calls, how many may be permitted more. */
function indeterminateText({
  indeterminate,
  notWidened = 0,
}: ShipFacts["replay"]["changes"]): string {
  const n = (value: number): string => value.toLocaleString("en-US");
  const open = indeterminate - notWidened;
  if (open === 0) return `${n(indeterminate)} indeterminate, surely not permitted more`;
  const which =
    notWidened === 0
      ? `${indeterminate === 1 ? "it" : "they"} may be permitted more`
      : `${n(open)} may be permitted more, ${n(notWidened)} surely not`;
  return `${n(indeterminate)} indeterminate: ${which}`;
}

/** What the recorded calls came to under the candidate, in one sentence. */
export function restsOn({ trace, coverage, replay }: ShipFacts): string {
  const n = (value: number): string => value.toLocaleString("en-US");
  const { labels, changes } = replay;
  const { incident, benign } = labels;
  const held = newlyHeldText(replay.groups);
  const labelled = [
    incident.calls === 0
      ? "no call is labelled an incident"
      : `${n(incident.stopped)} of ${count(incident.calls, "call")} of incidents would be stopped or held` +
        inBrackets(stoppedBeforeTexts(incident)),
    benign.calls === 0
      ? "no call is labelled benign"
      : `${n(benign.denied)} of ${count(benign.calls, "benign call")} would be denied` +
        `${inBrackets(deniedBeforeTexts(benign))}, ${n(benign.gated)} held` +
        inBrackets(numberBeforeTexts(benign.gated, benign.gatedBefore)),
  ];
  return [
    `${count(trace.calls, "recorded call")} in ${count(trace.sessions, "session")}`,
    ...(incident.calls + benign.calls === 0 ? ["no call is labelled"] : labelled),
    movedText(replay),
    ...(held === undefined ? [] : [held]),
    ...(changes.indeterminate === 0 ? [] : [indeterminateText(changes)]),
    ...(coverage.after.oversight.total === 0
      ? []
      : [
          `oversight ${share(coverage.before.oversight)} today, ` +
            `${share(coverage.after.oversight)} with the new policies`,
        ]),
  ].join("; ");
}

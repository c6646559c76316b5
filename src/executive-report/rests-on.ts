import { count } from "../text/count.ts";
import { share } from "../text/share.ts";
import type { ShipFacts } from "./ship-facts.ts";

/** How many of the calls that are permitted less keep their effect; empty where none does. */
function sameText(groups: ShipFacts["replay"]["groups"]): string {
  const same = groups
    .filter(({ class: kind, from, to }) => kind === "narrowed" && from === to)
    .reduce((sum, { calls }) => sum + calls, 0);
  if (same === 0) return "";
  return ` (${same.toLocaleString("en-US")} of them ${same === 1 ? "keeps its" : "keep their"} effect)`;
}

/** Why fewer calls may be permitted more than there are indeterminate ones. */
function indeterminateText({
  indeterminate,
  notWidened = 0,
}: ShipFacts["replay"]["changes"]): string {
  const n = (value: number): string => value.toLocaleString("en-US");
  const surely = notWidened === 0 ? "" : ` (${n(notWidened)} surely not more)`;
  return `${n(indeterminate)} where that is indeterminate${surely}`;
}

/** What the recorded calls came to under the candidate, in one sentence. */
export function restsOn({
  trace,
  oversight,
  replay: { labels, changes, groups },
}: ShipFacts): string {
  const n = (value: number): string => value.toLocaleString("en-US");
  const { incident, benign } = labels;
  const moved = (of: { readonly direct: number; readonly downstream: number }): string =>
    n(of.direct + of.downstream);
  return [
    `${count(trace.calls, "recorded call")} in ${count(trace.sessions, "session")}: ` +
      (incident.calls === 0
        ? "none is labelled an incident"
        : `${n(incident.stopped)} of ${count(incident.calls, "call")} of incidents would be stopped or held`),
    benign.calls === 0
      ? "none is labelled benign"
      : `${n(benign.denied)} of ${n(benign.calls)} benign would be denied, ${n(benign.gated)} more held`,
    `${moved(changes.widened)} permitted more, ${moved(changes.narrowed)} permitted less${sameText(groups)}`,
    ...(changes.indeterminate === 0 ? [] : [indeterminateText(changes)]),
    ...(oversight.after.total === 0
      ? []
      : [`oversight ${share(oversight.before)} before, ${share(oversight.after)} after`]),
  ].join("; ");
}

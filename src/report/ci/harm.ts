import type { CiResult } from "../../documents/ci-result.ts";
import type { ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { hasLimit, isMuchBenign } from "../../text/unjudged.ts";

/** Incidents that would run for certain, or as far as anybody knows. */
function incidentHarm({ labels: { incident } }: ReplayResult): readonly string[] {
  const { calls, stopped, stoppedBefore, undecided } = incident;
  const open = calls - stopped;
  if (open === 0) return [];
  const before = `(before: ${calls - stoppedBefore})`;
  const all = count(calls, "incident call");
  if (undecided === open) return [`${open} of ${all} may run: indeterminate ${before}`];
  const may = undecided === 0 ? "" : ` or may run (${undecided} indeterminate)`;
  return [`${open} of ${all} would run${may} ${before}`];
}

/** Benign work of which much would be denied, where no limit says how much is borne. */
function benignHarm(replay: ReplayResult): readonly string[] {
  const { benign } = replay.labels;
  if (!isMuchBenign(benign) || hasLimit(replay, /^benign_broken$/)) return [];
  const { calls, denied, deniedBefore } = benign;
  const all = denied === calls ? `all ${count(calls, "benign call")}` : undefined;
  const some = `${denied} of ${count(calls, "benign call")}`;
  return [`${all ?? some} would be denied (before: ${deniedBefore})`];
}

/**
 * What the labels say against the change, the gravest first: incidents that would run, much benign
 * work that would stop. Empty: nothing.
 */
export function harmsOf({ replay }: CiResult): readonly string[] {
  return replay === null || replay.error !== undefined
    ? []
    : [...incidentHarm(replay), ...benignHarm(replay)];
}

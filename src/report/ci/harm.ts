import type { CiResult } from "../../documents/ci-result.ts";
import type { ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { isMuchBenign } from "../../text/unjudged.ts";

/** Incidents that would run for certain, or as far as anybody knows. */
export function incidentHarm({ labels: { incident } }: ReplayResult): readonly string[] {
  const { calls, stopped, stoppedBefore, undecided } = incident;
  const open = calls - stopped;
  if (open === 0) return [];
  const before = `(before: ${calls - stoppedBefore})`;
  const all = count(calls, "incident call");
  if (undecided === open) return [`${open} of ${all} may run: indeterminate ${before}`];
  const may = undecided === 0 ? "" : ` or may run (${undecided} indeterminate)`;
  return [`${open} of ${all} would run${may} ${before}`];
}

/** Whether a limit says how much of this is borne, and is kept. */
function isBorne({ gate }: ReplayResult, limit: "benign_broken" | "incidents_stopped"): boolean {
  return gate.checks.some(({ name, passed }) => name === limit && passed);
}

/** Benign work of which much would be denied, but where a limit says that so much is borne. */
export function benignHarm(replay: ReplayResult): readonly string[] {
  const { benign } = replay.labels;
  if (!isMuchBenign(benign) || isBorne(replay, "benign_broken")) return [];
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

/** Why a run passes in spite of {@link harmsOf}: no limit judges it, or the limits allow it. */
export function passingText(result: CiResult): string {
  const { replay } = result;
  const isAllowed =
    replay !== null && benignHarm(replay).length === 0 && isBorne(replay, "incidents_stopped");
  return isAllowed ? "the limits of the gate allow that" : "no limit judges that";
}

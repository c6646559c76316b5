import type { CiResult } from "../../documents/ci-result.ts";
import type { ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { namesText, openingsOf } from "../../text/openings.ts";
import { unapprovableOpenings } from "../../text/unapprovable.ts";
import { unjudgedCalls } from "../../text/unjudged.ts";
import { wideningsOf } from "../../text/widenings.ts";
import { failingSteps } from "./failing.ts";

/** Changes of calls that no limit judges. */
function unjudgedSteps(replay: ReplayResult): readonly string[] {
  const unjudged = unjudgedCalls(replay);
  const { widened, otherApprovals, unapprovable: never, indeterminate, tools, benign } = unjudged;
  const more = replay.labels.benign.deniedBefore > 0 ? "more " : "";
  return [
    ...(widened > 0
      ? [`look at ${count(widened, "call")} that would be permitted more: no limit judges that`]
      : []),
    ...(otherApprovals > 0
      ? [
          `look at ${count(otherApprovals, "call")} that would need other approvals: no limit judges that`,
        ]
      : []),
    ...(never > 0
      ? [`look at ${count(never, "call")} that nobody can approve: no limit judges that`]
      : []),
    ...(indeterminate > 0
      ? [
          `look at ${count(indeterminate, "indeterminate call")} that may be permitted more${namesText(tools)}`,
        ]
      : []),
    ...(benign > 0
      ? [
          `look at ${count(benign, `${more}benign call`)} that would be denied ` +
            `(before: ${replay.labels.benign.deniedBefore}): no limit judges that`,
        ]
      : []),
  ];
}

/**
 * What somebody has to do before merging, though nothing forbids it, a sentence each with names
 * between backticks. WHY of the same facts as the page of `agentz report`: neither is friendlier.
 */
export function stepsBeforeMerging(result: CiResult): readonly string[] {
  const { diff, replay } = result;
  // what stands in the policies anyway is no matter of a change that changes nothing
  if (diff?.changed === false) return [];
  return [
    ...unapprovableOpenings(diff?.changes ?? []).flatMap(({ steps }) => steps),
    ...openingsOf(wideningsOf(diff?.changes ?? [])).flatMap(({ steps }) => steps),
    ...(replay === null || replay.error !== undefined
      ? []
      : [...unjudgedSteps(replay), ...failingSteps(replay)]),
  ];
}

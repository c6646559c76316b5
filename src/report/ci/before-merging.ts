import type { CiResult } from "../../documents/ci-result.ts";
import type { ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { listed } from "../../text/listed.ts";
import { unjudgedCalls } from "../../text/unjudged.ts";
import { failingSteps } from "./failing.ts";
import { opensAll } from "./widenings.ts";

/** Tools that are named. */
const NAMED = 3;

function toolsText(tools: readonly string[]): string {
  if (tools.length === 0) return "";
  const named = tools.slice(0, NAMED).map((tool) => `\`${tool}\``);
  const rest = tools.length - named.length;
  return ` (${listed([...named, ...(rest > 0 ? [`${rest} more`] : [])])})`;
}

/** Rules that allow every call. */
function openingSteps({ diff }: CiResult): readonly string[] {
  return (diff?.changes ?? [])
    .filter(opensAll)
    .map(({ about }) => `decide whether every agent may call every tool, as ${about} says`);
}

/** Changes of calls that no limit judges. */
function unjudgedSteps(replay: ReplayResult): readonly string[] {
  const { widened, indeterminate, tools, benign } = unjudgedCalls(replay);
  return [
    ...(widened > 0
      ? [`look at ${count(widened, "call")} that would be permitted more: no limit judges that`]
      : []),
    ...(indeterminate > 0
      ? [
          `look at ${count(indeterminate, "indeterminate call")} that may be permitted more${toolsText(tools)}`,
        ]
      : []),
    ...(benign > 0
      ? [
          `look at ${count(benign, "benign call")} that would be denied ` +
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
    ...openingSteps(result),
    ...(replay === null || replay.error !== undefined
      ? []
      : [...unjudgedSteps(replay), ...failingSteps(replay)]),
  ];
}

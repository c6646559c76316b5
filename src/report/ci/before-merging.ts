import type { CiResult } from "../../documents/ci-result.ts";
import type { ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { listed } from "../../text/listed.ts";
import { unjudgedCalls } from "../../text/unjudged.ts";
import { failingSteps } from "./failing.ts";
import { openText, ruleName } from "./opening.ts";
import { opensAll, wideningKind, wideningsOf } from "./widenings.ts";

/** Tools or rules that are named. */
const NAMED = 3;

/** Some names, in parentheses; empty for none. */
function namesText(names: readonly string[]): string {
  if (names.length === 0) return "";
  const named = names.slice(0, NAMED).map((name) => `\`${name}\``);
  const rest = names.length - named.length;
  return ` (${listed([...named, ...(rest > 0 ? [`${rest} more`] : [])])})`;
}

/**
 * What changed rules let through for certain, whatever was recorded. WHY no limit judges it: a gate
 * counts recorded calls, and a trace may hold none of these.
 */
function openingSteps(result: CiResult): readonly string[] {
  const { sure } = wideningsOf(result);
  const all = sure.filter(opensAll);
  const open = all.length > 0 ? all : sure.filter((change) => wideningKind(change) === "open");
  const denials = sure.filter((change) => wideningKind(change) === "denial");
  return [
    ...open
      .slice(0, NAMED)
      .map((change) => `decide whether ${openText(change)}: rule \`${ruleName(change)}\``),
    ...(open.length > NAMED ? [`decide the same of ${open.length - NAMED} more rules`] : []),
    ...(denials.length > 0 && all.length === 0
      ? [`decide whether calls may run that a rule denied${namesText(denials.map(ruleName))}`]
      : []),
  ];
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
          `look at ${count(indeterminate, "indeterminate call")} that may be permitted more${namesText(tools)}`,
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

import type { CiResult } from "../../documents/ci-result.ts";
import type { ReplayResult } from "../../documents/replay-result.ts";
import { count } from "../../text/count.ts";
import { listedCode } from "../../text/listed.ts";
import { mayNarrow } from "../../text/narrowings.ts";
import { aboutNames, namesText, openingsOf } from "../../text/openings.ts";
import { STEP_FIXES } from "../../text/step-fixes.ts";
import { unapprovableOpenings } from "../../text/unapprovable.ts";
import { unjudgedCalls } from "../../text/unjudged.ts";
import { wideningsOf } from "../../text/widenings.ts";
import { failingSteps } from "./failing.ts";
import { harmSteps } from "./harm-steps.ts";

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

/** Limits that harm breaks, of which its own steps say what to do. */
const HARM_LIMITS: ReadonlySet<string> = new Set(["benign_broken", "incidents_stopped"]);

/** Limits on what of a trace is decided at all. */
const READING: ReadonlySet<string> = new Set(["malformed", "undecided_events"]);

/** What to do about limits of the gate that are broken. */
function limitSteps(result: CiResult): readonly string[] {
  const isHarm = harmSteps(result).length > 0;
  const broken = (result.replay?.gate.checks ?? [])
    .filter(({ passed }) => !passed)
    .map(({ name }) => name)
    .filter((name) => !isHarm || !HARM_LIMITS.has(name));
  const unread = broken.filter((name) => READING.has(name));
  const rules = broken.filter((name) => !READING.has(name) && name !== "unexercised");
  const isChange = rules.some((name) => /^(?:widened|narrowed|indeterminate)/.test(name));
  const accept = isChange ? ", or accept what should change with `agentz accept`" : "";
  const kept = rules.length === 1 ? "keeps its limit" : "keep their limits";
  return [
    ...(rules.length === 0 ? [] : [`change the rules until ${listedCode(rules)} ${kept}${accept}`]),
    ...(unread.length === 0
      ? []
      : [`fix what of the trace cannot be read, or set the limit ${listedCode(unread)}`]),
    ...(broken.includes("unexercised") ? ["record calls that reach the changed rules"] : []),
  ];
}

/** What to do about what failed; about what could not run where nothing failed, or where it says how. */
function failedSteps(result: CiResult): readonly string[] {
  const isFailed = result.steps.some(({ status }) => status === "failed");
  const steps = result.steps.flatMap(({ name, status, help }) => {
    if (status !== "failed" && (status !== "error" || (isFailed && help === null))) return [];
    return name === "replay" && result.replay !== null && result.replay.error === undefined
      ? limitSteps(result)
      : [help ?? (name === "replay" ? result.replay?.error?.help : undefined) ?? STEP_FIXES[name]];
  });
  return [...new Set(steps)];
}

/** What to decide where nothing else is to be done, and no limit judges what stops. */
function narrowedSteps({ diff }: CiResult): readonly string[] {
  const names = (diff?.changes ?? []).filter(mayNarrow);
  return names.length === 0
    ? []
    : [`decide whether what changed may stop or hold more: ${aboutNames(names)}`];
}

/** What to do before merging: what forbids it, and what else there is to decide. */
export interface Steps {
  readonly first: readonly string[];
  readonly more: readonly string[];
}

/** What somebody has to do before merging, a sentence each with names between backticks. */
export function stepsOf(result: CiResult, state: "failed" | "open" | "passed"): Steps {
  const first = [...harmSteps(result), ...(state === "failed" ? failedSteps(result) : [])];
  const more = stepsBeforeMerging(result);
  const isEmpty = first.length + more.length === 0;
  return { first, more: isEmpty && state === "open" ? narrowedSteps(result) : more };
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

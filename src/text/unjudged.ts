import { mayBeWidened, tellsWidened } from "./may-be-widened.ts";
import { unapprovableCalls } from "./unapprovable.ts";

/** The calls that are labelled benign, and those that are denied, as in result documents. */
interface BenignCalls {
  readonly calls: number;
  readonly denied: number;
  readonly deniedBefore: number;
}

/** Much benign work stops where more than this share of its calls would be denied. */
const MUCH = 0.01;

/** Whether much benign work would be denied, and more than before. */
export function isMuchBenign({ calls, denied, deniedBefore }: BenignCalls): boolean {
  return denied > MUCH * calls && denied > deniedBefore;
}

/**
 * The benign calls that the candidate denies and the baseline does not. WHY of two numbers: of very many
 * groups not all are listed, and where other calls are denied no more the difference says too little.
 */
export function newlyDeniedBenign({
  groups,
  labels: { benign },
}: Pick<JudgedReplay, "labels"> & {
  readonly groups: readonly { readonly benignDenied?: number }[];
}): number {
  const listed = groups.reduce((sum, { benignDenied = 0 }) => sum + benignDenied, 0);
  return Math.max(benign.denied - benign.deniedBefore, listed);
}

/** What of a replay's document tells what no limit judges. */
export interface JudgedReplay {
  readonly changes: {
    readonly widened: { readonly direct: number; readonly downstream: number };
    readonly indeterminate: number;
    readonly notWidened?: number;
  };
  readonly groups: readonly {
    readonly id: string;
    readonly class: string;
    readonly from: string;
    readonly action: string;
    readonly calls: number;
    readonly benignDenied?: number;
    readonly otherApprovals?: number;
    readonly nobodyIs?: readonly string[];
  }[];
  readonly gate: {
    readonly checks: readonly { readonly name: string }[];
    readonly accepted: readonly { readonly group: string; readonly state: string }[];
  };
  readonly labels: { readonly benign: BenignCalls };
}

/** Calls that somebody has to look at, since no limit of the gate judges them; 0: none. */
export interface UnjudgedCalls {
  /** The widened calls that would be permitted more, or of which less is asked. */
  readonly widened: number;
  /** The widened calls of which other approvals would be asked, neither fewer nor more. */
  readonly otherApprovals: number;
  /** The widened calls that nobody in the catalog could approve; in neither of the numbers above. */
  readonly unapprovable: number;
  readonly indeterminate: number;
  /** The tools of the indeterminate calls that may be permitted more; empty where nobody can tell. */
  readonly tools: readonly string[];
  /** Benign calls that would be denied and are not denied before, where all denied ones are not much. */
  readonly benign: number;
}

/** Whether the gate has a limit of this name, or of a part of what it counts. */
export function hasLimit({ gate }: Pick<JudgedReplay, "gate">, name: RegExp): boolean {
  return gate.checks.some((check) => name.test(check.name));
}

/** The ids of the groups whose change somebody has accepted, and for which that still holds. */
export function acceptedGroups({ accepted }: JudgedReplay["gate"]): ReadonlySet<string> {
  return new Set(accepted.filter(({ state }) => state === "accepted").map(({ group }) => group));
}

/** How many of `calls` changed calls of a class nobody has accepted. */
function unaccepted(
  calls: number,
  kind: "widened" | "indeterminate",
  { groups, gate }: JudgedReplay,
): number {
  const accepted = acceptedGroups(gate);
  return groups
    .filter((group) => group.class === kind)
    .reduce((rest, { id, calls: own }) => (accepted.has(id) ? rest - own : rest), calls);
}

/** How many widened calls that nobody has accepted would need other approvals, and how many nobody can approve. */
function approvalsOf({
  groups,
  gate,
}: JudgedReplay): Pick<UnjudgedCalls, "otherApprovals" | "unapprovable"> {
  const accepted = acceptedGroups(gate);
  const open = groups.filter(({ id, class: kind }) => kind === "widened" && !accepted.has(id));
  return {
    otherApprovals: open
      .filter(({ nobodyIs }) => nobodyIs === undefined)
      .reduce((sum, { otherApprovals: calls = 0 }) => sum + calls, 0),
    unapprovable: unapprovableCalls(open),
  };
}

/** The calls of a replay that no limit judges: what a reviewer and a board have to look at. */
export function unjudgedCalls(replay: JudgedReplay): UnjudgedCalls {
  const { widened, indeterminate, notWidened = 0 } = replay.changes;
  const { benign } = replay.labels;
  const most = indeterminate - notWidened;
  // WHY the lesser: which of the accepted calls are surely not permitted more is not counted
  const open = Math.min(unaccepted(indeterminate, "indeterminate", replay), most);
  const tools = replay.groups.filter((group) => mayBeWidened(group)).map(({ action }) => action);
  const isBorne = hasLimit(replay, /^benign_broken$/) || isMuchBenign(benign);
  const isWideningJudged = hasLimit(replay, /^widened/);
  const { otherApprovals: others, unapprovable: never } = approvalsOf(replay);
  return {
    widened: isWideningJudged
      ? 0
      : unaccepted(widened.direct + widened.downstream, "widened", replay) - others - never,
    otherApprovals: isWideningJudged ? 0 : others,
    unapprovable: isWideningJudged ? 0 : never,
    indeterminate: hasLimit(replay, /^indeterminate/) ? 0 : open,
    // accepted calls are among the groups, and not to be looked at
    tools: open === most && tellsWidened(replay) ? [...new Set(tools)] : [],
    benign: isBorne ? 0 : newlyDeniedBenign(replay),
  };
}

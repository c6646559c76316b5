import { Unknown } from "../condition/value.ts";
import { durationText } from "../text/time.ts";
import type { ApprovalIdentity, Evidence } from "./approval-evidence.ts";
import { mayApprove, type CompiledApproval } from "./approver.ts";
import type { CatalogIndex } from "./catalog-index.ts";
import type { Party } from "./party.ts";
import { and, not, type Truth } from "./truth.ts";

/** Whether earlier calls have used an approval up (design 6.2). */
export interface UsedApprovals {
  isUsed(identity: ApprovalIdentity): Truth;
}

/** What an approval is judged against besides its rule. */
export interface Judged {
  readonly catalog: CatalogIndex;
  readonly now: number | undefined;
  readonly used: UsedApprovals;
}

/** Something that was given and does not count as an approval, or may not. */
export interface Uncounted {
  /** Who gave it, as `type:id`; null: masked, or no name that can be read. */
  readonly by: string | null;
  /** Why, as a sentence without its beginning: `it was given after the call`. */
  readonly why: string;
}

/** One thing that was given for a call, asked as a grant or as a refusal for one rule. */
interface Question extends Judged {
  readonly requirement: CompiledApproval;
  readonly one: Evidence;
  readonly refused: boolean;
}

/** One thing that must hold so that what was given counts, and what to say where it does not. */
interface Check {
  readonly holds: (question: Question) => Truth;
  readonly fails: (question: Question) => string;
  /** Where it is unknown. */
  readonly open: (question: Question) => string;
}

const NOW = new Unknown(["now"]);
const GIVER = new Unknown(["context.approvals"]);

function nameOf({ type, id }: Party): string {
  return `${type}:${id}`;
}

/** ` (unrecorded: context.on_behalf_of)`; empty where the approval itself cannot be read. */
function unrecorded(truth: Truth): string {
  const paths = truth instanceof Unknown ? truth.paths : [];
  const others = paths.filter((path) => path !== "context.approvals");
  return others.length === 0 ? "" : ` (unrecorded: ${others.join(", ")})`;
}

/** Given before the call, and not longer ago than the rule allows; a refusal does not age. */
function inTime({ one: { at }, requirement, refused, now }: Question): Truth {
  if (at === undefined || at instanceof Unknown) return at ?? true;
  if (now === undefined) return NOW;
  const { within } = requirement.approval;
  const age = now - at;
  return age >= 0 && (refused || within === undefined || age <= within);
}

/** Whether a grant has been used up, as far as it can be told from others. */
function usedUp({ one: { identity }, refused, used }: Question): Truth {
  if (refused) return false;
  if (identity === undefined || identity instanceof Unknown) return identity ?? false;
  return used.isUsed(identity);
}

function untimely({ one: { at }, requirement, now }: Question): string {
  const { within } = requirement.approval;
  const isLater = typeof at === "number" && now !== undefined && at > now;
  return isLater || within === undefined
    ? "it was given after the call"
    : `it was given more than ${durationText(within)} before the call`;
}

/** What must hold so that what was given counts for a rule (design 6.1, 6.2). */
const CHECKS: readonly Check[] = [
  {
    holds: ({ one, refused }) => (refused ? one.refused : not(one.refused)),
    fails: () => "it is a refusal",
    open: () => "its `decision` cannot be read as `granted` or `refused`",
  },
  {
    holds: ({ one }) => one.binds,
    fails: () => "its digest is that of another call",
    open: ({ one }) => `it is unknown whether it is for this call${unrecorded(one.binds)}`,
  },
  {
    holds: ({ one, requirement, ...judged }) =>
      one.by === undefined ? GIVER : mayApprove(one.by, requirement.approvers, judged),
    fails: ({ one: { by }, requirement, catalog }) =>
      by?.type === "human" && catalog.people.size > 0 && !catalog.people.has(by.id)
        ? `no catalog lists the person \`${by.id}\``
        : `the approvers are ${requirement.names.map((name) => `\`${name}\``).join(", ")}`,
    open: ({ one: { by } }) =>
      by === undefined
        ? "who gave it is unknown: `by` is no `type:id`, or unrecorded"
        : `\`${nameOf(by)}\` may be another spelling of an approver's name`,
  },
  {
    holds: ({ one }) => not(one.asked),
    fails: () => "nobody approves what they asked for",
    open: ({ one }) => `it is unknown whether they asked for the call${unrecorded(one.asked)}`,
  },
  {
    holds: inTime,
    fails: untimely,
    open: (question) => `it is unknown whether it was given in time${unrecorded(inTime(question))}`,
  },
  {
    holds: (question) => not(usedUp(question)),
    fails: () => "an earlier call used it up",
    open: () => "an earlier call may have used it up",
  },
];

/** Whether what was given counts for a rule as a grant or as a refusal (design 6.1, 6.2). */
export function countsFor(question: Question): Truth {
  let all: Truth = true;
  for (const { holds } of CHECKS) {
    all = and(all, holds(question));
    if (all === false) return false;
  }
  return all;
}

/** Why what was given does not count as a grant, or may not; undefined: it does. */
function whyNot(question: Question): string | undefined {
  const found = CHECKS.map((check) => ({ check, truth: check.holds(question) }));
  const failed = found.find(({ truth }) => truth === false);
  if (failed !== undefined) return failed.check.fails(question);
  const open = found.find(({ truth }) => truth !== true);
  return open?.check.open(question);
}

/** What was given for a rule and does not count as a grant, or may not, with the reason of each. */
export function uncountedOf(
  requirement: CompiledApproval,
  given: readonly Evidence[],
  judged: Judged,
): readonly Uncounted[] {
  const seen = new Set<string>();
  return given.flatMap((one): readonly Uncounted[] => {
    const by = one.by === undefined ? null : nameOf(one.by);
    const why = whyNot({ requirement, one, ...judged, refused: false });
    if (why !== undefined) return [{ by, why }];
    if (by !== null && seen.has(by)) return [{ by, why: "one person counts once" }];
    if (by !== null) seen.add(by);
    return [];
  });
}

/** Why a metric does not cover a call (design 9.1-9.6), each with its words for people. */
const TEXTS = {
  "not-asked": "no decision point decided it",
  "not-external": "decided inside the process of the agent",
  "unlisted-point": "decided by a point that the catalog does not list",
  default: "no rule decided it, only the default",
  wildcard: "decided only by a rule that fits every tool and has no condition",
  containment: "decided only by a containment",
  "no-rule": "the recorded decision names no rule",
  indeterminate: "the decision is indeterminate",
  "no-agent-id": "no agent is named",
  "not-agent": "made under the name of a model, not of an agent",
  unregistered: "the agent is not registered",
  suspended: "the agent is suspended",
  decommissioned: "the agent is decommissioned",
  expired: "the agent's registration has expired",
  "expiry-unknown": "the call has no time, so it is unknown whether the agent had expired",
  "user-identity": "made under the name of a person",
  "credential-unrecorded": "no credential is recorded",
  "user-credential": "made with a person's credential",
  "shared-credential": "made with a credential that another subject uses too",
  unclassified: "the classification of the resource is not known",
  unattended: "allowed without an approval",
  "doubtful-oversight": "it is indeterminate whether somebody must approve",
  "actor-unrecorded": "the type of the actor is not recorded",
  "wildcard-denies": "denied only by a rule that fits every tool and has no condition",
} as const;

export type Gap = keyof typeof TEXTS;

/** The gaps of calls that are denied for certain, though by no rule of their own. */
export const DENYING: ReadonlySet<Gap> = new Set(["default", "containment", "wildcard-denies"]);

export function gapText(gap: Gap): string {
  return TEXTS[gap];
}

/** Whether a call counts in a metric's total, and whether it is covered; a gap says why not. */
export type CoverageStatus = "covered" | "not counted" | Gap;

const GAPS = Object.keys(TEXTS).filter((key): key is Gap => key in TEXTS);

/** Every verdict, in the order of its number in parts. */
export const STATUSES: readonly CoverageStatus[] = ["not counted", "covered", ...GAPS];

/** The gap of a verdict, if it is one. */
export function gapOf(verdict: CoverageStatus): Gap | undefined {
  return verdict === "covered" || verdict === "not counted" ? undefined : verdict;
}

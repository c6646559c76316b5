/** Why a metric does not cover a call (design 9.1-9.6), each with its words for people. */
const TEXTS = {
  "not-asked": "no decision point was asked",
  "not-external": "decided inside the agent's own process",
  "unlisted-point": "decided by a point that the catalog does not list",
  default: "no rule speaks of it, only the default",
  wildcard: "decided only by a rule for every tool without a condition",
  containment: "decided only by a containment",
  "no-rule": "the recorded decision names no rule",
  indeterminate: "what is recorded does not settle the decision",
  "no-agent-id": "no agent is named",
  "not-agent": "made under a model's name, not an agent's",
  unregistered: "the agent is not registered",
  suspended: "the agent is suspended",
  decommissioned: "the agent is decommissioned",
  expired: "the agent's registration has expired",
  "expiry-unknown": "without a time nobody can tell whether the agent had expired",
  "user-identity": "made under a person's name",
  "credential-unrecorded": "no credential is recorded",
  "user-credential": "made with a person's credential",
  "shared-credential": "made with a credential that others use too",
  unclassified: "the resource has no known class",
  unattended: "allowed without an approval though irreversible, paying or granting",
  "doubtful-oversight": "whether somebody must approve is indeterminate",
  "actor-unrecorded": "the type of the actor is not recorded",
} as const;

export type Gap = keyof typeof TEXTS;

export function gapText(gap: Gap): string {
  return TEXTS[gap];
}

/** Whether a call counts in a metric's total, and whether it is covered; a gap says why not. */
export type Verdict = "covered" | "not counted" | Gap;

/** The gap of a verdict, if it is one. */
export function gapOf(verdict: Verdict): Gap | undefined {
  return verdict === "covered" || verdict === "not counted" ? undefined : verdict;
}

/** How broad a rule is, as in the document of `agentz diff`. */
interface Breadth {
  readonly effect: string;
  readonly limits: readonly string[];
  readonly stops: readonly string[];
  readonly subjects?: readonly string[];
  readonly effects?: readonly string[];
}

/** What of a change in the document of `agentz diff` tells what it lets through. */
export interface RuleChange {
  readonly about: string;
  readonly sentence: string;
  readonly effect: string;
  readonly releases?: true;
  readonly otherApprovals?: true;
  readonly nobodyApproves?: true;
  readonly rule?: { readonly before: Breadth | null; readonly after: Breadth | null };
  readonly witness: {
    readonly class: string;
    readonly before: { readonly effect: string };
    readonly after: { readonly effect: string };
  } | null;
}

/**
 * What a change of a rule lets through: every call of an agent or a tool, what a rule denied, calls
 * without a condition, what needed an approval, what may follow a denied call, anything else.
 */
export type WideningKind = "open" | "denial" | "unconditional" | "approval" | "release" | "other";

/** The gravest first. */
const KINDS: readonly WideningKind[] = [
  "open",
  "denial",
  "unconditional",
  "approval",
  "release",
  "other",
];

/** What is no grant, and takes away no denial and no approval. */
const REST: ReadonlySet<WideningKind> = new Set(["release", "other"]);

const WIDENING: ReadonlySet<string> = new Set(["widens", "both", "unknown"]);

/** Whether a change lets more through, or may. */
export function mayWiden({ effect }: RuleChange): boolean {
  return WIDENING.has(effect);
}

/** The broader a rule, the fewer limits it has. */
const MOST_LIMITS = 4;

/** Whether the rule allows now what it did not: it is new, or a limit of it is gone. */
function isGrant({ before, after }: NonNullable<RuleChange["rule"]>): boolean {
  if (after?.effect !== "allow") return false;
  return before?.effect !== "allow" || before.limits.some((limit) => !after.limits.includes(limit));
}

export function wideningKind({ rule, releases }: RuleChange): WideningKind {
  if (releases === true) return "release";
  if (rule === undefined) return "other";
  const limits = new Set(rule.after?.limits);
  const isUnconditional = isGrant(rule) && !limits.has("condition");
  if (isUnconditional && !(limits.has("subjects") && limits.has("actions"))) return "open";
  if (rule.before?.effect === "deny") return "denial";
  if (isUnconditional) return "unconditional";
  return rule.before?.effect === "require_approval" ? "approval" : "other";
}

/** Whether a rule decides every call of every agent with this effect. */
function decidesAll({ rule }: RuleChange, effect: "allow" | "deny"): boolean {
  return rule?.after?.effect === effect && rule.after.limits.length === 0;
}

/** The new rule that denies every call, so that nothing is permitted whatever else changed. */
export function closingChange<T extends RuleChange>(changes: readonly T[]): T | undefined {
  return changes.find((change) => decidesAll(change, "deny"));
}

/** Whether a change allows every call of every agent, without a condition, and no rule stops any. */
export function opensAll(change: RuleChange): boolean {
  const isStopped = change.rule?.after?.stops.includes("rules") !== false;
  return decidesAll(change, "allow") && wideningKind(change) === "open" && !isStopped;
}

/**
 * Whether a change lets every agent, or some, call every tool without a condition. WHY not where manifests of
 * some agents limit it: then it is what these agents are for.
 */
export function opensEveryTool(change: RuleChange): boolean {
  const { limits = [], stops = [] } = change.rule?.after ?? {};
  const isLimited = limits.some((limit) => limit === "actions" || limit === "resources");
  const isOfManifests = limits.length > 0 && stops.includes("manifests");
  return wideningKind(change) === "open" && !isLimited && !isOfManifests;
}

/** Whether a call that shows a change has the same effect in both versions, and less is demanded. */
export function isKept(witness: RuleChange["witness"]): boolean {
  return (
    witness !== null &&
    witness.class === "widened" &&
    witness.before.effect === witness.after.effect
  );
}

/**
 * What is permitted for certain that was not, and what may be, or has less demanded of it; each the
 * gravest and the broadest first.
 */
export interface Widenings<T extends RuleChange> {
  readonly sure: readonly T[];
  readonly possible: readonly T[];
}

/**
 * The changes that allow more, whatever a trace holds. WHY each denial and approval that is gone where
 * every call is allowed: alone it may open nothing, but nothing else stops the calls then.
 */
export function wideningsOf<T extends RuleChange>(changes: readonly T[]): Widenings<T> {
  if (closingChange(changes) !== undefined) return { sure: [], possible: [] };
  const isOpened = changes.some(opensAll);
  const isLost = ({ rule }: RuleChange): boolean =>
    isOpened &&
    rule !== undefined &&
    rule.before !== null &&
    rule.before.effect !== "allow" &&
    rule.after === null;
  const isSure = (change: RuleChange): boolean =>
    isLost(change) || change.effect === "widens" || change.witness?.class === "widened";
  const order = (change: RuleChange): number =>
    KINDS.indexOf(wideningKind(change)) * MOST_LIMITS +
    (change.rule?.after?.limits.length ?? MOST_LIMITS - 1) / MOST_LIMITS;
  const all = changes
    .filter((change) => mayWiden(change) || isLost(change))
    .toSorted((a, b) => order(a) - order(b));
  const sure = all.filter(
    (change) => isSure(change) && !REST.has(wideningKind(change)) && !isKept(change.witness),
  );
  return { sure, possible: all.filter((change) => !sure.includes(change)) };
}

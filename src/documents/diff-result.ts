import type { SetInfo } from "./version-result.ts";
import type { Bump } from "./version-result.ts";

/** The decision of one version on a call, in short. */
export interface WitnessSide {
  readonly effect: string;
  readonly rules: readonly string[];
  /** The numbers of required approvals, one for each requirement. */
  readonly quorums: readonly number[];
  readonly obligations: readonly string[];
}

/** A call that the two versions decide differently. The engine decided it under both. */
export interface Witness {
  /** The request, as `agentz decide` reads it. */
  readonly request: { readonly [key: string]: unknown };
  /**
   * The caller in words: `agent:support`, or, if agentz made the caller up, of whom the call is proved
   * (`anyone`) or what the caller is like (`an agent that no rule names`).
   */
  readonly caller: string;
  readonly before: WitnessSide;
  readonly after: WitnessSide;
  readonly class: "widened" | "narrowed" | "other";
}

/** What limits the calls that a rule decides. */
export type RuleLimit = "subjects" | "actions" | "resources" | "condition";

/** What else of a version stops calls: rules that deny or hold them, manifests of agents. */
export type OtherStop = "rules" | "manifests";

/** A rule of one version that is enforced, as far as it says how much it permits or stops. */
export interface RuleBreadth {
  readonly effect: "allow" | "require_approval" | "deny";
  /**
   * Empty: it decides every call; one that allows, every call of every agent. Exceptions limit a rule
   * as a condition does.
   */
  readonly limits: readonly RuleLimit[];
  /** What else may stop the calls that it allows; of rules that allow none, empty. */
  readonly stops: readonly OtherStop[];
  /** The subjects that limit a rule that allows; absent: none do, or only rule and policy together. */
  readonly subjects?: readonly string[];
  /**
   * What tools of the catalog do that is grave (`pay`, `grant`, `delete`, `send`, `execute`), of a rule
   * that allows every tool to agents whose manifests stop none; absent: nothing, or it does not.
   */
  readonly effects?: readonly string[];
}

/** A changed rule in both versions; null where there is none that is enforced. */
export interface RuleBreadths {
  readonly before: RuleBreadth | null;
  readonly after: RuleBreadth | null;
}

/** One change of `agentz diff`. */
export interface DiffChange {
  readonly document: { readonly kind: string; readonly name: string };
  readonly about: string;
  readonly sentence: string;
  /**
   * The possible effect of the change, among all changes; `moves`: calls that it concerns are decided
   * differently, but other changes widen or narrow them; `unknown` if agentz cannot classify the
   * change, which counts as widening.
   */
  readonly effect: "widens" | "narrows" | "both" | "moves" | "none" | "unknown";
  /**
   * Present if the change permits no call that was denied, and denied calls no longer block a tool, stop
   * a session or revoke a credential (`on_deny`).
   */
  readonly releases?: true;
  /** How broad the rule was and is; absent if the change is of no rule, or moves no decision. */
  readonly rule?: RuleBreadths;
  /**
   * Present if the rule requires an approval in both versions, and these cannot be compared, for example
   * since other people are asked; that counts as widening (design 7.4).
   */
  readonly otherApprovals?: true;
  /** Present if nobody in the later catalogs can give the approval that the rule requires. */
  readonly nobodyApproves?: true;
  /** Other changed rules that a call may meet together with this one: `<policy>/<rule>`. */
  readonly together: readonly string[];
  readonly before: string | null;
  readonly after: string | null;
  readonly witness: Witness | null;
}

/**
 * Callers of whom it is proved that the calls of a sentence are decided alike: the rules read nothing
 * of them but the patterns named here.
 */
export interface Callers {
  /** The pattern that every such caller fits; null: anyone. */
  readonly pattern: string | null;
  /** Patterns that no such caller fits. */
  readonly except: readonly string[];
  /**
   * Whether a catalog lists agents: then only the callers whose record allows the call are meant.
   */
  readonly registered: boolean;
}

/**
 * Calls for which a sentence is true: every call of these callers and action that meets the
 * condition. It may be narrower than needed: it has values of the example.
 */
export interface CallConditions {
  /** `type:id`; null if `callers` describes the callers. */
  readonly subject: string | null;
  /** Null if the sentence is about one caller, named by `subject`. */
  readonly callers: Callers | null;
  /** `server/name`. */
  readonly action: string;
  /** A condition, written as in a rule. */
  readonly when: string;
}

/**
 * A sentence about calls that are decided differently: one kind of call, over a range of one
 * argument.
 */
export interface OutcomeChange {
  readonly sentence: string;
  readonly conditions: CallConditions;
  readonly witness: Witness;
}

/** What both versions have, and for which somebody else answers in the later one; null: nobody. */
export interface ChangedOwner {
  readonly kind: "policy" | "invariant" | "agent";
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** The result document of `agentz diff`. */
export interface DiffResult {
  readonly schemaVersion: 1;
  readonly command: "diff";
  readonly tool: { readonly version: string };
  readonly before: SetInfo;
  readonly after: SetInfo;
  readonly changed: boolean;
  readonly required: Bump;
  /**
   * Whether it is proved that the later version permits no call at all, while the earlier may permit
   * some.
   */
  readonly stopsAll: boolean;
  readonly outcomes: readonly OutcomeChange[];
  readonly changes: readonly DiffChange[];
  /** Whose owner changed, which no digest covers; absent: nothing has another owner. */
  readonly owners?: readonly ChangedOwner[];
}

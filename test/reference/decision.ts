/**
 * A decision's shape (design 4.4), written again here so that the reference needs nothing of the
 * engine.
 */
export type Effect = "allow" | "deny" | "require_approval";

export interface Requirement {
  readonly rule: string;
  readonly approvers: readonly string[];
  readonly quorum: number;
  readonly within: number | null;
  readonly have: readonly string[];
  readonly state: "open" | "satisfied" | "refused" | "unknown";
}

export type Obligation =
  | {
      readonly type: "redact";
      readonly fields: readonly string[];
      readonly above?: string;
      readonly rules: readonly string[];
    }
  | { readonly type: "log"; readonly rules: readonly string[] }
  | { readonly type: "notify"; readonly to: readonly string[]; readonly rules: readonly string[] };

export interface Decision {
  readonly effect: Effect;
  readonly permitted: boolean;
  readonly indeterminate: boolean;
  readonly possible: readonly Effect[];
  readonly rules: readonly string[];
  readonly matched: readonly string[];
  readonly undecided: readonly string[];
  readonly shadow: readonly { readonly rule: string; readonly effect: Effect }[];
  readonly excepted: readonly string[];
  /** The rule alone: which parts of it failed is the engine's wording. */
  readonly nearest: string | null;
  readonly obligations: readonly Obligation[];
  readonly approval: {
    readonly state: "none" | Requirement["state"];
    readonly requirements: readonly Requirement[];
  };
  readonly missing: readonly { readonly attribute: string; readonly rules: readonly string[] }[];
  /** The rules alone. */
  readonly errors: readonly string[];
}

const STRICTNESS: { readonly [effect in Effect]: number } = {
  allow: 0,
  require_approval: 1,
  deny: 2,
};

export function strictness(effect: Effect): number {
  return STRICTNESS[effect];
}

export const EFFECTS: readonly Effect[] = ["deny", "require_approval", "allow"];

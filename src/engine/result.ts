/** The `decision` of result documents (design 12): the fields of `engine/decision.ts` as plain data. */
export interface DecisionDocument {
  readonly effect: string;
  readonly permitted: boolean;
  readonly indeterminate: boolean;
  readonly possible: readonly string[];
  readonly rules: readonly string[];
  readonly matched: readonly string[];
  readonly undecided: readonly string[];
  readonly shadow: readonly { readonly rule: string; readonly effect: string }[];
  readonly excepted: readonly string[];
  readonly nearest: { readonly rule: string; readonly failed: readonly string[] } | null;
  readonly reason: string | null;
  readonly obligations: readonly ObligationDocument[];
  readonly approval: { readonly state: string; readonly requirements: readonly RequirementDocument[] };
  readonly missing: readonly { readonly attribute: string; readonly rules: readonly string[] }[];
  readonly errors: readonly { readonly rule: string; readonly message: string }[];
}

export interface ObligationDocument {
  readonly type: string;
  readonly fields?: readonly string[];
  readonly above?: string;
  readonly to?: readonly string[];
  readonly rules: readonly string[];
}

export interface RequirementDocument {
  readonly rule: string;
  readonly approvers: readonly string[];
  readonly quorum: number;
  readonly within: number | null;
  readonly have: readonly string[];
  readonly state: string;
}

/** The result document of `agentz decide`. */
export interface DecideResult {
  readonly schemaVersion: 1;
  readonly command: "decide";
  readonly tool: { readonly version: string };
  readonly source: string;
  readonly digest: string | null;
  readonly decision: DecisionDocument;
}

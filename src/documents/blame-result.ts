/** One commit that changed the decision of an event. */
export interface BlameChange {
  readonly commit: string;
  readonly author: string;
  readonly date: string;
  readonly subject: string;
  readonly before: BlameDecision | null;
  readonly after: BlameDecision;
  /** How obligations or approvals differ under the same effect; absent if they do not. */
  readonly demands?: string;
}

export interface BlameDecision {
  readonly effect: string;
  readonly rules: readonly string[];
  readonly digest: string;
}

/** The result document of `agentz blame`. */
export interface BlameResult {
  readonly schemaVersion: 1;
  readonly command: "blame";
  readonly tool: { readonly version: string };
  readonly event: string;
  readonly file: string;
  readonly line: number;
  /** The decision of the policies now. */
  readonly now: BlameDecision;
  /** The commits that changed the decision, newest first. */
  readonly changes: readonly BlameChange[];
  readonly commits: number;
  /** Commits whose policies do not load, so that there is no decision. */
  readonly broken: readonly string[];
  /** True if older commits were not checked. */
  readonly cut: boolean;
  /** True if this clone lacks older commits, one of which may have changed the decision. */
  readonly shallow: boolean;
}

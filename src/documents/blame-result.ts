/** One commit that changed the decision of an event. */
export interface BlameChange {
  readonly commit: string;
  readonly author: string;
  readonly date: string;
  readonly subject: string;
  readonly before: BlameDecision | null;
  readonly after: BlameDecision;
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
  /** What the policies say of it now. */
  readonly now: BlameDecision;
  /** The commits that changed it, newest first. */
  readonly changes: readonly BlameChange[];
  readonly commits: number;
  /** Commits whose policies do not load: they decided nothing. */
  readonly broken: readonly string[];
  /** True where older commits were not looked at. */
  readonly cut: boolean;
  /** True where this clone lacks older commits, so that one of them may have changed it. */
  readonly shallow: boolean;
}

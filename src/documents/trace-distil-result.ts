/** The result document of `agentz trace distil`. */
export interface DistilResult {
  readonly schemaVersion: 1;
  readonly command: "trace distil";
  readonly tool: { readonly version: string };
  readonly from: { readonly sessions: number; readonly calls: number };
  readonly to: { readonly sessions: number; readonly calls: number };
  /**
   * What the whole trace shows, by kind: rule outcomes, transitions, missing attributes, incidents.
   */
  readonly features: {
    readonly total: number;
    readonly kept: number;
    readonly byKind: { readonly [kind: string]: number };
  };
  /** What only the whole trace shows, since it hangs on state that sessions share. */
  readonly lost: readonly string[];
}

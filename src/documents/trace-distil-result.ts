/** The result document of `agentz trace distil`. */
export interface DistilResult {
  readonly schemaVersion: 1;
  readonly command: "trace distil";
  readonly tool: { readonly version: string };
  readonly from: { readonly sessions: number; readonly calls: number };
  readonly to: { readonly sessions: number; readonly calls: number };
  /**
   * The features of the whole trace, by kind: rule outcomes, transitions, missing attributes,
   * incidents.
   */
  readonly features: {
    readonly total: number;
    readonly kept: number;
    readonly byKind: { readonly [kind: string]: number };
  };
  /** The features that only the whole trace has, because sessions share state. */
  readonly lost: readonly string[];
}

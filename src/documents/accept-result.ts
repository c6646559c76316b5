/** The result document of `agentz accept`: what was written into agentz.yaml. */
export interface AcceptResult {
  readonly schemaVersion: 1;
  readonly command: "accept";
  readonly tool: { readonly version: string };
  readonly source: string | null;
  readonly digest: string | null;
  /** The configuration that was written, as it is seen from the working folder. */
  readonly file: string;
  readonly accepted: readonly {
    readonly group: string;
    readonly rules: string;
    readonly reason: string;
    readonly owner: string;
    readonly expires: string;
    readonly class: string;
    readonly calls: number;
  }[];
}

/** The result document of `agentz accept`: the entries that were written to agentz.yaml. */
export interface AcceptResult {
  readonly schemaVersion: 1;
  readonly command: "accept";
  readonly tool: { readonly version: string };
  readonly source: string | null;
  readonly digest: string | null;
  /** The path of the configuration that was written, relative to the working folder. */
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

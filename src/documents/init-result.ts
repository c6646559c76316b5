/** The result document of `agentz init`. */
export interface InitResult {
  readonly schemaVersion: 1;
  readonly command: "init";
  readonly tool: { readonly version: string };
  readonly source: null;
  readonly digest: null;
  readonly written: readonly string[];
  readonly kept: readonly string[];
}

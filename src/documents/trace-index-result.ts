/** One file of a trace and its index. Sizes are in bytes. */
export interface IndexedFile {
  readonly file: string;
  readonly index: string;
  readonly bytes: number;
  /** The size of the file of the trace. */
  readonly of: number;
  /** False if there was an index already that is up to date. */
  readonly built: boolean;
}

/** The result document of `agentz trace index`. */
export interface IndexResult {
  readonly schemaVersion: 1;
  readonly command: "trace index";
  readonly tool: { readonly version: string };
  readonly files: readonly IndexedFile[];
}

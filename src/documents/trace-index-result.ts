/** One file of a trace with the index beside it; sizes in bytes. */
export interface IndexedFile {
  readonly file: string;
  readonly index: string;
  readonly bytes: number;
  /** The size of the trace's file. */
  readonly of: number;
  /** False: a fresh one was there. */
  readonly built: boolean;
}

/** The result document of `agentz trace index`. */
export interface IndexResult {
  readonly schemaVersion: 1;
  readonly command: "trace index";
  readonly tool: { readonly version: string };
  readonly files: readonly IndexedFile[];
}

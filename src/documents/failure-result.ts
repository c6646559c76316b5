/** The document that stands where a command's own would, when it fails (design 12). */
export interface FailureResult {
  readonly schemaVersion: 1;
  /** Null where no command was meant. */
  readonly command: string | null;
  readonly tool: { readonly version: string };
  readonly error: FailureDocument;
}

/** What ended a command, and the way out; null where there is none to tell. */
export interface FailureDocument {
  readonly code: string;
  readonly message: string;
  readonly help: string | null;
  /** What is wrong in documents, each at its place. */
  readonly findings?: readonly unknown[];
}

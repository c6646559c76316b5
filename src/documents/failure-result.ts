/** The document that a command writes instead of its own if it fails (design 12). */
export interface FailureResult {
  readonly schemaVersion: 1;
  /** The command; null if the command line names none. */
  readonly command: string | null;
  readonly tool: { readonly version: string };
  readonly error: FailureDocument;
}

/** The error that ended a command. `help` says what to do; it is null if agentz does not know. */
export interface FailureDocument {
  readonly code: string;
  readonly message: string;
  readonly help: string | null;
  /** The findings in documents, each with its place. */
  readonly findings?: readonly unknown[];
}

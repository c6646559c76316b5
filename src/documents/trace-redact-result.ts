/** A path of events, and why it is treated as it is. */
export interface PathUse {
  readonly path: string;
  /** The rules, declarations or catalog entries that read it. */
  readonly readBy: readonly string[];
  /** With `strict` what would be kept is unrecorded, but for who acts and what is called. */
  readonly became: "kept" | "unrecorded" | "hashed";
}

/** Kept values in which a detector found something. */
export interface DetectedKind {
  readonly path: string;
  /** `secret/<kind>` or `personal/<kind>`. */
  readonly kind: string;
  readonly values: number;
  /**
   * What became of them: a name with a secret in it is hashed, any other value with one is
   * unrecorded.
   */
  readonly became: "kept" | "unrecorded" | "hashed";
}

/** The result document of `agentz trace redact`. */
export interface RedactResult {
  readonly schemaVersion: 1;
  readonly command: "trace redact";
  readonly tool: { readonly version: string };
  readonly strict: boolean;
  readonly events: number;
  readonly malformed: number;
  /** How many values were hashed, and how many kept values were made unrecorded. */
  readonly hashed: number;
  readonly unrecorded: number;
  /** Paths that policies compare with literals, data, bounds or patterns. */
  readonly kept: readonly PathUse[];
  /** Paths that policies read, but compare only with other values of the trace. */
  readonly compared: readonly PathUse[];
  readonly detected: readonly DetectedKind[];
  /** Calls whose arguments were left as they are because an approval binds to their digest. */
  readonly bound: number;
}

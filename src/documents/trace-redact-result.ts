/** A path in events, and how and why its values were treated. */
export interface PathUse {
  readonly path: string;
  /** The rules, declarations and catalog entries that read the field. */
  readonly readBy: readonly string[];
  /**
   * With `strict`, a value that would be kept is made unrecorded, except the subject and the
   * action.
   */
  readonly became: "kept" | "unrecorded" | "hashed";
}

/** Kept values in which a detector found a secret or personal data. */
export interface DetectedKind {
  readonly path: string;
  /** `secret/<kind>` or `personal/<kind>`. */
  readonly kind: string;
  readonly values: number;
  /**
   * What happened to them: a name that contains a secret is hashed; any other value that contains
   * one is made unrecorded.
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
  /** The number of values that were hashed, and of values that were made unrecorded. */
  readonly hashed: number;
  readonly unrecorded: number;
  /** Paths that policies compare with literals, data, bounds or patterns. */
  readonly kept: readonly PathUse[];
  /** Paths that policies read, but compare only with other values of the trace. */
  readonly compared: readonly PathUse[];
  readonly detected: readonly DetectedKind[];
  /**
   * The number of calls whose arguments are unchanged because an approval is bound to their digest.
   */
  readonly bound: number;
}

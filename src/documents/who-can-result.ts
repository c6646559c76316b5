import type { Condition, Reach } from "./blast-radius-result.ts";
import type { VersionInfo } from "./replay-result.ts";

/** By which rules a call may come to run: each holds, or may hold, under what it asks. */
export interface Ways {
  readonly allows: readonly Condition[];
  readonly approvals: readonly Condition[];
  /** Rules that may still deny it. */
  readonly denies: readonly Condition[];
}

export interface WhoCanEntry extends Omit<Reach, "used">, Ways {
  readonly subject: string;
}

/** The result document of `agentz who-can`. */
export interface WhoCanResult {
  readonly schemaVersion: 1;
  readonly command: "who-can";
  readonly tool: { readonly version: string };
  readonly candidate: VersionInfo;
  readonly now: string;
  readonly action: string;
  readonly resource: string | null;
  /** The subjects that may do it, at least under conditions; unconditional access first. */
  readonly who: readonly WhoCanEntry[];
  /** The subjects that may not do it. */
  readonly denied: readonly string[];
}

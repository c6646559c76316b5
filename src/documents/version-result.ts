import type { VersionInfo } from "./replay-result.ts";

/** The version of a policy set in a result document. */
export interface SetInfo extends Pick<VersionInfo, "sharedFiles"> {
  readonly source: string | null;
  readonly ref: string;
  /** The digest of the meaning (design 10.1); null if the set does not load. */
  readonly digest: string | null;
}

/** One document of `version check` (design 12). */
export interface DocumentCheck {
  readonly kind: "Policy" | "Catalog" | "Invariant";
  readonly name: string;
  /** Whether the meaning changed. */
  readonly changed: boolean;
  /** The version; null if the document is not in that set. */
  readonly declared: { readonly from: string | null; readonly to: string | null };
  readonly required: Bump;
  /**
   * Whether the declared bump is at least the required one. A new or removed document declares no
   * bump and is ok.
   */
  readonly ok: boolean;
  /** One sentence for each change, with its possible effect on decisions. */
  readonly why: readonly string[];
}

/** The result document of `agentz version check` (design 10.2, 12). */
export interface VersionCheckResult {
  readonly schemaVersion: 1;
  readonly command: "version check";
  readonly tool: { readonly version: string };
  readonly base: SetInfo;
  readonly candidate: SetInfo;
  readonly changed: boolean;
  readonly required: Bump;
  readonly ok: boolean;
  readonly documents: readonly DocumentCheck[];
  /** Notes for a reviewer: agents that may do more and were not reviewed since then. */
  readonly notes: readonly string[];
}

/** The version of one document that `agentz version bump` raised. */
export interface Bumped {
  readonly kind: string;
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** The result document of `agentz version bump`. */
export interface VersionBumpResult {
  readonly schemaVersion: 1;
  readonly command: "version bump";
  readonly tool: { readonly version: string };
  readonly bumped: readonly Bumped[];
  readonly dryRun: boolean;
}

export type Bump = "major" | "minor" | "patch" | "none";

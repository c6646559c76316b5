import type { Bump } from "./verdict.ts";

/** Version of a policy set in a result document. */
export interface SetInfo {
  readonly source: string | null;
  readonly ref: string;
  /** Digest of the meaning (design 10.1); null where the set does not load. */
  readonly digest: string | null;
}

/** One document of `version check` (design 12). */
export interface DocumentCheck {
  readonly kind: "Policy" | "Catalog" | "Invariant";
  readonly name: string;
  /** Whether it means something else. */
  readonly changed: boolean;
  /** Null: it is not in that version. */
  readonly declared: { readonly from: string | null; readonly to: string | null };
  readonly required: Bump;
  /**
   * Whether the declared bump is at least the required one. A document that is new or gone declares
   * none, and is ok.
   */
  readonly ok: boolean;
  /** One sentence a change, and what it can do to decisions. */
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
  /** What a reviewer should know besides: agents that may do more, and were not reviewed since. */
  readonly notes: readonly string[];
}

/** One document's version edited by `agentz version bump`. */
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

/** What one version decides on a call, in short. */
export interface WitnessSide {
  readonly effect: string;
  readonly rules: readonly string[];
  /** Approvals needed, one number a requirement. */
  readonly quorums: readonly number[];
  readonly obligations: readonly string[];
}

/** A call that the two versions decide otherwise, and the engine has decided under both. */
export interface Witness {
  /** As `agentz decide` takes it. */
  readonly request: { readonly [key: string]: unknown };
  readonly before: WitnessSide;
  readonly after: WitnessSide;
  readonly class: "widened" | "narrowed" | "other";
}

/** One change of `agentz diff`. */
export interface DiffChange {
  readonly document: { readonly kind: string; readonly name: string };
  readonly about: string;
  readonly sentence: string;
  /** What it can do: `unknown` where it cannot be told, which counts as widening. */
  readonly effect: "widens" | "narrows" | "both" | "moves" | "none" | "unknown";
  readonly before: string | null;
  readonly after: string | null;
  readonly witness: Witness | null;
}

/**
 * What a sentence about calls is true of: every call of this subject and action that fulfils the
 * condition.
 */
export interface CallConditions {
  /** `type:id`; null where it does not matter who calls. */
  readonly subject: string | null;
  /** `server/name`. */
  readonly action: string;
  /** A condition as a rule would write it. */
  readonly when: string;
}

/** Calls of one kind over a range of one argument that are decided otherwise, as a sentence. */
export interface OutcomeChange {
  readonly sentence: string;
  readonly conditions: CallConditions;
  readonly witness: Witness;
}

/** The result document of `agentz diff`. */
export interface DiffResult {
  readonly schemaVersion: 1;
  readonly command: "diff";
  readonly tool: { readonly version: string };
  readonly before: SetInfo;
  readonly after: SetInfo;
  readonly changed: boolean;
  readonly required: Bump;
  readonly outcomes: readonly OutcomeChange[];
  readonly changes: readonly DiffChange[];
}

/** What `verify` found wrong with a bundle. */
export interface BundleProblem {
  readonly code: string;
  readonly message: string;
}

/** One document or piece of evidence in a bundle. */
export interface BundleEntry {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface BundleEvidence extends BundleEntry {
  readonly command: string;
  /** Whether it says that all is well; null where such a document does not say. */
  readonly passed: boolean | null;
}

export interface BundleSignature {
  /** `sha256:` and the digest of the public key (DER, SPKI). */
  readonly key: string;
  readonly valid: boolean;
}

/** The result document of `agentz bundle` (build, verify, inspect, sign). */
export interface BundleResult {
  readonly schemaVersion: 1;
  readonly command: string;
  readonly tool: { readonly version: string };
  readonly file: string;
  /** `sha256:` and the digest of the manifest: the bundle's identity, which a signature signs. */
  readonly id: string | null;
  readonly digest: string | null;
  readonly source: string | null;
  readonly documents: readonly {
    readonly kind: string;
    readonly name: string;
    readonly version: string;
    readonly digest: string;
  }[];
  readonly files: readonly BundleEntry[];
  readonly evidence: readonly BundleEvidence[];
  readonly provenance: {
    readonly commit: string | null;
    readonly dirty: boolean | null;
    readonly tool: string;
  } | null;
  readonly signatures: readonly BundleSignature[];
  readonly ok: boolean;
  readonly problems: readonly BundleProblem[];
}

/** One commit that changed the decision of an event. */
export interface BlameChange {
  readonly commit: string;
  readonly author: string;
  readonly date: string;
  readonly subject: string;
  readonly before: BlameDecision | null;
  readonly after: BlameDecision;
}

export interface BlameDecision {
  readonly effect: string;
  readonly rules: readonly string[];
  readonly digest: string;
}

/** The result document of `agentz blame`. */
export interface BlameResult {
  readonly schemaVersion: 1;
  readonly command: "blame";
  readonly tool: { readonly version: string };
  readonly event: string;
  readonly file: string;
  readonly line: number;
  /** What the policies say of it now. */
  readonly now: BlameDecision;
  /** The commits that changed it, newest first. */
  readonly changes: readonly BlameChange[];
  readonly commits: number;
  /** Commits whose policies do not load: they decided nothing. */
  readonly broken: readonly string[];
  /** True where older commits were not looked at. */
  readonly cut: boolean;
  /** True where this clone lacks older commits, so that one of them may have changed it. */
  readonly shallow: boolean;
}

/** One problem that `verify` found in a bundle. */
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
  /** Whether the check passed; null if such a document has no result. */
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
  /**
   * `sha256:` and the digest of the manifest. It is the identity of the bundle. Signatures sign the
   * manifest.
   */
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

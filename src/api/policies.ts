import { InputCheck } from "../engine/input-check.ts";
import { UserError } from "../diagnostics/user-error.ts";
import type { PolicySet } from "./policy-set.ts";

/** A document of a policy set: `Policy support-refunds 1.4.0`. */
export interface PolicyDocument {
  readonly kind: "Policy" | "Catalog" | "Invariant";
  readonly name: string;
  readonly version: string;
}

function documentOf({ kind, name, version }: PolicyDocument): PolicyDocument {
  return { kind, name, version };
}

/**
 * A policy set that loaded without errors, from `loadPolicies`: it decides requests, opens sessions
 * and is compared with others. It never changes.
 */
export class Policies {
  /** What was asked for, as reports show it. */
  readonly ref: string;
  /** SHA-256 of what the set means, as `sha256:...` (design 10.1). */
  readonly digest: string | null;
  /** SHA-256 of the bytes of its files (design 10.1). */
  readonly source: string | null;
  readonly documents: readonly PolicyDocument[];
  readonly #loaded: PolicySet;
  readonly #check: InputCheck;

  /** @internal */
  constructor(loaded: PolicySet) {
    this.ref = loaded.info.ref;
    this.digest = loaded.info.digest;
    this.source = loaded.info.source;
    this.documents = loaded.documents.flatMap((document) =>
      document.kind === "Suite" ? [] : [documentOf(document)],
    );
    this.#loaded = loaded;
    this.#check = new InputCheck(loaded.documents);
  }

  /**
   * The set behind the handle, and what it knows of requests; what no call gave is a `UserError`.
   *
   * @internal
   */
  static open(policies: Policies): { readonly loaded: PolicySet; readonly check: InputCheck } {
    if (typeof policies === "object" && policies !== null && #loaded in policies)
      return { loaded: policies.#loaded, check: policies.#check };
    throw new UserError("usage", "this value is not a loaded policy set", {
      help: "pass the result of `await loadPolicies(...)`",
    });
  }
}

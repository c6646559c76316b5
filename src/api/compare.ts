import { sha256 } from "../node/hash.ts";
import { VERSION } from "../node/version.ts";
import { ownerMoves } from "../release/owner-moves.ts";
import { diffSets } from "../release/diff.ts";
import type { DiffResult } from "../documents/diff-result.ts";
import type { VersionCheckResult } from "../documents/version-result.ts";
import { checkVersions } from "../release/version-check.ts";
import type { PolicySet } from "./policy-set.ts";
import { comparedInfo } from "./shared-files.ts";

/** Two versions of a policy set, loaded. */
export interface TwoSets {
  readonly before: PolicySet;
  readonly after: PolicySet;
}

/** What changed between two versions, with calls that show it. */
export function diffDocument({ before, after }: TwoSets): DiffResult {
  const owners = ownerMoves(before.documents, after.documents);
  return {
    schemaVersion: 1,
    command: "diff",
    tool: { version: VERSION },
    before: before.info,
    after: comparedInfo(before, after),
    ...diffSets(before, after, sha256),
    ...(owners.length > 0 && { owners }),
  };
}

/** What the change can do to decisions, and whether the versions say so (design 10.2). */
export function versionDocument({ before, after }: TwoSets): VersionCheckResult {
  return {
    schemaVersion: 1,
    command: "version check",
    tool: { version: VERSION },
    base: before.info,
    candidate: comparedInfo(before, after),
    ...checkVersions(before.documents, after.documents, sha256),
  };
}

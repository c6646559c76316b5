import type { DiffResult } from "../documents/diff-result.ts";
import type { VersionCheckResult } from "../documents/version-result.ts";
import { diffDocument, versionDocument, type TwoSets } from "./compare.ts";
import { Policies } from "./policies.ts";

function loaded(before: Policies, after: Policies): TwoSets {
  return { before: Policies.open(before).loaded, after: Policies.open(after).loaded };
}

/**
 * Says what changed from one version to the other, in words and with calls that show it; every call
 * shown has been decided by the engine under both (design 10.2). Never throws for what it finds.
 */
export function diff(before: Policies, after: Policies): DiffResult {
  return diffDocument(loaded(before, after));
}

/**
 * Tells which bump each changed document needs, and whether its version says so: `ok` is the answer
 * (design 10.2).
 */
export function checkVersion(before: Policies, after: Policies): VersionCheckResult {
  return versionDocument(loaded(before, after));
}

import type { VersionInfo } from "../documents/replay-result.ts";
import type { PolicySet } from "./policy-set.ts";

/** What tells which files of the working copy a set was read from; without it: none. */
export type OpenedFiles = Partial<Pick<PolicySet, "openedFiles">>;

/**
 * The files of the working copy that both sets were read from, by whatever paths: their real paths,
 * and the names that the candidate has for them. A change of such a file changes both sides alike, so
 * nothing compares it.
 */
export function sharedFiles(
  baseline: OpenedFiles,
  candidate: OpenedFiles,
): ReadonlyMap<string, string> {
  const own = [...(candidate.openedFiles ?? [])];
  return new Map(own.filter(([real]) => baseline.openedFiles?.has(real) === true));
}

/** What a document says of the candidate, with the files that it shares with the baseline. */
export function comparedInfo(
  baseline: OpenedFiles,
  candidate: OpenedFiles & { readonly info: VersionInfo },
): VersionInfo {
  const shared = [...sharedFiles(baseline, candidate).values()].sort();
  return shared.length === 0 ? candidate.info : { ...candidate.info, sharedFiles: shared };
}

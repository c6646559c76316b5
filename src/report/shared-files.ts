import type { VersionInfo } from "../documents/replay-result.ts";
import { firstNames, listed } from "../text/listed.ts";

/** Files that are named; of more, the others are counted. */
const NAMED = 3;

/** A candidate, as far as it says what it shares with the baseline. */
type Shared = Pick<VersionInfo, "sharedFiles">;

/**
 * That files are read by both sets, so that nothing compares their changes, and the way out;
 * undefined: there is no such file.
 */
export function sharedText(
  candidates: readonly Shared[],
  wayOut = "take the baseline from a commit, e.g. `--baseline git:main`",
): string | undefined {
  const files = [...new Set(candidates.flatMap(({ sharedFiles = [] }) => sharedFiles))];
  if (files.length === 0) return undefined;
  const [are, their] = files.length === 1 ? ["is", "its"] : ["are", "their"];
  return (
    `${listed(firstNames(files, NAMED))} ${are} read by both sets: ${their} changes are not ` +
    `compared; ${wayOut}`
  );
}

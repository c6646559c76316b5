import type { CiResult } from "../../documents/ci-result.ts";
import type { VersionInfo } from "../../documents/replay-result.ts";
import { sharedText } from "../shared-files.ts";

/** The candidate, as a step that compared it tells it. */
function comparedOf({ diff, replay }: CiResult): readonly Pick<VersionInfo, "sharedFiles">[] {
  const candidate = replay?.candidate ?? diff?.after;
  return candidate === undefined ? [] : [candidate];
}

/** That some files are of both versions, so that no step compares their changes. */
export function uncomparedText(result: CiResult): string | undefined {
  return sharedText(comparedOf(result));
}

/** The same in one line of the comment. */
export function uncomparedShort(result: CiResult): string | undefined {
  return sharedText(comparedOf(result), "use `--baseline git:main`");
}

/** Documents of a run without what {@link uncomparedShort} says of all of them. */
export function withoutUncompared({ diff, replay }: CiResult): Pick<CiResult, "diff" | "replay"> {
  const none = { sharedFiles: [] };
  return {
    diff: diff && { ...diff, after: { ...diff.after, ...none } },
    replay: replay && { ...replay, candidate: { ...replay.candidate, ...none } },
  };
}

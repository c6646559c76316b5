import { UserError } from "../../diagnostics/user-error.ts";
import type { VersionInfo } from "../../documents/replay-result.ts";
import { RECORDED_BASELINE } from "../replay/replay-inputs.ts";
import type { PartFlags, SplitVersions } from "./part-command.ts";
import type { PartHead } from "./merge-parts.ts";

/** Which versions are compared, as flags name them. */
export type VersionFlags = Pick<PartFlags, "candidate" | "baseline" | "config">;

/**
 * The versions of a command have to be those of the parts: what a document says besides counts is
 * read off them. A `UserError` where they are others.
 */
export function refuseOtherVersions(
  head: Pick<PartHead, "baseline" | "candidate">,
  { baseline, candidate }: Pick<SplitVersions, "baseline" | "candidate">,
): void {
  refuseOther("baseline", head.baseline, (baseline ?? RECORDED_BASELINE).info);
  refuseOther("candidate", head.candidate, candidate.info);
}

function refuseOther(which: "baseline" | "candidate", made: VersionInfo, now: VersionInfo): void {
  if (made.digest === now.digest && made.source === now.source) return;
  const isNamed =
    made.ref === now.ref ? ", which has changed since" : `, and this is \`${now.ref}\``;
  throw new UserError(
    "parts-do-not-fit",
    `the parts were made with another ${which}: \`${made.ref}\`${isNamed}`,
    { help: `pass the same files as to \`agentz part\`, with \`--${which}\`` },
  );
}

import type { DocumentCheck, VersionCheckResult } from "../../documents/version-result.ts";
import { sharedText } from "../shared-files.ts";

/** That some files are of both versions, so that nothing compares their changes. */
export function uncomparedText({ candidate }: VersionCheckResult): string | undefined {
  return sharedText([candidate], "take the baseline from a commit, e.g. `--base git:main`");
}

export function versions({ declared: { from, to } }: DocumentCheck): string {
  if (from === null) return `new in ${to ?? "no version"}`;
  return to === null ? `removed, was ${from}` : from === to ? from : `${from} -> ${to}`;
}

export function verdict(document: DocumentCheck): string {
  if (!document.changed) return "has the same meaning";
  return document.ok
    ? `${document.required} change`
    : `needs a ${document.required === "none" ? "higher" : document.required} version`;
}

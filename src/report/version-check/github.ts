import type { VersionCheckResult } from "../../documents/version-result.ts";
import { githubAnnotations } from "../github.ts";
import type { ReportOptions } from "../reporter.ts";

export function githubVersionCheck(result: VersionCheckResult, options: ReportOptions): string {
  const failed = result.documents
    .filter((document) => !document.ok)
    .map((document) => ({
      level: "error" as const,
      title: `${document.kind} ${document.name} needs a ${document.required} version`,
      message: document.why.join("\n"),
    }));
  return githubAnnotations(
    [
      ...failed,
      ...result.notes.map((note) => ({
        level: "warning" as const,
        title: "not reviewed since it may do more",
        message: note,
      })),
    ],
    options,
  );
}

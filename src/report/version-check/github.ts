import type { VersionCheckResult } from "../../documents/version-result.ts";
import { githubAnnotations } from "../github.ts";
import type { ReportOptions } from "../reporter.ts";
import { uncomparedAnnotation } from "../replay/github.ts";
import { uncomparedText } from "./words.ts";

export function githubVersionCheck(result: VersionCheckResult, options: ReportOptions): string {
  const failed = result.documents
    .filter((document) => !document.ok)
    .map((document) => ({
      level: "error" as const,
      title: `${document.kind} ${document.name} needs a ${document.required} version`,
      message: document.why.join("\n"),
    }));
  const uncompared = uncomparedText(result);
  return githubAnnotations(
    [
      ...failed,
      ...(uncompared === undefined ? [] : [uncomparedAnnotation(uncompared)]),
      ...result.notes.map((note) => ({
        level: "warning" as const,
        title: "not reviewed since it may do more",
        message: note,
      })),
    ],
    options,
  );
}

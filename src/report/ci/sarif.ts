import type { CiResult } from "../../documents/ci-result.ts";
import { sarifLint } from "../lint/sarif.ts";
import { sarifReplay } from "../replay/sarif.ts";
import type { ReportOptions } from "../reporter.ts";

/** One log with a run for each part that has places: findings of lint, groups of the replay. */
export function sarifCi(result: CiResult, options: ReportOptions): string {
  const logs = [
    result.lint === null ? "" : sarifLint(result.lint, options),
    result.replay === null ? "" : sarifReplay(result.replay, options),
  ];
  const runs = logs
    .filter((log) => log !== "")
    .flatMap((log): unknown[] => Object(JSON.parse(log)).runs);
  return `${JSON.stringify(
    { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs },
    null,
    2,
  )}\n`;
}

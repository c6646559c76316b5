import type { ReportResult } from "../../documents/report-result.ts";
import { jsonReporter, type Reporter } from "../reporter.ts";
import { markdownBoard } from "./markdown.ts";
import { htmlBoard, type Pin } from "./page.ts";
import { prettyBoard } from "./pretty.ts";

/** Reporters of `agentz report` by `--format`; `pin` gives base64 SHA-256. */
export function boardReporters(pin: Pin): ReadonlyMap<string, Reporter<ReportResult>> {
  return new Map<string, Reporter<ReportResult>>([
    ["pretty", prettyBoard],
    ["html", (report) => htmlBoard(report, pin)],
    ["markdown", markdownBoard],
    ["json", jsonReporter],
  ]);
}

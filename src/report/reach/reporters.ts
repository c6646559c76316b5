import type { BlastRadiusResult } from "../../documents/blast-radius-result.ts";
import type { WhoCanResult } from "../../documents/who-can-result.ts";
import { jsonReporter, type Reporter } from "../reporter.ts";
import { markdownBlastRadius, markdownWhoCan } from "./markdown.ts";
import { prettyBlastRadius, prettyWhoCan } from "./pretty.ts";

/** Reporters of `agentz blast-radius` by `--format`. */
export const BLAST_RADIUS_REPORTERS: ReadonlyMap<string, Reporter<BlastRadiusResult>> = new Map<
  string,
  Reporter<BlastRadiusResult>
>([
  ["pretty", prettyBlastRadius],
  ["json", jsonReporter],
  ["markdown", markdownBlastRadius],
]);

/** Reporters of `agentz who-can` by `--format`. */
export const WHO_CAN_REPORTERS: ReadonlyMap<string, Reporter<WhoCanResult>> = new Map<
  string,
  Reporter<WhoCanResult>
>([
  ["pretty", prettyWhoCan],
  ["json", jsonReporter],
  ["markdown", markdownWhoCan],
]);

import type { ExplainResult } from "../../documents/explain-result.ts";
import { jsonReporter, type Reporter } from "../reporter.ts";
import { prettyExplain } from "./pretty.ts";

/** Reporters of `agentz explain` by `--format`. */
export const EXPLAIN_REPORTERS: ReadonlyMap<string, Reporter<ExplainResult>> = new Map<
  string,
  Reporter<ExplainResult>
>([
  ["pretty", prettyExplain],
  ["json", jsonReporter],
]);

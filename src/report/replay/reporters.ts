import type { ReplayResult } from "../../documents/replay-result.ts";
import { jsonReporter, type Reporter } from "../reporter.ts";
import { markdownReplay } from "./markdown.ts";
import { githubReplay, junitReplay, sarifReplay } from "./pipelines.ts";
import { prettyReplay } from "./pretty.ts";

/** Reporters of `agentz replay` by `--format`. */
export const REPLAY_REPORTERS: ReadonlyMap<string, Reporter<ReplayResult>> = new Map<
  string,
  Reporter<ReplayResult>
>([
  ["pretty", prettyReplay],
  ["json", jsonReporter],
  ["markdown", (result) => markdownReplay(result, { unexercised: true })],
  ["sarif", sarifReplay],
  ["github", githubReplay],
  ["junit", junitReplay],
]);

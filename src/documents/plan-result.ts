import type { SplitKey } from "./part-result.ts";
import type { VersionInfo } from "./replay-result.ts";

/** How one engine splits a trace and runs `agentz part`. */
export interface PlannedJob {
  readonly engine: "spark" | "spark-arrow" | "duckdb" | "clickhouse";
  /** The name of the engine, and of the way. */
  readonly title: string;
  /** The key of a line, as an expression over the column that holds its text; null: it has none. */
  readonly key: string;
  /** The time of a line, as such an expression. */
  readonly time: string;
  /** The language of `text`: `sql`, `python` or `sh`. */
  readonly language: string;
  /** The whole job. */
  readonly text: string;
}

/** The result document of `agentz plan` (design 16.2). */
export interface PlanResult {
  readonly schemaVersion: 1;
  readonly command: "plan";
  readonly tool: { readonly version: string };
  readonly baseline: VersionInfo;
  readonly candidate: VersionInfo;
  /** The key by which the trace has to be split. */
  readonly key: SplitKey;
  /** What keeps state by this key; empty if the policies keep no state. */
  readonly uses: readonly string[];
  /** The command that counts each part. */
  readonly part: string;
  readonly jobs: readonly PlannedJob[];
}

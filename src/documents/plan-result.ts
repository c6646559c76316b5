import type { SplitKey, WholeKey } from "./part-result.ts";
import type { VersionInfo } from "./replay-result.ts";

/** How one engine splits a trace and runs `agentz part`. */
export interface PlannedJob {
  readonly engine: "spark" | "spark-arrow" | "duckdb" | "clickhouse";
  /** The name of the engine, and of the way. */
  readonly title: string;
  /** The key of an event, as an expression over the column `event`, which holds its JSON; null: it has none. */
  readonly key: string;
  /** The time of an event, as such an expression. */
  readonly time: string;
  /** By what events with one time are sorted, as such expressions. */
  readonly then: readonly string[];
  /** The language of `text`: `sql`, `python` or `sh`. */
  readonly language: string;
  /**
   * Spark SQL: the column `value` of the view `events`, those of one key in one partition, in the
   * order of time. Key and time are read off its column `event`, which may be another text of the
   * same event, such as one that Spark can read. Other engines have none.
   */
  readonly lines?: string;
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
  /** What keeps state by this key; empty if the policies keep no state by it. */
  readonly uses: readonly string[];
  /**
   * Further keys by which the policies keep state. The trace can be split if each of their values
   * belongs to one value of `key`; `agentz merge` proves that, or refuses the parts.
   */
  readonly whole: readonly WholeKey[];
  /** The command that counts each part. */
  readonly part: string;
  readonly jobs: readonly PlannedJob[];
}

import type { TraceRead, Counted } from "./trace-read.ts";

/** The result document of `agentz trace stats`. */
export interface StatsResult {
  readonly schemaVersion: 1;
  readonly command: "trace stats";
  readonly tool: { readonly version: string };
  readonly trace: TraceRead;
  /** Events by type. */
  readonly types: readonly Counted[];
  /**
   * The number of calls by name, most calls first. Names beyond the first 10,000 are counted
   * together.
   */
  readonly agents: readonly Counted[];
  readonly actions: readonly Counted[];
  readonly kinds: readonly Counted[];
  readonly models: readonly Counted[];
  /** The number of recorded decisions by effect; `none`: no decision point was asked. */
  readonly decisions: readonly Counted[];
  readonly outcomes: readonly Counted[];
  /** The number of calls with each label. */
  readonly labels: readonly Counted[];
  /** The number of calls that record each part. */
  readonly recorded: readonly Counted[];
}

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
   * Calls by what they name, most first; names beyond 10,000 different ones are counted together.
   */
  readonly agents: readonly Counted[];
  readonly actions: readonly Counted[];
  readonly kinds: readonly Counted[];
  readonly models: readonly Counted[];
  /** Recorded decisions; `none`: nobody was asked. */
  readonly decisions: readonly Counted[];
  readonly outcomes: readonly Counted[];
  /** Calls with each label. */
  readonly labels: readonly Counted[];
  /** How many calls have each part recorded. */
  readonly recorded: readonly Counted[];
}

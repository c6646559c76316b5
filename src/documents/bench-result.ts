import type { VersionInfo } from "./replay-result.ts";

/** What asking one rule costs, over the calls whose subject and action it fits. */
export interface RuleCost {
  readonly rule: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** How many calls it was asked about, and how many of those it matched (or was true of). */
  readonly asked: number;
  readonly matched: number;
  /** Mean of one question, in nanoseconds. */
  readonly nanoseconds: number;
  /** Its part of the time that all rules (or all parts of conditions) took together, 0 to 1. */
  readonly share: number;
}

/** What asking one part of a rule's condition costs: what stands between its `&&`. */
export interface ConditionCost extends RuleCost {
  readonly text: string;
}

/**
 * What `agentz bench` measured. Times are of this machine and this run; everything else is the same
 * every time.
 */
export interface BenchResult {
  readonly schemaVersion: 1;
  readonly command: "bench";
  readonly tool: { readonly version: string };
  readonly candidate: VersionInfo;
  readonly machine: { readonly node: string; readonly cpu: string; readonly platform: string };
  readonly trace: {
    readonly files: number;
    readonly events: number;
    readonly calls: number;
    readonly malformed: number;
    /** False where the trace goes on after the calls that were taken. */
    readonly whole: boolean;
  };
  /** Reading the trace as it stands, decompressed, in one thread. */
  readonly reading: {
    readonly bytes: number;
    readonly seconds: number;
    readonly eventsPerSecond: number;
    readonly megabytesPerSecond: number;
  };
  /** Deciding every call and keeping the state, the events in memory, in one thread. */
  readonly deciding: {
    readonly runs: number;
    /** Of the fastest run. */
    readonly seconds: number;
    readonly decisionsPerSecond: number;
    /** Of the run in the middle. */
    readonly medianDecisionsPerSecond: number;
    /** Of single calls in the fastest run, from the event to the changed state. */
    readonly microseconds: { readonly median: number; readonly p99: number; readonly most: number };
  };
  /** How the calls came out. */
  readonly decisions: {
    readonly allow: number;
    readonly require_approval: number;
    readonly deny: number;
    readonly indeterminate: number;
  };
  readonly rules: {
    readonly total: number;
    /** Rules that no call's subject and action fit. */
    readonly neverAsked: number;
    /** The slowest first. */
    readonly slowest: readonly RuleCost[];
  };
  /**
   * The parts of conditions, the slowest first; `asked` where none before it in its rule is false,
   * `matched` where it is true.
   */
  readonly conditions: readonly ConditionCost[];
}

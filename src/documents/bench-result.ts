import type { VersionInfo } from "./replay-result.ts";

/** The cost of one rule, over the calls whose subject and action it fits. */
export interface RuleCost {
  readonly rule: string;
  readonly file: string;
  /** The line, from 1. */
  readonly line: number;
  /**
   * The number of calls for which it was evaluated, and how many of those it matched (a part of a
   * condition: was true for).
   */
  readonly asked: number;
  readonly matched: number;
  /** The mean time of one evaluation, in nanoseconds. */
  readonly nanoseconds: number;
  /** Its share of the total time of all rules (or of all parts of conditions), 0 to 1. */
  readonly share: number;
}

/** The cost of one operand of `&&` in the condition of a rule. */
export interface ConditionCost extends RuleCost {
  readonly text: string;
}

/**
 * The result document of `agentz bench`. Times depend on the machine and the run; everything else
 * is the same in every run.
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
    /** False if the trace contains more calls than were measured. */
    readonly whole: boolean;
  };
  /** Reading the decompressed trace as events, in one thread. */
  readonly reading: {
    readonly bytes: number;
    readonly seconds: number;
    readonly eventsPerSecond: number;
    readonly megabytesPerSecond: number;
  };
  /** Deciding every call with its state, in one thread. The events are in memory. */
  readonly deciding: {
    readonly runs: number;
    /** The time of the fastest run, in seconds. */
    readonly seconds: number;
    readonly decisionsPerSecond: number;
    /** The decisions per second of the median run. */
    readonly medianDecisionsPerSecond: number;
    /** The times of single calls in the fastest run, from the event to the changed state. */
    readonly microseconds: { readonly median: number; readonly p99: number; readonly most: number };
  };
  /** The number of calls by effect. */
  readonly decisions: {
    readonly allow: number;
    readonly require_approval: number;
    readonly deny: number;
    readonly indeterminate: number;
  };
  readonly rules: {
    readonly total: number;
    /** The number of rules whose subject and action fit no call. */
    readonly neverAsked: number;
    /** The rules, the slowest first. */
    readonly slowest: readonly RuleCost[];
  };
  /**
   * The parts of conditions, the slowest first. `asked` counts the calls for which no earlier part
   * of the rule is false; `matched` counts those for which the part is true.
   */
  readonly conditions: readonly ConditionCost[];
}

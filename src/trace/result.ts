import type { Malformed, UndecidedEvent } from "./read-report.ts";

/** A name and how often it came. */
export interface Counted {
  readonly name: string;
  readonly count: number;
}

/** What was read of a trace. */
export interface TraceRead {
  readonly files: number;
  readonly lines: number;
  readonly events: number;
  readonly calls: number;
  readonly sessions: number;
  readonly malformed: number;
  /**
   * Events that have an action and a type that the format does not have, so that they are not
   * decided (design 7.1).
   */
  readonly undecided_events: number;
  readonly reordered: number;
  readonly from: string | null;
  readonly to: string | null;
}

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

/** One file of a trace with the index beside it; sizes in bytes. */
export interface IndexedFile {
  readonly file: string;
  readonly index: string;
  readonly bytes: number;
  /** The size of the trace's file. */
  readonly of: number;
  /** False: a fresh one was there. */
  readonly built: boolean;
}

/** The result document of `agentz trace index`. */
export interface IndexResult {
  readonly schemaVersion: 1;
  readonly command: "trace index";
  readonly tool: { readonly version: string };
  readonly files: readonly IndexedFile[];
}

/** The result document of `agentz trace validate`. */
export interface ValidateResult {
  readonly schemaVersion: 1;
  readonly command: "trace validate";
  readonly tool: { readonly version: string };
  readonly valid: boolean;
  readonly trace: TraceRead;
  /** The first hundred lines that are no event. */
  readonly malformed: readonly Malformed[];
  /** The first hundred events that have an action and a type that the format does not have. */
  readonly undecidedEvents: readonly UndecidedEvent[];
  /** Ids that more than one event has, the first hundred. */
  readonly repeatedIds: { readonly count: number; readonly first: readonly string[] };
  /** Events that name a parent which no event before them has, and the first hundred of these. */
  readonly missingParents: { readonly count: number; readonly first: readonly string[] };
  /** Members that the format does not have; they are ignored. */
  readonly unknownMembers: readonly Counted[];
  /** Why the trace cannot be replayed as it is; null: it can. */
  readonly disorder: string | null;
}

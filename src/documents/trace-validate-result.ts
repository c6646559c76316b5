import type { TraceRead, Counted } from "./trace-read.ts";
import type { Malformed, UndecidedEvent } from "./trace-read.ts";

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

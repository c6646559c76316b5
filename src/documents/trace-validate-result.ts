import type { TraceRead, Counted } from "./trace-read.ts";
import type { Malformed, UndecidedEvent } from "./trace-read.ts";

/** The result document of `agentz trace validate`. */
export interface ValidateResult {
  readonly schemaVersion: 1;
  readonly command: "trace validate";
  readonly tool: { readonly version: string };
  readonly valid: boolean;
  readonly trace: TraceRead;
  /** The first hundred lines that are not events. */
  readonly malformed: readonly Malformed[];
  /** The first hundred events that have an action and an unknown type. */
  readonly undecidedEvents: readonly UndecidedEvent[];
  /** The first hundred ids that more than one event has. */
  readonly repeatedIds: { readonly count: number; readonly first: readonly string[] };
  /**
   * The number of events whose `parent` is not the id of an earlier event, and the first hundred of
   * them.
   */
  readonly missingParents: { readonly count: number; readonly first: readonly string[] };
  /** Unknown members, with the one that each is nearest to, if any. They are ignored. */
  readonly unknownMembers: readonly (Counted & { readonly meant?: string })[];
  /** The reason why the trace cannot be replayed in this order; null if it can. */
  readonly disorder: string | null;
}

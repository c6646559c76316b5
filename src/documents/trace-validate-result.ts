import type { TraceRead, Counted } from "./trace-read.ts";
import type { Malformed, UndecidedEvent } from "./trace-read.ts";

/** A member that the format does not have, by its path, and the number of events that have it. */
export interface UnknownMember extends Counted {
  /** The known member that it is nearest to, if any. */
  readonly meant?: string;
  /** What to write instead, if that is no member. */
  readonly help?: string;
}

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
  /**
   * Members that are unknown, and members of `subject`, `action`, `resource`, `context`, `decision`,
   * `outcome` and `labels` that look like a misspelling of a known one. They are ignored.
   */
  readonly unknownMembers: readonly UnknownMember[];
  /** The reason why the trace cannot be replayed in this order; null if it can. */
  readonly disorder: string | null;
}

import type { CompiledSet } from "../../engine/compile-set.ts";
import type { Vote } from "../../engine/combine.ts";
import type { Entity } from "../../engine/entity.ts";
import type { AppliedDecision, PolicySession } from "../../engine/policy-session.ts";
import type { PreparedCall } from "../../engine/prepared-call.ts";
import type { VersionDecision } from "../../replay/version-decision.ts";
import type { TraceEvent } from "../../trace/event.ts";
import type { RecordedRun } from "../../trace/really-ran.ts";
import type { EvaluatedRow } from "../evaluated-row.ts";
import type { Evaluation } from "../evaluation.ts";
import type { Manifests } from "../state-reads.ts";
import type { ClassParts } from "../values/class-parts.ts";
import type { Kept, PairTable } from "../../text/pair-table.ts";
import type { Light, SegmentRows } from "../values/segment-rows.ts";
import type { LiveRow, NumberedRow } from "./live-row.ts";
import type { RowKeys } from "./row-keys.ts";
import type { RowKind, RowKinds } from "./row-kinds.ts";

/** A row while its state is asked. */
export interface StateRow extends EvaluatedRow, NumberedRow {
  /** Whether the event says of its own record what it holds. */
  readonly frame: { readonly number: number };
  /** What was decided when the call was made, with a number for what counts of it. */
  recorded(): { readonly number: number };
  event(): TraceEvent;
  calls(): readonly PreparedCall[];
}

/** What is decided: a row, the segment that holds it, and the outcome that columns tell. */
export interface Asked {
  readonly rows: SegmentRows;
  readonly row: StateRow;
  readonly outcome: number;
  /** By row: the number of the baseline's decision, where that stays; 0: it is not known. */
  readonly known?: Int32Array | undefined;
}

/** The same with the row's kind; undefined: its state is not read by number. */
export interface AskedKind extends Asked {
  readonly kind: RowKind | undefined;
}

/** Whose containments and used-up approvals count; undefined: the version's own. */
export type OtherHistory =
  | PolicySession
  | {
      readonly contained: (call: PreparedCall, subject: Entity) => Vote | undefined;
      readonly used: PolicySession["used"];
    }
  | undefined;

/** A version's decision of one call. */
export interface Decided {
  readonly side: VersionDecision;
  /** The number of the decision among those that other calls have too; 0: none has it. */
  readonly number: number;
  /** What it means for state; undefined: it is this call's alone. */
  readonly effects: Effects | undefined;
  /** The call as it was decided; undefined: it was not looked at. */
  readonly call: PreparedCall | undefined;
}

/** What a decision means for state, if its call did not really run, or did; undefined: not asked yet. */
type Effects = [AppliedDecision | undefined, AppliedDecision | undefined];

/** The event that changes a state, whether it really ran, and what it may trigger. */
export interface Stored {
  readonly event: { readonly id: string };
  readonly ran: RecordedRun;
  readonly only: readonly number[] | undefined;
  /** The call as the version sees it that decided it. */
  readonly call: PreparedCall | undefined;
}

/** What the versions of a walk share. */
export interface Shared {
  readonly parts: ClassParts;
  readonly evaluation: Evaluation;
  readonly steps: PairTable;
  readonly kept: Kept;
  readonly kinds: RowKinds;
  readonly row: LiveRow;
  /** Whether history is what really happened. */
  readonly isRecorded: boolean;
  /** Why the engine was asked about the call that is met, alone; undefined: it was not. */
  alone: string | undefined;
}

/** A version, and how rows are seen by it. */
export interface SeenVersion {
  /** Its place among the versions. */
  readonly place: number;
  readonly set: CompiledSet;
  /** What of a call its state is read and written by. */
  readonly light: Light;
  /** The set by which that is seen: versions of one catalog share it. */
  readonly seen: CompiledSet;
  /** The numbers of keys, as that set sees them. */
  readonly keys: RowKeys;
  readonly manifests: Manifests;
  /** Decisions that other calls have too, by their number. */
  readonly decisions: Decided[];
}

/** As what a call counts in a history, and whether it really ran. */
export interface Counted {
  readonly as: Decided;
  readonly ran: RecordedRun;
}

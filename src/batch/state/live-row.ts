import type { NoValue, PartialList, Unknown, Value } from "../../condition/value.ts";
import type { EvaluationContext, PriorDecision } from "../../engine/evaluation-context.ts";
import type { PreparedCall } from "../../engine/prepared-call.ts";
import type { StateStore } from "../../engine/state-store.ts";
import type { EvaluatedRow } from "../evaluated-row.ts";
import type { Source } from "../values/source.ts";
import type { SegmentRows } from "../values/segment-rows.ts";

/** How a call counts in a history, as the declarations of state read it (design 5.3). */
export interface CallEnd {
  readonly verdict: PriorDecision;
  readonly outcomeKnown: boolean;
}

/** A version's state as conditions read it for a row. Indexes are those of its declarations. */
export interface NumberedState {
  label(index: number, row: LiveRow): boolean | Unknown;
  counter(index: number, row: LiveRow): number | Unknown;
  values(index: number, row: LiveRow): readonly Value[] | PartialList;
  /** Whether a list has a text; undefined: {@link values} tells. */
  holds(index: number, row: LiveRow, text: string): boolean | NoValue | undefined;
}

/** A version as a row is read for it: its state, by number and as the engine reads it. */
export interface LiveView {
  readonly state: NumberedState;
  readonly store: StateStore;
  /** The little of the row's call that state needs. */
  readonly call: () => PreparedCall;
}

/** A row by its place, and by the numbers of what it holds over all segments. */
export interface NumberedRow extends Pick<EvaluatedRow, "classOf"> {
  readonly at: number;
  readonly action: number;
  readonly subject: number;
}

/** The row whose state is asked, by one version: what conditions on state and declarations read. */
export class LiveRow {
  #rows: SegmentRows | undefined;
  #row: NumberedRow | undefined;
  #view: LiveView | undefined;
  /** Undefined while the call is decided. */
  #end: CallEnd | undefined;
  at = 0;
  /** Milliseconds; undefined: the event has no time. */
  now: number | undefined;
  /** How often it went to a row: what is known of one holds while this stays. */
  turn = 0;

  get rows(): SegmentRows {
    if (this.#rows === undefined) throw new Error("no row is at hand");
    return this.#rows;
  }

  get view(): LiveView {
    if (this.#view === undefined) throw new Error("no version reads the row");
    return this.#view;
  }

  /** The number of its subject, over all segments. */
  get subject(): number {
    return this.#row?.subject ?? -1;
  }

  /** A number that is the same only for rows of which a source holds alike. */
  classOf(source: Source): number {
    return this.#row?.classOf(source) ?? -1;
  }

  to(rows: SegmentRows, row: NumberedRow): void {
    this.#rows = rows;
    this.#row = row;
    this.at = row.at;
    const time = rows.segment.times[row.at] ?? NaN;
    this.now = Number.isNaN(time) ? undefined : Math.floor(time);
    this.turn++;
  }

  /** Lets a version read the row before it is decided, or (`end`) after that. */
  on(view: LiveView, end?: CallEnd): void {
    this.#view = view;
    this.#end = end;
  }

  /** The row as the engine reads it. */
  context(): EvaluationContext {
    const { call, store } = this.view;
    const { request, mask, subject, action, resource } = call();
    return {
      request,
      mask,
      subject,
      action: action.entity,
      resource,
      state: store,
      outcomeKnown: this.#end?.outcomeKnown ?? false,
      ...(this.#end === undefined ? {} : { verdict: this.#end.verdict }),
    };
  }
}

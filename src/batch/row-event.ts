import type { PassedEvent } from "../engine/policy-session.ts";
import type { SegmentRows } from "./values/segment-rows.ts";
import { COLUMN } from "../trace/columns/layout.ts";
import { RECORDED_EFFECTS, type TraceEvent } from "../trace/event.ts";
import type { RecordedRun } from "../trace/really-ran.ts";

/**
 * A row's event as the tree of calls sees it. WHY no plain object: an id may have to be read from
 * the trace.
 */
export class RowEvent implements PassedEvent {
  readonly #rows: SegmentRows;
  readonly #at: number;

  constructor(rows: SegmentRows, at: number) {
    this.#rows = rows;
    this.#at = at;
  }

  get id(): string {
    return this.#rows.id(this.#at);
  }

  get session(): string | undefined {
    return this.#rows.session(this.#at);
  }

  get parent(): string | undefined {
    return this.#rows.parent(this.#at);
  }

  get type(): string {
    return this.#rows.type(this.#at);
  }

  get request(): TraceEvent["request"] {
    return this.#rows.event(this.#at).request;
  }
}

/** What the rows of a segment say of whether their calls really ran, by what they hold of it. */
export class Rans {
  readonly rows: SegmentRows;
  readonly #known: RecordedRun[] = [];

  constructor(rows: SegmentRows) {
    this.rows = rows;
  }

  of(at: number): RecordedRun {
    const { views } = this.rows;
    const hasOutcome = views.has(at, "outcome");
    const place = 2 * views.code(COLUMN.effect, at) + (hasOutcome ? 1 : 0);
    return (this.#known[place] ??= this.#make(at, hasOutcome));
  }

  #make(at: number, hasOutcome: boolean): RecordedRun {
    const effect = RECORDED_EFFECTS.find((one) => one === this.rows.views.name(COLUMN.effect, at));
    return {
      request: hasOutcome ? { outcome: {} } : {},
      ...(effect === undefined ? {} : { decision: { effect } }),
    };
  }
}

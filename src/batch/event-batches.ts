import type { ReadVersions } from "./values/versions.ts";
import { SegmentRows } from "./values/segment-rows.ts";
import { EventBuilder } from "../trace/columns/event-builder.ts";
import type { TraceEvent } from "../trace/event.ts";
import type { BatchSink } from "./batch-tally.ts";
import { BatchWalk } from "./batch-walk.ts";
import type { SessionOptions } from "./session-walk.ts";

/** So many events are made columns of at once. */
const ROWS = 4096;

/**
 * Replays events that are at hand, whatever they were read from: columns are made of them, so that
 * they are evaluated as those of plain files are.
 */
export class EventBatches {
  readonly #builder: EventBuilder;
  readonly #walk: BatchWalk;
  readonly #sink: BatchSink;
  #events: TraceEvent[] = [];
  #counted = new Uint8Array(ROWS);
  #first = 0;

  constructor(versions: ReadVersions, options: Omit<SessionOptions, "linked">, sink: BatchSink) {
    this.#builder = new EventBuilder(versions.layout);
    // events may stand below others that were read before: nobody can look again
    this.#walk = new BatchWalk(versions, { ...options, linked: true }, sink);
    this.#sink = sink;
  }

  /** What was decided, and how. */
  get walk(): BatchWalk {
    return this.#walk;
  }

  /**
   * Takes the next event, in order; `counts`: whether it is counted, or only leaves what later ones
   * see.
   */
  take(event: TraceEvent, counts: boolean): void {
    this.#counted[this.#events.length] = counts ? 1 : 0;
    this.#events.push(event);
    if (this.#events.length === ROWS) this.flush();
  }

  /** Decides all events that were taken. */
  flush(): void {
    const events = this.#events;
    if (events.length === 0) return;
    const { tally, coverage } = this.#sink;
    const readEvent = (row: number): TraceEvent => {
      const event = events[row];
      if (event === undefined) throw new Error("a row is of no event");
      return event;
    };
    const rows = new SegmentRows(
      this.#builder.build(events),
      {
        sessions: tally.sessions,
        credential: (request) => coverage.credentials.note(request),
        readEvent,
      },
      { first: this.#first, counted: this.#counted },
    );
    this.#walk.walk(rows);
    this.#first += events.length;
    this.#events = [];
  }

  /** Decides what is left, and tells what was counted; once, at the end. */
  finish(): void {
    this.flush();
    this.#walk.finish();
  }
}

import type { TraceEvent } from "./event.ts";
import { MinHeap } from "./min-heap.ts";
import { TraceError } from "../diagnostics/trace-error.ts";

/** Design 5.4: how many earlier lines may hold later events. */
export const DEFAULT_REORDER = 10_000;

/**
 * Events of one file in their order, each with the time that orders it: its own, else that of the
 * one before it.
 */
export interface OrderedBatch {
  readonly events: readonly TraceEvent[];
  /** -Infinity: the file has named no time yet. */
  readonly keys: readonly number[];
}

interface LateEvent {
  readonly key: number;
  readonly event: TraceEvent;
}

/**
 * Puts the events of one file in the order of design 5.4 (time, then line), holding back at most
 * `bound` of them. An event that comes with no more than `bound` later ones before it is put in its
 * place; more is a `TraceError`. An event without time goes where the one before it in the file
 * went. Before the file's first time nothing is held back.
 */
export class FileOrder {
  readonly #bound: number;
  readonly #late = new MinHeap<LateEvent>((a, b) => a.key - b.key || a.event.line - b.event.line);
  /** Events that came in order; the head is at `#start`. */
  #queue: (TraceEvent | undefined)[] = [];
  #queueKeys: number[] = [];
  #start = 0;
  /** The key of the last event pushed, the greatest key pushed, and the last key given out. */
  #key = -Infinity;
  #greatest = -Infinity;
  #given = -Infinity;
  /** How many events with a time came after a later one. */
  reordered = 0;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** Takes the next events of the file; gives those whose place is now certain. */
  push(events: readonly TraceEvent[]): OrderedBatch {
    const ready: { events: TraceEvent[]; keys: number[] } = { events: [], keys: [] };
    for (const event of events) {
      if (event.time === undefined && this.#greatest === -Infinity) {
        ready.events.push(event);
        ready.keys.push(-Infinity);
        continue;
      }
      this.#place(event);
      while (this.#size > this.#bound) this.#give(ready.events, ready.keys);
    }
    return ready;
  }

  /** The events still held back. */
  end(): OrderedBatch {
    const ready: { events: TraceEvent[]; keys: number[] } = { events: [], keys: [] };
    while (this.#size > 0) this.#give(ready.events, ready.keys);
    return ready;
  }

  get #size(): number {
    return this.#queue.length - this.#start + this.#late.size;
  }

  #place(event: TraceEvent): void {
    if (event.time !== undefined) this.#key = event.time;
    const key = this.#key;
    if (key >= this.#greatest) {
      this.#greatest = key;
      this.#queue.push(event);
      this.#queueKeys.push(key);
      return;
    }
    if (event.time !== undefined) this.reordered++;
    if (key < this.#given) throw tooLate(event, this.#bound);
    this.#late.push({ key, event });
  }

  /** INVARIANT: the queue is sorted, so the least event is its head or the top of the heap. */
  #give(events: TraceEvent[], keys: number[]): void {
    const key = this.#queueKeys[this.#start];
    const head = this.#queue[this.#start];
    const late = this.#late.peek();
    if (
      late !== undefined &&
      (key === undefined ||
        head === undefined ||
        late.key < key ||
        (late.key === key && late.event.line < head.line))
    ) {
      this.#late.pop();
      this.#given = late.key;
      events.push(late.event);
      keys.push(late.key);
    } else if (head !== undefined && key !== undefined) {
      this.#dropHead();
      this.#given = key;
      events.push(head);
      keys.push(key);
    }
  }

  #dropHead(): void {
    this.#queue[this.#start++] = undefined;
    if (this.#start < 1024 || this.#start * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#start);
    this.#queueKeys = this.#queueKeys.slice(this.#start);
    this.#start = 0;
  }
}

function tooLate(event: TraceEvent, bound: number): TraceError {
  return new TraceError(
    `${event.file}:${event.line}: the event \`${event.id}\` comes after more than ${bound} later ones`,
    "sort the trace first with `agentz trace sort`, or allow more disorder with `--reorder <events>`",
  );
}

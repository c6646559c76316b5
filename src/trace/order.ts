import type { TraceEvent } from "./event.ts";
import { MinHeap } from "./min-heap.ts";
import { TraceError } from "../diagnostics/trace-error.ts";

/** Design 5.4: how many earlier lines may hold later events. */
export const DEFAULT_REORDER = 10_000;

/** Consecutive rows of one file: events, or rows of columns. */
export interface TimedRows {
  /** The time of each, in milliseconds since 1970; NaN: it has none. */
  readonly times: ArrayLike<number>;
}

/** Rows of one file that come one after the other. */
export interface Stretch<T extends TimedRows> {
  readonly rows: T;
  readonly from: number;
  readonly to: number;
  /**
   * The time that orders each of the rows: its own, else that of the one before it in its file;
   * -Infinity: the file has named no time yet.
   */
  readonly keys: ArrayLike<number>;
}

/** The error of a row that comes too late. */
export type TooLate<T> = (rows: T, row: number) => Error;

interface Held<T extends TimedRows> {
  readonly stretch: Stretch<T>;
  /** How many rows of the file come before the batch of the stretch. */
  readonly before: number;
}

/** A row that came after a later one. */
interface LateRow<T extends TimedRows> {
  readonly key: number;
  /** Its place in the file. */
  readonly place: number;
  readonly stretch: Stretch<T>;
}

/**
 * Puts the rows of one file in the order of design 5.4 (time, then line), holding back at most
 * `bound` of them. A row that comes with no more than `bound` later ones before it is put in its
 * place; more is a `TraceError`. A row without time goes where the one before it in the file went.
 * Before the file's first time nothing is held back.
 */
export class FileOrder<T extends TimedRows> {
  readonly #bound: number;
  readonly #tooLate: TooLate<T>;
  readonly #late = new MinHeap<LateRow<T>>((a, b) => a.key - b.key || a.place - b.place);
  /** Rows that came in order; the first is at `#head` of the stretch at `#start`. */
  #queue: (Held<T> | undefined)[] = [];
  #start = 0;
  #head = 0;
  #held = 0;
  #before = 0;
  /** The key of the last row pushed, the greatest key pushed, and the last key given out. */
  #key = -Infinity;
  #greatest = -Infinity;
  #given = -Infinity;
  /** How many rows with a time came after a later one. */
  reordered = 0;

  constructor(bound: number, tooLate: TooLate<T>) {
    this.#bound = bound;
    this.#tooLate = tooLate;
  }

  /** Takes the next rows of the file; gives those whose place is now certain. */
  push(rows: T): readonly Stretch<T>[] {
    const keys = this.#keysOf(rows);
    const { length } = keys;
    const ready = new Stretches<T>();
    let at = 0;
    if (this.#greatest === -Infinity) {
      while (at < length && keys[at] === -Infinity) at++;
      ready.add({ rows, keys, from: 0, to: at });
    }
    while (at < length) {
      const to = this.#inOrder(keys, at);
      if (to > at) this.#hold({ rows, keys, from: at, to });
      else this.#holdLate({ rows, keys, from: at, to: at + 1 });
      at = Math.max(to, at + 1);
      this.#give(ready, this.#bound);
    }
    this.#before += length;
    return ready.all;
  }

  /** The rows still held back. */
  end(): readonly Stretch<T>[] {
    const ready = new Stretches<T>();
    this.#give(ready, 0);
    return ready.all;
  }

  #keysOf({ times }: T): ArrayLike<number> {
    const { length } = times;
    let isTimed = true;
    for (let row = 0; row < length; row++) isTimed &&= !Number.isNaN(times[row]);
    if (isTimed) {
      this.#key = times[length - 1] ?? this.#key;
      return times;
    }
    const keys = new Float64Array(length);
    for (let row = 0; row < length; row++) {
      const time = times[row] ?? NaN;
      if (!Number.isNaN(time)) this.#key = time;
      keys[row] = this.#key;
    }
    return keys;
  }

  /** Where the rows end that come after none that is later, from a row on. */
  #inOrder(keys: ArrayLike<number>, from: number): number {
    let to = from;
    for (let key = keys[to]; key !== undefined && key >= this.#greatest; key = keys[++to])
      this.#greatest = key;
    return to;
  }

  #hold(stretch: Stretch<T>): void {
    this.#queue.push({ stretch, before: this.#before });
    this.#held += stretch.to - stretch.from;
  }

  #holdLate(stretch: Stretch<T>): void {
    const { rows, keys, from } = stretch;
    const key = keys[from] ?? -Infinity;
    if (!Number.isNaN(rows.times[from] ?? NaN)) this.reordered++;
    if (key < this.#given) throw this.#tooLate(rows, from);
    this.#late.push({ key, place: this.#before + from, stretch });
    this.#held++;
  }

  /** INVARIANT: the queue is sorted, so the least row is its head or the top of the heap. */
  #give(ready: Stretches<T>, bound: number): void {
    while (this.#held > bound) {
      const [late, first] = [this.#late.peek(), this.#queue[this.#start]];
      const { from, to, keys } = first?.stretch ?? NOTHING;
      const head = Math.max(from, this.#head);
      const most = Math.min(to, head + this.#held - bound);
      const end =
        late === undefined ? most : firstAfter(late, { keys, from: head, to: most }, first);
      if (late !== undefined && end === head) {
        this.#late.pop();
        this.#taken(ready, late.stretch);
      } else if (first !== undefined) {
        this.#taken(ready, { ...first.stretch, from: head, to: end });
        this.#head = end;
        if (end === to) this.#drop();
      }
    }
  }

  #taken(ready: Stretches<T>, stretch: Stretch<T>): void {
    ready.add(stretch);
    this.#held -= stretch.to - stretch.from;
    this.#given = stretch.keys[stretch.to - 1] ?? this.#given;
  }

  #drop(): void {
    this.#head = 0;
    this.#queue[this.#start++] = undefined;
    if (this.#start < 1024 || this.#start * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#start);
    this.#start = 0;
  }
}

const NOTHING = { from: 0, to: 0, keys: [] };

/** Where the rows of a stretch end that come before a late one. */
function firstAfter<T extends TimedRows>(
  late: LateRow<T>,
  { keys, from, to }: Pick<Stretch<T>, "keys" | "from" | "to">,
  held: Held<T> | undefined,
): number {
  let at = from;
  for (; at < to; at++) {
    const key = keys[at] ?? Infinity;
    if (late.key < key || (late.key === key && late.place < (held?.before ?? 0) + at)) return at;
  }
  return at;
}

/** Stretches in order; what follows on another one is joined to it. */
class Stretches<T extends TimedRows> {
  readonly all: Stretch<T>[] = [];

  add(stretch: Stretch<T>): void {
    const last = this.all.at(-1);
    if (stretch.from === stretch.to) return;
    if (last?.rows === stretch.rows && last.to === stretch.from)
      this.all[this.all.length - 1] = { ...stretch, from: last.from };
    else this.all.push(stretch);
  }
}

/** Events as they are put in order. */
export interface EventRows extends TimedRows {
  readonly events: readonly TraceEvent[];
}

/** The order of a file's events. */
export class EventOrder extends FileOrder<EventRows> {
  constructor(bound: number) {
    super(bound, ({ events }, row) => eventTooLate(events[row], bound));
  }

  /** Takes the next events of the file; gives those whose place is now certain. */
  take(events: readonly TraceEvent[]): readonly Stretch<EventRows>[] {
    return this.push({ events, times: events.map(({ time }) => time ?? NaN) });
  }
}

/** The events of some stretches, in order. */
export function eventsOf(stretches: readonly Stretch<EventRows>[]): readonly TraceEvent[] {
  return stretches.flatMap(({ rows: { events }, from, to }) => events.slice(from, to));
}

/** Why an event comes too late. */
export function eventTooLate(
  event: Pick<TraceEvent, "file" | "line" | "id"> | undefined,
  bound: number,
): TraceError {
  const { file, line, id } = event ?? { file: "", line: 0, id: "" };
  return new TraceError(
    `${file}:${line}: the event \`${id}\` comes after more than ${bound} later ones`,
    "sort the trace first with `agentz trace sort` (runs of another format: import them first), " +
      "or allow more disorder with `--reorder <events>`",
  );
}

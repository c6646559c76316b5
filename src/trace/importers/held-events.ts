import type { JsonObject } from "../../request/json.ts";

/**
 * An event whose record may not be whole yet: what comes later in the file is put in until it is
 * settled.
 */
export interface HeldEvent {
  event: JsonObject;
  settled: boolean;
}

/** How many events are held back for results that have not come. */
const HELD = 2000;

/**
 * Events in the order in which they began, held back until what came of them is known. No more than
 * 2,000 are held: then the first goes out as it is, so that memory stays the same however long a
 * result takes.
 */
export class HeldEvents {
  #queue: HeldEvent[] = [];
  #start = 0;

  /** Takes an event that is whole. */
  add(event: JsonObject): void {
    this.#queue.push({ event, settled: true });
  }

  /** Takes an event that waits for its result. */
  hold(event: JsonObject): HeldEvent {
    const held = { event, settled: false };
    this.#queue.push(held);
    return held;
  }

  /** The events whose turn has come. */
  take(): JsonObject[] {
    const ready: JsonObject[] = [];
    for (let head = this.#queue[this.#start]; head !== undefined; head = this.#queue[this.#start]) {
      if (!head.settled && this.#queue.length - this.#start <= HELD) break;
      ready.push(head.event);
      head.settled = true;
      this.#start++;
    }
    if (this.#start > 1024) {
      this.#queue = this.#queue.slice(this.#start);
      this.#start = 0;
    }
    return ready;
  }

  /** All that is left, at the end of the file. */
  end(): JsonObject[] {
    const rest = this.#queue.slice(this.#start).map((held) => held.event);
    this.#queue = [];
    this.#start = 0;
    return rest;
  }
}

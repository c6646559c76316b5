import type { Segment } from "../../trace/columns/segment.ts";
import type { PieceFacts } from "./piece-facts.ts";

/** A piece that stays in memory. */
export interface KeptSegment {
  readonly segment: Segment;
  readonly facts: PieceFacts;
}

/** Pieces of one trace that stay in memory, by their place, with what they tell of themselves. */
export class KeptSegments {
  readonly #kept = new Map<number, KeptSegment>();
  #layout = "";

  /** A piece that is kept with the columns of a layout; another layout forgets all. */
  get(index: number, layout: Segment["layout"]): KeptSegment | undefined {
    this.check(layout);
    return this.#kept.get(index);
  }

  set(index: number, segment: Segment, facts: PieceFacts): void {
    this.check(segment.layout);
    this.#kept.set(index, { segment, facts });
  }

  /** Forgets all pieces of another layout. */
  check(layout: Segment["layout"]): void {
    const text = JSON.stringify(layout);
    if (text !== this.#layout) this.#kept.clear();
    this.#layout = text;
  }
}

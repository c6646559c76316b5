import type { KeyBook } from "../../replay/columns/key-book.ts";
import { KeptStandings } from "../../replay/columns/kept-standings.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import type { PieceFacts } from "./piece-facts.ts";

/** A piece that stays in memory. */
export interface KeptSegment {
  readonly segment: Segment;
  readonly facts: PieceFacts;
  /** The keys of its rows, and the book that tells of them; undefined: they have none yet. */
  readonly keyed: { readonly keys: Uint32Array; readonly book: KeyBook } | undefined;
}

/** Pieces of one trace that stay in memory, by their place, with what they tell of themselves. */
export class KeptSegments {
  readonly #kept = new Map<number, KeptSegment>();
  #layout = "";
  /** What the keys that pieces were given last tell. */
  book: KeyBook | undefined;
  /** How calls of the book's keys stood last. */
  readonly standings = new KeptStandings();

  /** A piece that is kept with the columns of a layout; another layout forgets all. */
  get(index: number, layout: Segment["layout"]): KeptSegment | undefined {
    this.check(layout);
    return this.#kept.get(index);
  }

  set(index: number, segment: Segment, of: Omit<KeptSegment, "segment">): void {
    this.check(segment.layout);
    this.#kept.set(index, { segment, ...of });
  }

  /** Forgets all pieces of another layout. */
  check(layout: Segment["layout"]): void {
    const text = JSON.stringify(layout);
    if (text !== this.#layout) {
      this.#kept.clear();
      this.book = undefined;
    }
    this.#layout = text;
  }
}

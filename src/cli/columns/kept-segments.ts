import type { Segment } from "../../trace/columns/segment.ts";

/** Pieces of one trace that stay in memory, by their place, with their blocks' digests. */
export class KeptSegments {
  readonly #kept = new Map<number, { readonly segment: Segment; readonly blocks: Uint8Array }>();
  #layout = "";

  /** A piece that is kept with the columns of a layout; another layout forgets all. */
  get(index: number, layout: Segment["layout"]): { readonly segment: Segment; readonly blocks: Uint8Array } | undefined {
    this.#check(layout);
    return this.#kept.get(index);
  }

  set(index: number, segment: Segment, blocks: Uint8Array): void {
    this.#check(segment.layout);
    this.#kept.set(index, { segment, blocks });
  }

  #check(layout: Segment["layout"]): void {
    const text = JSON.stringify(layout);
    if (text !== this.#layout) this.#kept.clear();
    this.#layout = text;
  }
}

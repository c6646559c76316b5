import { maskOf, type Mask } from "../../engine/mask.ts";
import type { Json } from "../../request/json.ts";
import type { Request } from "../../request/request.ts";
import { COLUMN } from "../../trace/columns/layout.ts";
import type { ValueCache } from "../../trace/columns/value-cache.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import type { Interner } from "./interner.ts";

/** What events say about their own record: shared by all rows that say the same. */
export interface Frame {
  /** Its number over all segments; 0: nothing is said. */
  readonly number: number;
  readonly request: Request;
  readonly mask: Mask | undefined;
}

/** Of rows that say nothing of their own record. */
export const PLAIN: Frame = { number: 0, request: {}, mask: undefined };

function texts(value: Json): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** The frames of one segment's rows. */
export class Frames {
  readonly #segment: Segment;
  readonly #cache: ValueCache;
  readonly #numbers: Interner;
  readonly #frames = new Map<number, Frame>();

  constructor(segment: Segment, cache: ValueCache, numbers: Interner) {
    this.#segment = segment;
    this.#cache = cache;
    this.#numbers = numbers;
  }

  /** Whether no row says anything of its own record. */
  get arePlain(): boolean {
    return [COLUMN.complete, COLUMN.unrecorded].every(
      (column) => this.#segment.codes[column]?.every((code) => code === 0) !== false,
    );
  }

  of(row: number): Frame {
    const complete = this.#segment.codes[COLUMN.complete]?.[row] ?? 0;
    const unrecorded = this.#segment.codes[COLUMN.unrecorded]?.[row] ?? 0;
    if (complete === 0 && unrecorded === 0) return PLAIN;
    const key = complete * (this.#segment.dictionaries[COLUMN.unrecorded]?.size ?? 1) + unrecorded;
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const frame = this.#make(complete, unrecorded);
    this.#frames.set(key, frame);
    return frame;
  }

  #make(complete: number, unrecorded: number): Frame {
    const request: Request = {
      ...(complete === 0 ? {} : { complete: texts(this.#cache.value(COLUMN.complete, complete)) }),
      ...(unrecorded === 0
        ? {}
        : { unrecorded: texts(this.#cache.value(COLUMN.unrecorded, unrecorded)) }),
    };
    return {
      number: this.#numbers.code(
        JSON.stringify([request.complete ?? null, request.unrecorded ?? null]),
      ),
      request,
      mask: maskOf(request),
    };
  }
}

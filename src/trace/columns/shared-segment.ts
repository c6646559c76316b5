import type { Dictionary } from "./dictionary.ts";
import type { Segment } from "./segment.ts";

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;
interface Maker<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: SharedArrayBuffer, at: number, length: number): T;
}

const WIDEST = 8;
/** More than is needed, so that the next piece may use the memory again. */
const SPARE = 512 * 1024;

function padded(bytes: number): number {
  return Math.ceil(bytes / WIDEST) * WIDEST;
}

/** Copies arrays one behind the other into memory that all threads see. */
class Shelf {
  readonly #buffer: SharedArrayBuffer;
  #at = 0;

  constructor(arrays: readonly Numbers[], reuse?: SharedArrayBuffer) {
    const bytes = arrays.reduce((sum, { byteLength }) => sum + padded(byteLength), 0);
    this.#buffer =
      reuse !== undefined && reuse.byteLength >= bytes
        ? reuse
        : new SharedArrayBuffer(bytes + SPARE);
  }

  put<T extends Numbers>(array: T, make: Maker<T>): T {
    const copy = new make(this.#buffer, this.#at, array.length);
    copy.set(array);
    this.#at += padded(array.byteLength);
    return copy;
  }
}

/**
 * The same segment in one piece of memory that all threads see: sending it to one copies nothing.
 * `reuse`: memory that nobody reads any more.
 */
export function sharedSegment(segment: Segment, reuse?: SharedArrayBuffer): Segment {
  const { codes, dictionaries, times, has, whole, starts, ends, lines } = segment;
  const shelf = new Shelf(
    [
      ...codes,
      ...dictionaries.flatMap(({ pool, offsets, depths }) => [pool, offsets, depths]),
      times,
      has,
      whole,
      starts,
      ends,
      lines,
    ],
    reuse,
  );
  const dictionary = ({ size, pool, offsets, depths }: Dictionary): Dictionary => ({
    size,
    pool: shelf.put(pool, Uint8Array),
    offsets: shelf.put(offsets, Uint32Array),
    depths: shelf.put(depths, Uint8Array),
  });
  return {
    ...segment,
    codes: codes.map((column) => shelf.put(column, Uint32Array)),
    dictionaries: dictionaries.map(dictionary),
    times: shelf.put(times, Float64Array),
    has: shelf.put(has, Uint16Array),
    whole: shelf.put(whole, Uint8Array),
    starts: shelf.put(starts, Uint32Array),
    ends: shelf.put(ends, Uint32Array),
    lines: shelf.put(lines, Uint32Array),
  };
}

/** The times of a segment alone, in memory that all threads see; `reuse` as above. */
export function sharedTimes(times: Float64Array, reuse?: SharedArrayBuffer): Float64Array {
  return new Shelf([times], reuse).put(times, Float64Array);
}

/** The memory of a segment, or of times, that all threads see. */
export function memoryOf({ times }: Pick<Segment, "times">): SharedArrayBuffer | undefined {
  return times.buffer instanceof SharedArrayBuffer ? times.buffer : undefined;
}

import type { Dictionary } from "./dictionary.ts";
import type { Layout } from "./layout.ts";

/**
 * Consecutive events of one file as columns. Typed arrays throughout, so that it can be stored and
 * shared as it is.
 */
export interface Segment {
  readonly layout: Layout;
  readonly rows: number;
  /** For each column one code a row, and what the codes stand for. */
  readonly codes: readonly Uint32Array[];
  readonly dictionaries: readonly Dictionary[];
  /** Milliseconds since 1970 with their fraction; NaN: the event has no time. */
  readonly times: Float64Array;
  /** Bits of `HAS`: which members the event has. */
  readonly has: Uint16Array;
  /**
   * 1 where the row's columns do not tell the event: it was unusual, so whoever needs it reads the
   * line itself.
   */
  readonly whole: Uint8Array;
  /**
   * Where each row's line starts and ends, in bytes from the segment's start, and its number
   * counted from the segment's first line (0).
   */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly lines: Uint32Array;
  /** Where the segment starts in its file, in bytes, and how many bytes and lines it has. */
  readonly offset: number;
  readonly bytes: number;
  readonly lineCount: number;
  readonly malformed: readonly { readonly line: number; readonly cause: string }[];
  readonly malformedCount: number;
}

/** The memory of a segment whose arrays each have their own, so that it can be handed to a thread. */
export function memoriesOf({
  codes,
  dictionaries,
  times,
  has,
  whole,
  starts,
  ends,
  lines,
}: Segment): ArrayBuffer[] {
  const arrays = [
    ...codes,
    ...dictionaries.flatMap(({ pool, offsets, depths }) => [pool, offsets, depths]),
    ...[times, has, whole, starts, ends, lines],
  ];
  return arrays.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}

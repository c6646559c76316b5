import type { Dictionary } from "./dictionary.ts";
import type { Layout } from "./layout.ts";
import type { Segment } from "./segment.ts";

/** How a list of whole numbers is stored: bits for each, or (0) the one that all of them are. */
export interface PackedNumbers {
  readonly bits: 0 | 4 | 8 | 16 | 32;
  readonly constant: number;
  readonly length: number;
}

/** What of a segment is no list of numbers, and how those are packed, in the order of the bytes. */
export interface SegmentHeader {
  readonly rows: number;
  readonly offset: number;
  readonly bytes: number;
  readonly lineCount: number;
  readonly malformed: Segment["malformed"];
  readonly malformedCount: number;
  /**
   * The first time, from which the others are told by the milliseconds between; null: they stand as
   * they are.
   */
  readonly since: number | null;
  readonly packed: readonly PackedNumbers[];
  /** For each column the bytes of its texts. */
  readonly pools: readonly number[];
}

/** A segment as bytes, and the header that reads them. */
export interface EncodedSegment {
  readonly header: SegmentHeader;
  readonly bytes: Uint8Array;
}

type Numbers = Uint32Array | Uint16Array | Uint8Array;

function widthOf(numbers: Numbers): PackedNumbers {
  let most = 0;
  let same = true;
  const first = numbers[0] ?? 0;
  for (const number of numbers) {
    if (number > most) most = number;
    if (number !== first) same = false;
  }
  return {
    bits: same ? 0 : most < 0x10 ? 4 : most < 0x100 ? 8 : most < 0x1_0000 ? 16 : 32,
    constant: same ? first : 0,
    length: numbers.length,
  };
}

/** How many bytes a packed list takes. */
export function packedBytes({ bits, length }: SegmentHeader["packed"][number]): number {
  return Math.ceil((bits * length) / 8);
}

function pack(numbers: Numbers, { bits }: PackedNumbers): Uint8Array {
  if (bits === 0) return new Uint8Array(0);
  if (bits === 4) return halves(numbers);
  const packed =
    bits === 8
      ? new Uint8Array(numbers)
      : bits === 16
        ? new Uint16Array(numbers)
        : new Uint32Array(numbers);
  return new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength);
}

/** Two numbers a byte, the first one in its lower half. */
function halves(numbers: Numbers): Uint8Array {
  const packed = new Uint8Array((numbers.length + 1) >> 1);
  for (let i = 0; i < numbers.length; i++)
    packed[i >> 1] = (packed[i >> 1] ?? 0) | ((numbers[i] ?? 0) << (4 * (i & 1)));
  return packed;
}

/** The lengths between ascending numbers, so that they need few bytes. */
function gaps(numbers: Uint32Array, before: (i: number) => number): Uint32Array {
  return numbers.map((number, i) => number - before(i));
}

function lengthsOf(dictionary: Dictionary): Uint32Array {
  return Uint32Array.from(
    { length: dictionary.size },
    (_, code) => (dictionary.offsets[code + 1] ?? 0) - (dictionary.offsets[code] ?? 0),
  );
}

/** Milliseconds from each time to the next, where all are whole and none is before another. */
function timeGaps(
  times: Float64Array,
): { readonly since: number; readonly between: Uint32Array } | undefined {
  const since = times[0] ?? NaN;
  const between = new Uint32Array(times.length);
  for (let i = 0; i < times.length; i++) {
    const gap = (times[i] ?? NaN) - (times[i - 1] ?? since);
    if (!(gap >= 0 && gap < 0xffff_ffff && Number.isInteger(gap))) return undefined;
    between[i] = gap;
  }
  return { since, between };
}

/** Packs a segment: what a replay reads of it again, in a tenth of the trace's bytes. */
export function encodeSegment(segment: Segment): EncodedSegment {
  const { starts, ends, lines, times } = segment;
  const gapsOfTime = timeGaps(times);
  const lists: readonly Numbers[] = [
    ...segment.codes,
    ...segment.dictionaries.flatMap((dictionary) => [lengthsOf(dictionary), dictionary.depths]),
    segment.has,
    segment.whole,
    gaps(starts, (i) => (i === 0 ? 0 : (ends[i - 1] ?? 0))),
    gaps(ends, (i) => starts[i] ?? 0),
    gaps(lines, (i) => (i === 0 ? 0 : (lines[i - 1] ?? 0))),
    ...(gapsOfTime === undefined ? [] : [gapsOfTime.between]),
  ];
  const packed = lists.map(widthOf);
  const pools = segment.dictionaries.map((dictionary) =>
    dictionary.pool.subarray(0, dictionary.offsets[dictionary.size] ?? 0),
  );
  const exact =
    gapsOfTime === undefined
      ? [new Uint8Array(times.buffer, times.byteOffset, times.byteLength)]
      : [];
  const parts = [
    ...lists.map((list, i) => pack(list, packed[i] ?? widthOf(list))),
    ...exact,
    ...pools,
  ];
  const { rows, offset, bytes, lineCount, malformed, malformedCount } = segment;
  return {
    header: {
      rows,
      offset,
      bytes,
      lineCount,
      malformed,
      malformedCount,
      since: gapsOfTime?.since ?? null,
      packed,
      pools: pools.map((pool) => pool.length),
    },
    bytes: joined(parts),
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Takes bytes off the front, one part after the other. */
class Unpacker {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    // WHY: a slice of a Buffer is no copy, and lists are read off whole copies
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  bytes(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new RangeError("the segment is truncated");
    return this.#bytes.slice(this.#at, (this.#at += length));
  }

  numbers(packed: PackedNumbers): Uint32Array {
    const { bits, constant, length } = packed;
    if (bits === 0) return new Uint32Array(length).fill(constant);
    const bytes = this.bytes(packedBytes(packed));
    if (bits === 4) return wholes(bytes, length);
    return new Uint32Array(
      bits === 8
        ? bytes
        : bits === 16
          ? new Uint16Array(bytes.buffer)
          : new Uint32Array(bytes.buffer),
    );
  }
}

function wholes(packed: Uint8Array, length: number): Uint32Array {
  const numbers = new Uint32Array(length);
  for (let i = 0; i < length; i += 2) {
    const both = packed[i >> 1] ?? 0;
    numbers[i] = both & 15;
    if (i + 1 < length) numbers[i + 1] = both >> 4;
  }
  return numbers;
}

function summed(numbers: Uint32Array): Uint32Array {
  let sum = 0;
  return numbers.map((number) => (sum += number));
}

function offsetsOf(lengths: Uint32Array): Uint32Array {
  const offsets = new Uint32Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i++) offsets[i + 1] = (offsets[i] ?? 0) + (lengths[i] ?? 0);
  return offsets;
}

function later(between: Uint32Array, since: number): Float64Array {
  const times = new Float64Array(between.length);
  let time = since;
  for (let i = 0; i < times.length; i++) times[i] = time += between[i] ?? 0;
  return times;
}

/**
 * The segment that {@link encodeSegment} packed. Throws a `RangeError` where bytes and header do
 * not fit.
 */
export function decodeSegment(layout: Layout, header: SegmentHeader, bytes: Uint8Array): Segment {
  const unpack = new Unpacker(bytes);
  const lists = header.packed.map((packed) => unpack.numbers(packed));
  let at = 0;
  const next = (): Uint32Array => lists[at++] ?? new Uint32Array(0);
  const codes = layout.columns.map(() => next());
  const halves = layout.columns.map(() => ({ lengths: next(), depths: new Uint8Array(next()) }));
  const has = new Uint16Array(next());
  const whole = new Uint8Array(next());
  const starts = next();
  const ends = next();
  // each line starts so far behind the end of the one before it, and is so long
  for (let i = 0, end = 0; i < header.rows; i++) {
    starts[i] = (starts[i] ?? 0) + end;
    end = ends[i] = (ends[i] ?? 0) + (starts[i] ?? 0);
  }
  const lines = summed(next());
  const times =
    header.since === null
      ? new Float64Array(unpack.bytes(8 * header.rows).buffer)
      : later(next(), header.since);
  const dictionaries = halves.map(({ lengths, depths }, i) => ({
    size: lengths.length,
    depths,
    offsets: offsetsOf(lengths),
    pool: unpack.bytes(header.pools[i] ?? 0),
  }));
  const { rows, offset, bytes: size, lineCount, malformed, malformedCount } = header;
  return {
    layout,
    rows,
    codes,
    dictionaries,
    times,
    has,
    whole,
    starts,
    ends,
    lines,
    offset,
    bytes: size,
    lineCount,
    malformed,
    malformedCount,
  };
}

import type { Dictionary } from "./dictionary.ts";
import type { Layout } from "./layout.ts";
import type { Segment } from "./segment.ts";

/** How a list of whole numbers is stored: bytes for each, or (0) the one that all of them are. */
interface PackedNumbers {
  readonly width: 0 | 1 | 2 | 4;
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
  /** Milliseconds that all times count from; null: they stand as they are. */
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
  return { width: same ? 0 : most < 0x100 ? 1 : most < 0x1_0000 ? 2 : 4, constant: same ? first : 0, length: numbers.length };
}

function pack(numbers: Numbers, { width }: PackedNumbers): Uint8Array {
  if (width === 0) return new Uint8Array(0);
  const packed = width === 1 ? new Uint8Array(numbers) : width === 2 ? new Uint16Array(numbers) : new Uint32Array(numbers);
  return new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength);
}

/** The lengths between ascending numbers, so that they need few bytes. */
function gaps(numbers: Uint32Array, before: (i: number) => number): Uint32Array {
  return numbers.map((number, i) => number - before(i));
}

function lengthsOf(dictionary: Dictionary): Uint32Array {
  return Uint32Array.from({ length: dictionary.size }, (_, code) => (dictionary.offsets[code + 1] ?? 0) - (dictionary.offsets[code] ?? 0));
}

/** Milliseconds since the first time, where all are whole and near each other. */
function timeOffsets(times: Float64Array): { readonly since: number; readonly offsets: Uint32Array } | undefined {
  const since = times[0] ?? NaN;
  const offsets = new Uint32Array(times.length);
  for (let i = 0; i < times.length; i++) {
    const offset = (times[i] ?? NaN) - since;
    if (!(offset >= 0 && offset < 0xffff_ffff && Number.isInteger(offset))) return undefined;
    offsets[i] = offset;
  }
  return { since, offsets };
}

/** Packs a segment: what a replay reads of it again, in a tenth of the trace's bytes. */
export function encodeSegment(segment: Segment): EncodedSegment {
  const { starts, ends, lines, times } = segment;
  const offsets = timeOffsets(times);
  const lists: readonly Numbers[] = [
    ...segment.codes,
    ...segment.dictionaries.flatMap((dictionary) => [lengthsOf(dictionary), dictionary.depths]),
    segment.has,
    segment.whole,
    gaps(starts, (i) => (i === 0 ? 0 : (ends[i - 1] ?? 0))),
    gaps(ends, (i) => starts[i] ?? 0),
    gaps(lines, (i) => (i === 0 ? 0 : (lines[i - 1] ?? 0))),
    ...(offsets === undefined ? [] : [offsets.offsets]),
  ];
  const packed = lists.map(widthOf);
  const pools = segment.dictionaries.map((dictionary) => dictionary.pool.subarray(0, dictionary.offsets[dictionary.size] ?? 0));
  const exact = offsets === undefined ? [new Uint8Array(times.buffer, times.byteOffset, times.byteLength)] : [];
  const parts = [...lists.map((list, i) => pack(list, packed[i] ?? widthOf(list))), ...exact, ...pools];
  const { rows, offset, bytes, lineCount, malformed, malformedCount } = segment;
  return { header: { rows, offset, bytes, lineCount, malformed, malformedCount, since: offsets?.since ?? null, packed, pools: pools.map((pool) => pool.length) }, bytes: joined(parts) };
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
    this.#bytes = bytes;
  }

  bytes(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new RangeError("the segment is cut off");
    return this.#bytes.slice(this.#at, (this.#at += length));
  }

  numbers({ width, constant, length }: PackedNumbers): Uint32Array {
    if (width === 0) return new Uint32Array(length).fill(constant);
    const { buffer } = this.bytes(width * length);
    return new Uint32Array(width === 1 ? new Uint8Array(buffer) : width === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer));
  }
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

function later(offsets: Uint32Array, since: number): Float64Array {
  const times = new Float64Array(offsets);
  for (let i = 0; i < times.length; i++) times[i] = (times[i] ?? 0) + since;
  return times;
}

/** The segment that {@link encodeSegment} packed. Throws a `RangeError` where bytes and header do not fit. */
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
  const times = header.since === null ? new Float64Array(unpack.bytes(8 * header.rows).buffer) : later(next(), header.since);
  const dictionaries = halves.map(({ lengths, depths }, i) => ({ size: lengths.length, depths, offsets: offsetsOf(lengths), pool: unpack.bytes(header.pools[i] ?? 0) }));
  const { rows, offset, bytes: size, lineCount, malformed, malformedCount } = header;
  return { layout, rows, codes, dictionaries, times, has, whole, starts, ends, lines, offset, bytes: size, lineCount, malformed, malformedCount };
}

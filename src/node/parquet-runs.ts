import { ByteCursor, DamagedParquet, numberAt } from "./parquet-bytes.ts";

const WIDEST = 32;

/**
 * Fills `out` from runs of one value and runs of packed values (the RLE / bit-packing hybrid of the
 * format), of `width` bits each. Runs that hold fewer or more values are a {@link DamagedParquet}.
 */
export function readRuns(
  bytes: Uint8Array,
  width: number,
  out: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
): void {
  // all values are 0
  if (width === 0) return;
  if (width > WIDEST) throw new DamagedParquet("a page of it has values of too many bits");
  const cursor = new ByteCursor(bytes);
  for (let seen = 0; seen < out.length; ) {
    const header = cursor.count();
    const length = header >>> 1;
    seen += (header & 1) === 1 ? packed(cursor, length, { width, out, seen }) : 0;
    if ((header & 1) === 1) continue;
    if (length > out.length - seen)
      throw new DamagedParquet("a page of it holds more values than it says");
    out.fill(numberAt(cursor.take(Math.ceil(width / 8)), 0, width), seen, seen + length);
    seen += length;
  }
}

/** How many values were taken of a run of `groups` of eight; the last group may hold some too many. */
function packed(
  cursor: ByteCursor,
  groups: number,
  {
    width,
    out,
    seen,
  }: {
    readonly width: number;
    readonly out: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
    readonly seen: number;
  },
): number {
  const taken = Math.min(8 * groups, out.length - seen);
  if (Math.ceil((taken * width) / 8) > cursor.left)
    throw new DamagedParquet("a page of it ends too early");
  const bytes = cursor.take(Math.min(groups * width, cursor.left));
  for (let i = 0; i < taken; i++) out[seen + i] = numberAt(bytes, i * width, width);
  return taken;
}

/** How many bits a level needs that is at most `most`. */
export function widthOf(most: number): number {
  return 32 - Math.clz32(most);
}

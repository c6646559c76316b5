import { type ByteCursor, DamagedParquet, numberAt } from "./parquet-bytes.ts";

/** The most values of a block: writers have 128, or some thousands. */
const MOST_IN_BLOCK = 1 << 20;

/** The number in `width` bits (at most 64) from a bit on. */
function wideAt(bytes: Uint8Array, bit: number, width: number): bigint {
  if (width <= 32) return BigInt(numberAt(bytes, bit, width));
  const high = numberAt(bytes, bit + 32, width - 32);
  return (BigInt(high) << 32n) | BigInt(numberAt(bytes, bit, 32));
}

/**
 * `count` whole numbers of 64 bits that are told by their differences (DELTA_BINARY_PACKED); the
 * cursor stands behind them then. Others than so many are a {@link DamagedParquet}.
 */
export function deltaNumbers(cursor: ByteCursor, count: number): BigInt64Array<ArrayBuffer> {
  const [block, parts, told] = [cursor.count(), cursor.count(), cursor.count()];
  let value = cursor.zigzag();
  const each = block / parts;
  if (told !== count) throw new DamagedParquet("a page of it holds other values than it says");
  if (!(block <= MOST_IN_BLOCK && each >= 8 && each % 8 === 0))
    throw new DamagedParquet("a page of it has blocks of an impossible size");
  const values = new BigInt64Array(count);
  // as numbers of 64 bits, which may run over
  if (count > 0) values[0] = value;
  for (let seen = 1; seen < count; ) {
    const least = cursor.zigzag();
    for (const width of cursor.take(parts)) {
      const taken = Math.min(each, count - seen);
      if (taken === 0) break;
      if (width > 64 || Math.ceil((taken * width) / 8) > cursor.left)
        throw new DamagedParquet("a page of it ends too early");
      const bytes = cursor.take(Math.min((each * width) / 8, cursor.left));
      for (let i = 0; i < taken; i++) {
        value += least + wideAt(bytes, i * width, width);
        values[seen++] = value;
      }
    }
  }
  return values;
}

/** The same as numbers of 32 bits. */
export function deltaNumbers32(cursor: ByteCursor, count: number): Int32Array<ArrayBuffer> {
  return Int32Array.from(deltaNumbers(cursor, count), (value) => Number(BigInt.asIntN(32, value)));
}

/** Texts whose lengths come first (DELTA_LENGTH_BYTE_ARRAY). */
export function deltaTexts(cursor: ByteCursor, count: number): Uint8Array[] {
  return Array.from(deltaNumbers32(cursor, count), (length) => cursor.take(length));
}

/** Texts that begin as the one before does (DELTA_BYTE_ARRAY). */
export function deltaPrefixed(cursor: ByteCursor, count: number): Uint8Array[] {
  const prefixes = deltaNumbers32(cursor, count);
  const texts = deltaTexts(cursor, count);
  let before: Uint8Array = new Uint8Array(0);
  return texts.map((rest, i) => {
    const prefix = prefixes[i] ?? 0;
    if (!(prefix >= 0 && prefix <= before.length))
      throw new DamagedParquet("a text of it begins as no other one");
    if (prefix === 0) return (before = rest);
    const text = new Uint8Array(prefix + rest.length);
    text.set(before.subarray(0, prefix));
    text.set(rest, prefix);
    return (before = text);
  });
}

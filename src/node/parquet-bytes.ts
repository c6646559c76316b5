/** Bytes of a Parquet file that do not hold what the format says; the message is a clause. */
export class DamagedParquet extends Error {}

/** How many bytes a number of 64 bits has at most, seven bits in each. */
const MOST_VARINT = 10;

/** Reads bytes from their beginning. INVARIANT: never behind their end, whatever stands in them. */
export class ByteCursor {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new DamagedParquet("a part of it ends too early");
    this.at++;
    return byte;
  }

  /** Goes over so many bytes, and gives them. */
  take(length: number): Uint8Array {
    if (!(length >= 0 && length <= this.left))
      throw new DamagedParquet("a part of it ends too early");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** Four bytes, the first one the least significant. */
  word(): number {
    return numberAt(this.take(4), 0, 32);
  }

  /** A number in bytes of seven bits (LEB128). */
  varint(): bigint {
    let value = 0n;
    for (let i = 0; i < MOST_VARINT; i++) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << BigInt(7 * i);
      if (byte < 128) return value;
    }
    throw new DamagedParquet("a number of it is too long");
  }

  /** A number of things, which is always below 2^32. */
  count(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 28; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) {
        if (value >= 2 ** 32) break;
        return value;
      }
    }
    throw new DamagedParquet("a number of it is too large");
  }

  /** A number with its sign in the last bit. */
  zigzag(): bigint {
    const value = this.varint();
    return (value >> 1n) ^ -(value & 1n);
  }
}

/** The number in `width` bits (at most 32) from a bit on; bits behind the end are 0. */
export function numberAt(bytes: Uint8Array, bit: number, width: number): number {
  let value = 0;
  let shift = bit & 7;
  for (let at = Math.floor(bit / 8), got = 0; got < width; at++) {
    const taken = Math.min(8 - shift, width - got);
    value |= (((bytes[at] ?? 0) >>> shift) & ((1 << taken) - 1)) << got;
    got += taken;
    shift = 0;
  }
  return value >>> 0;
}

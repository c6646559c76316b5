import { ByteCursor, DamagedParquet } from "./parquet-bytes.ts";

/** The types of Thrift's compact protocol that the format has. */
const TYPE = {
  stop: 0,
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  struct: 12,
} as const;

/** Deeper than any structure of the format. */
const MOST_DEPTH = 16;

/** Goes over a structure; `depth`: how many are around it. */
function skipStruct(cursor: ByteCursor, depth: number): void {
  if (depth > MOST_DEPTH) throw new DamagedParquet("a part of it is nested too deeply");
  for (let byte = cursor.byte(); (byte & 15) !== TYPE.stop; byte = cursor.byte()) {
    // without a step from the field before, the number of the field follows
    if (byte >> 4 === 0) cursor.varint();
    skipValue(cursor, byte & 15, depth);
  }
}

function skipValue(cursor: ByteCursor, type: number, depth: number): void {
  if (type === TYPE.true || type === TYPE.false) return;
  if (type === TYPE.byte) cursor.take(1);
  else if (type === TYPE.i16 || type === TYPE.i32 || type === TYPE.i64) cursor.varint();
  else if (type === TYPE.double) cursor.take(8);
  else if (type === TYPE.binary) cursor.take(cursor.count());
  else if (type === TYPE.list) skipList(cursor, depth);
  else if (type === TYPE.struct) skipStruct(cursor, depth + 1);
  else throw new DamagedParquet(`a part of it has an unknown type (${type})`);
}

function skipList(cursor: ByteCursor, depth: number): void {
  const byte = cursor.byte();
  const count = byte >> 4 === 15 ? cursor.count() : byte >> 4;
  // each item takes a byte at least
  if (count > cursor.left) throw new DamagedParquet("a list of it is longer than its bytes");
  const type = byte & 15;
  const isTruth = type === TYPE.true || type === TYPE.false;
  for (let i = 0; i < count; i++) skipValue(cursor, isTruth ? TYPE.byte : type, depth + 1);
}

/**
 * How many bytes the structure takes that begins here. WHY: the reader of such structures believes
 * what they say of themselves, so a damaged one could make it reserve any memory. What it is given
 * was gone over before. No structure stands here: a {@link DamagedParquet}.
 */
export function thriftLength(bytes: Uint8Array): number {
  const cursor = new ByteCursor(bytes);
  skipStruct(cursor, 0);
  return cursor.at;
}

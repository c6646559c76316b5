import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { closeSync, openSync, readSync, renameSync, rmSync, fstatSync, writeSync } from "node:fs";
import { OTHER } from "../../replay/columns/row-keys.ts";
import type { Layout } from "../../trace/columns/layout.ts";
import { packedBytes, packNumbers, unpackNumbers, type EncodedSegment, type PackedNumbers, type SegmentHeader } from "../../trace/columns/segment-codec.ts";
import { BLOCK_BYTES } from "../../trace/digest.ts";
import { isJsonObject } from "../../request/json.ts";
import type { PlainFile } from "./plain-files.ts";

/** Raised whenever what is written changes: an index of another format is built anew. */
const FORMAT = 5;
const MAGIC = "agentzix";
/** Of a SHA-256: enough to find damage; nobody who writes an index is kept out by it. */
const DIGEST = 16;
const TRAILER = MAGIC.length + 4 + DIGEST;

function digestOf(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest().subarray(0, DIGEST);
}

/** Where the columns of a trace's file are kept: beside it. */
export function indexPath(file: string): string {
  return `${file}.azx`;
}

/** What an index says of itself. */
export interface IndexHeader {
  readonly format: number;
  /** Of the trace: bytes, and when it was last written, in milliseconds since 1970. */
  readonly size: number;
  readonly modified: number;
  /** SHA-256 of each block of the trace, 32 bytes each, base64. */
  readonly blocks: string;
  readonly layout: Layout;
  /** For which versions rows were keyed: the keys serve no others. */
  readonly keyedFor: string;
  /** How many keys there are. */
  readonly keys: number;
  readonly segments: readonly StoredPlace[];
}

/** Where a segment stands in the index, and the keys of its rows behind it. */
export interface StoredPlace {
  readonly at: number;
  readonly length: number;
  readonly header: SegmentHeader;
  readonly keys: PackedNumbers;
  /** Of both, base64. */
  readonly digest: string;
}

/** A segment as it stands in the index: its numbers as they are, its texts deflated. */
export interface StoredSegment {
  readonly header: SegmentHeader;
  readonly bytes: Uint8Array;
}

function textBytes({ pools }: SegmentHeader): number {
  return pools.reduce((sum, pool) => sum + pool, 0);
}

/** WHY the texts alone: they shrink to a third, and numbers are read as they stand. */
export function storeSegment({ header, bytes }: EncodedSegment): StoredSegment {
  const numbers = bytes.length - textBytes(header);
  const texts = deflateRawSync(bytes.subarray(numbers), { level: 1 });
  const stored = new Uint8Array(numbers + texts.length);
  stored.set(bytes.subarray(0, numbers));
  stored.set(texts, numbers);
  return { header, bytes: stored };
}

function restored(stored: Uint8Array, header: SegmentHeader, numbers: number): Uint8Array {
  const length = textBytes(header);
  const bytes = new Uint8Array(numbers + length);
  bytes.set(stored.subarray(0, numbers));
  bytes.set(inflateRawSync(stored.subarray(numbers), { maxOutputLength: length }), numbers);
  return bytes;
}

/** Writes the index of one file, segment by segment; nobody sees it before it is whole. */
export class IndexWriter {
  readonly #path: string;
  readonly #fresh: string;
  readonly #fd: number;
  readonly #segments: StoredPlace[] = [];
  /** Keys as they stand in this index, by those that they have in the whole trace. */
  readonly #keys = new Map<number, number>();
  readonly #blocks: Uint8Array[] = [];
  #at = 0;

  private constructor(path: string, fresh: string, fd: number) {
    this.#path = path;
    this.#fresh = fresh;
    this.#fd = fd;
  }

  /** Undefined where no file can be written there: then the trace is read without one. */
  static open(file: string): IndexWriter | undefined {
    const fresh = `${indexPath(file)}.${process.pid}`;
    try {
      return new IndexWriter(indexPath(file), fresh, openSync(fresh, "w"));
    } catch {
      return undefined;
    }
  }

  add({ header, bytes }: StoredSegment, of: { readonly blocks: Uint8Array; readonly keys: Uint32Array }): void {
    const keys = packNumbers(of.keys.map((key) => this.#ownKey(key)));
    this.#segments.push({ at: this.#at, length: bytes.length, header, keys: keys.packed, digest: digestOf(bytes, keys.bytes).toString("base64") });
    this.#write(bytes);
    this.#write(keys.bytes);
    this.#blocks.push(of.blocks);
  }

  /** WHY one more: small numbers for rows without a key, so that all fit into two bytes. */
  #ownKey(key: number): number {
    if (key >= OTHER) return key - OTHER;
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const own = this.#keys.size + SPECIAL;
    this.#keys.set(key, own);
    return own;
  }

  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
    this.#at += bytes.length;
  }

  finish({ size, modified }: PlainFile, { layout, keyedFor }: Pick<IndexHeader, "layout" | "keyedFor">): void {
    const blocks = Buffer.concat(this.#blocks).toString("base64");
    const header: IndexHeader = { format: FORMAT, size, modified, blocks, layout, keyedFor, keys: this.#keys.size, segments: this.#segments };
    const text = Buffer.from(JSON.stringify(header));
    const trailer = Buffer.alloc(TRAILER, MAGIC);
    trailer.writeUInt32LE(text.length, MAGIC.length);
    digestOf(text).copy(trailer, MAGIC.length + 4);
    this.#write(text);
    this.#write(trailer);
    closeSync(this.#fd);
    renameSync(this.#fresh, this.#path);
  }

  discard(): void {
    closeSync(this.#fd);
    rmSync(this.#fresh, { force: true });
  }
}

function readAt(fd: number, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const read = readSync(fd, bytes, done, length - done, at + done);
    if (read === 0) throw new RangeError("the file is cut off");
    done += read;
  }
  return bytes;
}

/** How many numbers stand for rows without a key: events that are no call, unusual lines. */
const SPECIAL = 2;

/** A segment's bytes, as {@link decodeSegment} takes them, and its keys as they are packed. */
export interface SegmentBytes {
  readonly bytes: Uint8Array;
  readonly keys: Uint8Array;
}

/** Reads a segment. Throws a `RangeError` where it is not what was written. */
export function readSegmentBytes(fd: number, { at, length, header, keys, digest }: StoredPlace): SegmentBytes {
  const stored = readAt(fd, at, length + packedBytes(keys));
  if (digestOf(stored).toString("base64") !== digest) throw new RangeError("the index is damaged");
  return { bytes: restored(stored.subarray(0, length), header, numbersLength(header)), keys: stored.subarray(length) };
}

/**
 * The keys of a segment's rows among those of all indexes of a trace, in which those of this one are the ones from `from` up to
 * `to`. Throws a `RangeError` where they are not.
 */
export function unpackKeys(bytes: Uint8Array, { keys }: StoredPlace, { from, to }: { readonly from: number; readonly to: number }): Uint32Array {
  const most = to - from + SPECIAL;
  return unpackNumbers(keys, bytes).map((key) => {
    if (key >= most) throw new RangeError("the index has a key that it does not count");
    return key < SPECIAL ? key + OTHER : key - SPECIAL + from;
  });
}

/** How many bytes of a segment are numbers. */
function numbersLength({ packed, since, rows }: SegmentHeader): number {
  return packed.reduce((sum, list) => sum + packedBytes(list), 0) + (since === null ? 8 * rows : 0);
}

/** The header of the index beside a file; undefined where there is none that this version can read. */
export function readIndexHeader(path: string): IndexHeader | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    const { size } = fstatSync(fd);
    const trailer = readAt(fd, size - TRAILER, TRAILER);
    if (trailer.toString("latin1", 0, MAGIC.length) !== MAGIC) return undefined;
    const length = trailer.readUInt32LE(MAGIC.length);
    const text = readAt(fd, size - TRAILER - length, length);
    return digestOf(text).equals(trailer.subarray(MAGIC.length + 4)) ? decodeHeader(JSON.parse(text.toString("utf8"))) : undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function isHeader(value: unknown): value is IndexHeader {
  return isJsonObject(value) && value["format"] === FORMAT && Array.isArray(value["segments"]) && typeof value["blocks"] === "string" && isJsonObject(value["layout"]) && typeof value["keyedFor"] === "string" && Number.isSafeInteger(value["keys"]);
}

function decodeHeader(value: unknown): IndexHeader | undefined {
  return isHeader(value) ? value : undefined;
}

/** How many blocks in the middle are looked at besides the first and the last. */
const SAMPLED = 6;

function sampled(blocks: number, whole: boolean): readonly number[] {
  if (whole || blocks <= SAMPLED + 2) return Array.from({ length: blocks }, (_, i) => i);
  return [...new Set(Array.from({ length: SAMPLED + 2 }, (_, i) => Math.round((i * (blocks - 1)) / (SAMPLED + 1))))];
}

/** Whether an index is of the file as it stands: by size, time, and the digests of its first, last and some middle blocks (`whole`: all). */
export function isFresh(header: IndexHeader, file: PlainFile, of: { readonly fd: number; readonly whole: boolean }): boolean {
  if (header.size !== file.size || header.modified !== file.modified) return false;
  const digests = Buffer.from(header.blocks, "base64");
  return sampled(Math.ceil(file.size / BLOCK_BYTES), of.whole).every((block) => {
    const at = block * BLOCK_BYTES;
    const digest = createHash("sha256").update(readAt(of.fd, at, Math.min(BLOCK_BYTES, file.size - at))).digest();
    return digest.equals(digests.subarray(32 * block, 32 * (block + 1)));
  });
}

/** The block digests of the pieces, as a trace's digest takes them. */
export function blockDigests(header: IndexHeader): Uint8Array {
  return Buffer.from(header.blocks, "base64");
}

/** Whether an index keeps what a layout asks for. */
export function covers(header: IndexHeader, layout: Layout): boolean {
  const kept = new Set(header.layout.columns.map(({ path, keep }) => JSON.stringify([path, keep])));
  return layout.columns.every(({ path, keep }) => path[0] === "id" || kept.has(JSON.stringify([path, keep])));
}

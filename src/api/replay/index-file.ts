import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { closeSync, openSync } from "node:fs";
import type { Layout } from "../../trace/columns/layout.ts";
import {
  packedBytes,
  type EncodedSegment,
  type SegmentHeader,
} from "../../trace/columns/segment-codec.ts";
import { BLOCK_BYTES } from "../../trace/digest.ts";
import { isJsonObject } from "../../request/json.ts";
import type { FreshFile } from "../../node/fresh-file.ts";
import type { PlainFile } from "./plain-files.ts";
import { readAt, readSealedEnd, sealedEnd, type Seal } from "./sealed-header.ts";

/**
 * Raised whenever what is written, or what it means, changes: an index of another format is built
 * anew.
 */
const FORMAT = 9;
/** Of a SHA-256. */
const DIGEST = 32;

function sealBy(key: Uint8Array): Seal {
  return { magic: "agentzix", kind: "agentz index", key };
}

/** The SHA-256 of bytes, base64. */
export function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}

/** What an index says of itself. */
export interface IndexHeader {
  readonly format: number;
  /** The version of agentz that wrote it: what columns mean may change with it. */
  readonly tool: string;
  /**
   * Of the trace: where it stands, which file it is, its bytes, and when it was last written, in
   * milliseconds since 1970.
   */
  readonly trace: Pick<PlainFile, "real" | "identity" | "size" | "modified">;
  /** SHA-256 of each block of the trace, 32 bytes each, base64. */
  readonly blocks: string;
  readonly layout: Layout;
  readonly segments: readonly StoredPlace[];
}

/** Where a segment stands in the index. */
export interface StoredPlace {
  readonly at: number;
  readonly length: number;
  readonly header: SegmentHeader;
  /** SHA-256 of its bytes, base64. */
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

/** What stands in the index of a segment, as it was encoded. */
export function restoreSegment({ header, bytes }: StoredSegment): Uint8Array {
  return restored(bytes, header, numbersLength(header));
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
  readonly #file: FreshFile;
  readonly #key: Uint8Array;
  readonly #segments: StoredPlace[] = [];
  readonly #blocks: Uint8Array[] = [];
  #at = 0;

  /** `key`: what the index is sealed with. */
  constructor(file: FreshFile, key: Uint8Array) {
    this.#file = file;
    this.#key = key;
  }

  /** `blocks`: the digests of the piece of which the segment is. */
  add({ header, bytes }: StoredSegment, blocks: Uint8Array): void {
    this.#segments.push({ at: this.#at, length: bytes.length, header, digest: digestOf(bytes) });
    this.#write(bytes);
    this.#blocks.push(blocks);
  }

  #write(bytes: Uint8Array): void {
    this.#file.write(bytes);
    this.#at += bytes.length;
  }

  finish(
    { real, identity, size, modified }: PlainFile,
    made: Pick<IndexHeader, "layout" | "tool">,
  ): void {
    const blocks = Buffer.concat(this.#blocks).toString("base64");
    const trace = { real, identity, size, modified };
    const header: IndexHeader = {
      format: FORMAT,
      ...made,
      trace,
      blocks,
      segments: this.#segments,
    };
    this.#write(sealedEnd(sealBy(this.#key), header));
    this.#file.replace();
  }

  discard(): void {
    this.#file.discard();
  }
}

/**
 * The bytes of a segment, as {@link decodeSegment} takes them. Throws a `RangeError` where they are
 * not what was written.
 */
export function readSegmentBytes(
  fd: number,
  { at, length, header, digest }: StoredPlace,
): Uint8Array {
  const stored = readAt(fd, at, length);
  if (digestOf(stored) !== digest) throw new RangeError("the index is damaged");
  return restored(stored, header, numbersLength(header));
}

/** How many bytes of a segment are numbers. */
function numbersLength({ packed, since, rows }: SegmentHeader): number {
  return packed.reduce((sum, list) => sum + packedBytes(list), 0) + (since === null ? 8 * rows : 0);
}

/** The header of an index that was written with a key, and its seal; a text: why it is not believed. */
export function readIndexHeader(
  fd: number,
  key: Uint8Array,
): { readonly header: IndexHeader; readonly seal: string } | string {
  const found = readSealedEnd(fd, sealBy(key));
  if (found === undefined) return "it was not written by your agentz, or it is damaged";
  const { value, seal } = found;
  return isHeader(value) ? { header: value, seal } : "another version of agentz wrote it";
}

function isHeader(value: unknown): value is IndexHeader {
  if (
    !isJsonObject(value) ||
    value["format"] !== FORMAT ||
    !Array.isArray(value["segments"]) ||
    !isJsonObject(value["trace"])
  )
    return false;
  return typeof value["blocks"] === "string" && isJsonObject(value["layout"]);
}

/** How many blocks in the middle are looked at besides the first and the last. */
const SAMPLED = 6;

function sampled(blocks: number): readonly number[] {
  if (blocks <= SAMPLED + 2) return Array.from({ length: blocks }, (_, i) => i);
  return [
    ...new Set(
      Array.from({ length: SAMPLED + 2 }, (_, i) => Math.round((i * (blocks - 1)) / (SAMPLED + 1))),
    ),
  ];
}

/**
 * Whether an index is of the file as it stands: by which it is, size, times, and the digests of its
 * first, last and some middle blocks.
 */
export function isFresh(
  { trace, tool, blocks }: IndexHeader,
  file: PlainFile,
  version: string,
): boolean {
  const { identity, size, modified } = file;
  const same = trace.identity === identity && trace.size === size && trace.modified === modified;
  return same && tool === version && hasBlocks(file, Buffer.from(blocks, "base64"));
}

function hasBlocks({ path, size }: PlainFile, digests: Buffer): boolean {
  let fd: number | undefined;
  try {
    const opened = (fd = openSync(path, "r"));
    return sampled(Math.ceil(size / BLOCK_BYTES)).every((block) => {
      const at = block * BLOCK_BYTES;
      const bytes = readAt(opened, at, Math.min(BLOCK_BYTES, size - at));
      const own = digests.subarray(DIGEST * block, DIGEST * (block + 1));
      return createHash("sha256").update(bytes).digest().equals(own);
    });
  } catch {
    // what cannot be read now is read, or told, where the trace itself is
    return false;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The block digests of the pieces, as a trace's digest takes them. */
export function blockDigests(header: IndexHeader): Uint8Array {
  return Buffer.from(header.blocks, "base64");
}

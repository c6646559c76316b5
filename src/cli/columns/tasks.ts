import { closeSync, openSync } from "node:fs";
import type { KeyedVersions } from "../../replay/columns/keyed-replay.ts";
import { decodeSegment, encodeSegment } from "../../trace/columns/segment-codec.ts";
import type { Layout } from "../../trace/columns/layout.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import { indexPath, readSegmentBytes, storeSegment, type IndexHeader, type StoredSegment } from "./index-file.ts";
import type { KeptSegments } from "./kept-segments.ts";
import { PieceReader, type KeyedPiece } from "./piece-keys.ts";
import type { Piece } from "./pieces.ts";

/** One piece to read: off the trace itself, or off its index. */
export interface Task {
  readonly piece: Piece;
  /** Set: the piece stands in the index, as its segment of this place. */
  readonly indexed: IndexHeader["segments"][number] | undefined;
  /** Whether the piece is to be packed for an index besides. */
  readonly encode: boolean;
  /** The digests of its blocks, where the index tells them. */
  readonly blocks: Uint8Array;
}

/** A piece that was read; `keyed` undefined: it cannot be read as columns. */
export interface TaskDone {
  readonly keyed: KeyedPiece | undefined;
  readonly encoded: StoredSegment | undefined;
}

/** Reads pieces of some files in one thread. */
export class TaskReader {
  readonly #reader: PieceReader;
  readonly #layout: Layout;
  readonly #paths: readonly string[];
  readonly #open = new Map<string, number>();

  readonly #kept: KeptSegments | undefined;

  constructor(versions: KeyedVersions, paths: readonly string[], kept?: KeptSegments) {
    this.#reader = new PieceReader(versions);
    this.#layout = versions.layout;
    this.#paths = paths;
    this.#kept = kept;
  }

  run(task: Task, index: number): TaskDone {
    const known = this.#kept?.get(index, this.#layout);
    if (known !== undefined) return { keyed: { ...this.#reader.keyed(known.segment, known.blocks), segment: undefined }, encoded: undefined };
    const read = this.#read(task);
    if (read === undefined) return { keyed: undefined, encoded: undefined };
    const { segment, blocks } = read;
    this.#kept?.set(index, segment, blocks);
    return { keyed: this.#reader.keyed(segment, blocks), encoded: task.encode ? storeSegment(encodeSegment(segment)) : undefined };
  }

  #read({ piece, indexed, blocks }: Task): { readonly segment: Segment; readonly blocks: Uint8Array } | undefined {
    const path = this.#paths[piece.file] ?? "";
    if (indexed === undefined) return this.#reader.read(this.#fd(path), piece);
    return { segment: decodeSegment(this.#layout, indexed.header, readSegmentBytes(this.#fd(indexPath(path)), indexed)), blocks };
  }

  #fd(path: string): number {
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    const fd = openSync(path, "r");
    this.#open.set(path, fd);
    return fd;
  }

  close(): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }
}

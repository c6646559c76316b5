import { closeSync, rmSync } from "node:fs";
import type { KeyedVersions } from "../../replay/columns/keyed-replay.ts";
import { withoutUnread } from "../../trace/columns/index-values.ts";
import { decodeSegment, encodeSegment } from "../../trace/columns/segment-codec.ts";
import type { Layout } from "../../trace/columns/layout.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import { openOwn } from "../../node/private-folder.ts";
import {
  readSegmentBytes,
  storeSegment,
  unpackKeys,
  type StoredPlace,
  type StoredSegment,
} from "./index-file.ts";
import type { KeptSegments } from "./kept-segments.ts";
import { INDEX_DAMAGED, NotByColumns } from "./not-by-columns.ts";
import { openTraceFile } from "./trace-file.ts";
import { factsOf, type PieceFacts } from "./piece-facts.ts";
import { PieceReader, type KeyedPiece } from "./piece-keys.ts";
import type { Piece } from "./pieces.ts";

/** One piece to read: off the trace itself, or off its index. */
export interface Task {
  /** Its place among all pieces of the trace. */
  readonly index: number;
  readonly piece: Piece;
  /** Set: the piece stands in an index, as its segment of this place. */
  readonly indexed: { readonly path: string; readonly place: StoredPlace } | undefined;
  /** Which keys are those of its index among those of all. */
  readonly keys: { readonly from: number; readonly to: number };
  /** Whether the piece is to be packed for an index besides. */
  readonly encode: boolean;
  /** The digests of its blocks, where the index tells them. */
  readonly blocks: Uint8Array;
}

/** A piece that was read. */
export interface ReadPiece {
  readonly facts: PieceFacts;
  readonly keyed: KeyedPiece;
  /** Whether the segment was here already. */
  readonly kept: boolean;
  readonly encoded: StoredSegment | undefined;
}

function encodedFor({ encode }: Task, segment: Segment): StoredSegment | undefined {
  return encode ? storeSegment(encodeSegment(withoutUnread(segment))) : undefined;
}

/** What is done with a segment once it is read. */
export type Share = (segment: Segment, reuse?: SharedArrayBuffer) => Segment;

/** What was read of a piece. */
interface ReadSegment {
  readonly segment: Segment;
  readonly blocks: Uint8Array;
  /** The keys that stand in the index, where rows have those. */
  readonly keys: Uint32Array | undefined;
}

/** Takes an index away, where that can be: else the next replay finds it damaged again. */
function forget(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    return;
  }
}

/** Reads pieces of some files in one thread. */
export class TaskReader {
  readonly #reader: PieceReader;
  readonly #layout: Layout;
  readonly #paths: readonly string[];
  readonly #open = new Map<string, number>();
  readonly #kept: KeptSegments | undefined;
  readonly #share: Share;
  readonly #keyed: boolean;
  readonly #keyless: boolean;

  /**
   * `share`: what is done with a segment once it is read; `keyed`: whether rows have the keys that
   * stand in the indexes.
   */
  constructor(
    versions: KeyedVersions,
    paths: readonly string[],
    of: {
      readonly kept?: KeptSegments | undefined;
      readonly share?: Share;
      readonly keyed: boolean;
      /** Whether rows are evaluated by their columns, so that none needs a key. */
      readonly keyless: boolean;
    },
  ) {
    this.#layout = versions.layout;
    this.#paths = paths;
    this.#kept = of.kept;
    this.#keyed = of.keyed;
    this.#keyless = of.keyless;
    this.#reader = new PieceReader(versions);
    this.#share = of.share ?? ((segment) => segment);
  }

  /**
   * `NotByColumns` where a piece cannot be read as columns. `reuse`: memory that nobody reads any
   * more, for whoever shares segments.
   */
  run(task: Task, reuse?: SharedArrayBuffer): ReadPiece {
    const known = this.#kept?.get(task.index, this.#layout);
    if (known !== undefined)
      return {
        facts: known.facts,
        keyed: this.#keyedPiece(known.segment, undefined),
        kept: true,
        encoded: encodedFor(task, known.segment),
      };
    const read = this.#read(task);
    const segment = this.#share(read.segment, reuse);
    const facts = factsOf(segment, read.blocks);
    this.#kept?.set(task.index, segment, facts);
    return {
      facts,
      keyed: this.#keyedPiece(segment, read.keys),
      kept: false,
      encoded: encodedFor(task, segment),
    };
  }

  #keyedPiece(segment: Segment, keys: Uint32Array | undefined): KeyedPiece {
    if (this.#keyless) return { segment, keys: new Uint32Array(segment.rows), fresh: [] };
    const keyed = keys === undefined ? this.#reader.keyed(segment) : { segment, keys, fresh: [] };
    if (keyed === undefined) throw new NotByColumns("nearly every call is different");
    return keyed;
  }

  /** A text that is the same for the same key in every thread. */
  signature(key: number): string {
    return this.#reader.signature(key);
  }

  #read(task: Task): ReadSegment {
    const { piece, indexed } = task;
    const path = this.#paths[piece.file] ?? "";
    if (indexed !== undefined) return this.#ofIndex(task, indexed);
    const read = this.#reader.read(this.#fd(path), piece);
    if (read === undefined) throw new NotByColumns("a line is too long");
    return { ...read, keys: undefined };
  }

  /**
   * Reads off an index. One that is damaged is taken away, so that the next replay writes it anew.
   */
  #ofIndex(
    { blocks, keys: own }: Task,
    { path, place }: NonNullable<Task["indexed"]>,
  ): ReadSegment {
    try {
      const { bytes, keys } = readSegmentBytes(this.#indexFd(path), place);
      const kept = this.#keyed ? unpackKeys(keys, place, own) : undefined;
      return { segment: decodeSegment(this.#layout, place.header, bytes), blocks, keys: kept };
    } catch {
      forget(path);
      throw new NotByColumns(INDEX_DAMAGED);
    }
  }

  #indexFd(path: string): number {
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    const opened = openOwn(path);
    if (!("fd" in opened)) throw new NotByColumns(INDEX_DAMAGED);
    this.#open.set(path, opened.fd);
    return opened.fd;
  }

  #fd(path: string): number {
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    const fd = openTraceFile(path);
    this.#open.set(path, fd);
    return fd;
  }

  close(): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }
}

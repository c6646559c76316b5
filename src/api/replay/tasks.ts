import { closeSync, rmSync } from "node:fs";
import { withoutUnread } from "../../trace/columns/index-values.ts";
import { decodeSegment, encodeSegment } from "../../trace/columns/segment-codec.ts";
import type { Layout } from "../../trace/columns/layout.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import { openOwn } from "../../node/private-folder.ts";
import {
  readSegmentBytes,
  storeSegment,
  type StoredPlace,
  type StoredSegment,
} from "./index-file.ts";
import type { KeptSegments } from "./kept-segments.ts";
import { OtherPlan } from "./other-plan.ts";
import { OpenTraceFiles, type NamedFile } from "./trace-file.ts";
import { factsOf, type PieceFacts } from "./piece-facts.ts";
import { PieceReader } from "./piece-reader.ts";
import type { Piece } from "./pieces.ts";

/** One piece to read: off the trace itself, or off its index. */
export interface Task {
  /** Its place among all pieces of the trace. */
  readonly index: number;
  readonly piece: Piece;
  /** Set: the piece stands in an index, as its segment of this place. */
  readonly indexed: { readonly path: string; readonly place: StoredPlace } | undefined;
  /** Whether the piece is to be packed for an index besides. */
  readonly encode: boolean;
  /** The digests of its blocks, where the index tells them. */
  readonly blocks: Uint8Array;
}

/** A piece that was read. */
export interface ReadPiece {
  readonly facts: PieceFacts;
  readonly segment: Segment;
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
  readonly #open: OpenTraceFiles;
  readonly #indexes = new Map<string, number>();
  readonly #kept: KeptSegments | undefined;
  readonly #share: Share;

  /** `share`: what is done with a segment once it is read. */
  constructor(
    layout: Layout,
    files: readonly NamedFile[],
    work: { readonly kept?: KeptSegments | undefined; readonly share?: Share },
  ) {
    this.#layout = layout;
    this.#open = new OpenTraceFiles(files);
    this.#kept = work.kept;
    this.#reader = new PieceReader(layout);
    this.#share = work.share ?? ((segment) => segment);
  }

  /** `reuse`: memory that nobody reads any more, for whoever shares segments. */
  run(task: Task, reuse?: SharedArrayBuffer): ReadPiece {
    const known = this.#kept?.get(task.index, this.#layout);
    if (known !== undefined)
      return {
        facts: known.facts,
        segment: known.segment,
        kept: true,
        encoded: encodedFor(task, known.segment),
      };
    const read = this.#read(task);
    const segment = this.#share(read.segment, reuse);
    const facts = factsOf(segment, read.blocks);
    this.#kept?.set(task.index, segment, facts);
    return {
      facts,
      segment,
      kept: false,
      encoded: encodedFor(task, segment),
    };
  }

  #read(task: Task): ReadSegment {
    const { piece, indexed } = task;
    return indexed === undefined
      ? this.#reader.read(this.#open.at(piece.file), piece)
      : this.#ofIndex(task, indexed);
  }

  /**
   * Reads off an index. One that is damaged is taken away, so that the next replay writes it anew.
   */
  #ofIndex({ blocks }: Task, { path, place }: NonNullable<Task["indexed"]>): ReadSegment {
    try {
      const bytes = readSegmentBytes(this.#indexFd(path), place);
      return { segment: decodeSegment(this.#layout, place.header, bytes), blocks };
    } catch {
      forget(path);
      throw new OtherPlan("damaged");
    }
  }

  #indexFd(path: string): number {
    const known = this.#indexes.get(path);
    if (known !== undefined) return known;
    const opened = openOwn(path);
    if (!("fd" in opened)) throw new OtherPlan("damaged");
    this.#indexes.set(path, opened.fd);
    return opened.fd;
  }

  close(): void {
    for (const fd of this.#indexes.values()) closeSync(fd);
    this.#open.close();
    this.#indexes.clear();
  }
}

import { closeSync, openSync, rmSync } from "node:fs";
import { joinedBook, type HeadAtoms, type KeyBook, type Origin, type StoredBook } from "../../replay/columns/key-book.ts";
import type { KeyedVersions } from "../../replay/columns/keyed-replay.ts";
import { decodeSegment, encodeSegment } from "../../trace/columns/segment-codec.ts";
import type { Layout } from "../../trace/columns/layout.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import { indexPath, readSegmentBytes, storeSegment, unpackKeys, type StoredPlace, type StoredSegment } from "./index-file.ts";
import type { KeptSegment, KeptSegments } from "./kept-segments.ts";
import { NotByColumns } from "./not-by-columns.ts";
import { factsOf, type PieceFacts } from "./piece-facts.ts";
import { PieceReader, type KeyedPiece } from "./piece-keys.ts";
import type { Piece } from "./pieces.ts";

/** One piece to read: off the trace itself, or off its index. */
export interface Task {
  /** Its place among all pieces of the trace. */
  readonly index: number;
  readonly piece: Piece;
  /** Set: the piece stands in the index, as its segment of this place. */
  readonly indexed: StoredPlace | undefined;
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
  return encode ? storeSegment(encodeSegment(segment)) : undefined;
}

/** What is done with a segment once it is read. */
export type Share = (segment: Segment, reuse?: SharedArrayBuffer) => Segment;

/** What was read of a piece. */
interface ReadSegment {
  readonly segment: Segment;
  readonly blocks: Uint8Array;
  /** The keys that stand in the index, where they serve. */
  readonly keyed: KeptSegment["keyed"];
}

/** Reads pieces of some files in one thread. */
export class TaskReader {
  readonly #reader: PieceReader;
  readonly #layout: Layout;
  readonly #paths: readonly string[];
  readonly #open = new Map<string, number>();
  readonly #kept: KeptSegments | undefined;
  readonly #share: Share;
  /** What the keys that pieces have tell: those that this reader gives where earlier ones do not serve. */
  readonly book: KeyBook | undefined;

  /** `share`: what is done with a segment once it is read; `books`: what the keys in the indexes tell. */
  constructor(versions: KeyedVersions, paths: readonly string[], of: { readonly kept?: KeptSegments | undefined; readonly share?: Share; readonly books: readonly StoredBook[] }) {
    this.#layout = versions.layout;
    this.#paths = paths;
    this.#kept = of.kept;
    this.#kept?.check(versions.layout);
    const earlier = of.kept?.book ?? joinedBook(of.books);
    this.#reader = new PieceReader(versions, earlier);
    // rows whose earlier keys do not serve are keyed anew, and go by those from now on
    this.book = this.#reader.book ?? earlier;
    if (of.kept !== undefined) of.kept.book = this.book;
    this.#share = of.share ?? ((segment) => segment);
  }

  /** Undefined where a piece cannot be read as columns. `reuse`: memory that nobody reads any more, for whoever shares segments. */
  run(task: Task, reuse?: SharedArrayBuffer): ReadPiece | undefined {
    const known = this.#kept?.get(task.index, this.#layout);
    if (known !== undefined) return { facts: known.facts, keyed: this.#keyed(task, known), kept: true, encoded: encodedFor(task, known.segment) };
    const read = this.#read(task);
    if (read === undefined) return undefined;
    const segment = this.#share(read.segment, reuse);
    const facts = factsOf(segment, read.blocks);
    const keyed = this.#keyed(task, { segment, facts, keyed: read.keyed });
    return { facts, keyed, kept: false, encoded: encodedFor(task, segment) };
  }

  /** A piece's keys, by those that it was given earlier where these serve; else they are kept for later. */
  #keyed(task: Task, { segment, facts, keyed: known }: KeptSegment): KeyedPiece {
    const earlier = known?.book === this.book ? known?.keys : undefined;
    const keyed = this.#reader.keyed(segment, earlier);
    const keys = this.#reader.book === undefined ? earlier : keyed.keys;
    if (keys !== undefined && this.book !== undefined) this.#kept?.set(task.index, segment, { facts, keyed: { keys, book: this.book } });
    return keyed;
  }

  /** What is asked of the calls of a key that was given here. */
  atomsOf(key: number): HeadAtoms | undefined {
    return this.#reader.atomsOf(key);
  }

  /** Which key of the book that is kept a key comes from. */
  origin(key: number): Origin | undefined {
    return this.#reader.origin(key);
  }

  /** A text that is the same for the same key in every thread. */
  signature(key: number): string {
    return this.#reader.signature(key);
  }

  #read(task: Task): ReadSegment | undefined {
    const { piece, indexed } = task;
    const path = this.#paths[piece.file] ?? "";
    if (indexed !== undefined) return this.#ofIndex(path, task, indexed);
    const read = this.#reader.read(this.#fd(path), piece);
    return read === undefined ? undefined : { ...read, keyed: undefined };
  }

  /** Reads off an index. One that is damaged is taken away, so that the next replay writes it anew; this one goes without columns. */
  #ofIndex(path: string, { blocks, keys: own }: Task, indexed: StoredPlace): ReadSegment {
    try {
      const { bytes, keys } = readSegmentBytes(this.#fd(indexPath(path)), indexed);
      const { book } = this;
      const keyed = this.#reader.book !== undefined || book === undefined ? undefined : { keys: unpackKeys(keys, indexed, own), book };
      return { segment: decodeSegment(this.#layout, indexed.header, bytes), blocks, keyed };
    } catch {
      rmSync(indexPath(path), { force: true });
      throw new NotByColumns("the index is damaged");
    }
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

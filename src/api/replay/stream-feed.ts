import type { IndexStats } from "../../documents/replay-result.ts";
import { createHash } from "../../node/files.ts";
import { comparesIds } from "../../trace/repeated-ids.ts";
import { TraceDigest } from "../../trace/digest.ts";
import type { Layout } from "../../trace/columns/layout.ts";
import type { TraceFile } from "../../trace/read-events.ts";
import type { FedPiece } from "./fed-piece.ts";
import { linePieces, type LinePiece } from "./line-pieces.ts";
import { factsOf } from "./piece-facts.ts";
import { PieceReader } from "./piece-reader.ts";
import { PIECE_BYTES } from "./pieces.ts";
import { TableStream } from "./table-stream.ts";

const NO_BLOCKS = new Uint8Array(0);

/** A trace that is read once, from its beginning: compressed, imported, or written by a program. */
export interface Streams {
  /** In the order of their names. */
  readonly files: readonly TraceFile[];
  /** Whether lines are taken as they come: nobody knows when more will. */
  readonly live: boolean;
  /** Why the files are not read at any place. */
  readonly why: string;
  /** Bytes read at a time, at least; by default as many as of a plain file. */
  readonly pieceBytes?: number;
  /** The paths of files that are Parquet and may be read as columns, by their names. */
  readonly tables?: ReadonlyMap<string, string>;
}

/**
 * How lines of a live trace are taken: so many bytes at a time, which take no longer than an
 * interrupt may wait, and what comes slower after so many milliseconds.
 */
const LIVE = { least: 512 * 1024, patience: 100 };

/** The pieces of streams, read by this thread; their lines stay as long as a piece does. */
export class StreamFeed {
  readonly #streams: Streams;
  readonly #reader: PieceReader;
  readonly #late: PieceReader;
  readonly #layout: Layout;
  readonly #digest = new TraceDigest(createHash);
  readonly #tables: TableStream[] = [];
  #pieces = 0;
  #bytes = 0;

  /** `late`: the layout of pieces whose ids are not compared, since the trace is too large. */
  constructor(streams: Streams, layout: Layout, late = layout) {
    this.#streams = streams;
    this.#reader = new PieceReader(layout);
    this.#late = late === layout ? this.#reader : new PieceReader(late);
    this.#layout = layout;
  }

  /** The pieces of each file, to be taken side by side. */
  filePieces(): readonly AsyncGenerator<FedPiece>[] {
    return this.#streams.files.map((file, at) => {
      const path = this.#streams.tables?.get(file.name);
      return path === undefined
        ? this.#read(file.open(), at)
        : this.#readTable(new TableStream(file.name, path, this.#layout), at);
    });
  }

  /** The digest of all bytes; to be asked once, after the last piece. */
  digest(): string {
    return this.#digest.finish(this.#streams.files.length);
  }

  finish(): IndexStats {
    return { used: "none", written: false, why: this.#streams.why };
  }

  /** Ends what reads tables; no line may be asked for after. */
  async close(): Promise<void> {
    for (const table of this.#tables) await table.close();
  }

  async *#readTable(table: TableStream, at: number): AsyncGenerator<FedPiece> {
    this.#tables.push(table);
    const lines = await table.open();
    if (lines !== undefined) return yield* this.#read(lines, at);
    let before = 0;
    for await (const { segment, line } of table.pieces()) {
      const facts = factsOf(segment, NO_BLOCKS);
      const held = { line, before };
      const index = this.#pieces++;
      yield { index, file: at, begins: before === 0, facts, calls: 0, segment, held };
      before += facts.lines;
    }
    for await (const chunk of table.bytes()) this.#digest.update(at, chunk);
  }

  async *#read(content: AsyncIterable<Uint8Array>, at: number): AsyncGenerator<FedPiece> {
    const { live, pieceBytes: least = PIECE_BYTES } = this.#streams;
    const chunks = this.#hashed(content, at);
    let before = 0;
    for await (const piece of linePieces(chunks, live ? LIVE : { least })) {
      const fed = this.#fed(piece, at, before);
      before += fed.facts.lines;
      yield fed;
    }
  }

  #fed({ bytes, offset }: LinePiece, file: number, before: number): FedPiece {
    const compared = comparesIds(this.#bytes);
    const segment = (compared ? this.#reader : this.#late).columns(bytes, offset);
    const facts = factsOf(segment, NO_BLOCKS);
    return {
      index: this.#pieces++,
      file,
      begins: offset === 0,
      facts: compared ? facts : { ...facts, ids: undefined },
      calls: 0,
      segment,
      held: {
        line: (row) => bytes.subarray(segment.starts[row] ?? 0, segment.ends[row] ?? 0),
        before,
      },
      bytes,
    };
  }

  async *#hashed(chunks: AsyncIterable<Uint8Array>, at: number): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#digest.update(at, chunk);
      this.#bytes += chunk.length;
      yield chunk;
    }
  }
}

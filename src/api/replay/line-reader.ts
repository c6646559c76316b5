import type { Segment } from "../../trace/columns/segment.ts";
import type { TraceEvent } from "../../trace/event.ts";
import { readEventText } from "../../trace/read-event.ts";
import { TraceError } from "../../diagnostics/trace-error.ts";
import { OpenTraceFiles, type NamedFile } from "./trace-file.ts";

const CHUNK = 1024 * 1024;
const NEWLINE = 10;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The lines of a piece that no file has as they stand, and how many of its file come before it. */
export interface HeldLines {
  /** The bytes of a row's line, until the next ones are asked for. */
  readonly line: (row: number) => Uint8Array;
  readonly before: number;
}

/** A row's piece, as far as its line hangs on it. */
export interface PieceLines {
  readonly file: number;
  readonly segment: Segment;
  /** Undefined: the lines can be read from the file. */
  readonly held?: HeldLines | undefined;
}

const BLOCK = 64 * 1024;
const MOST_BLOCKS = 64;

/** So many bytes of a file, from a place on. */
interface Block {
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array;
}

/** Reads single events of a trace anew, as every reader of traces does. */
export class LineReader {
  readonly #names: readonly string[];
  readonly #open: OpenTraceFiles;
  /** How many lines stand before a place of a file, of the place that was asked for last. */
  #counted = { file: -1, at: 0, lines: 0 };
  /** By file: the bytes that were read last. */
  readonly #blocks = new Map<number, Block>();

  readonly #placeOf: ((line: string) => string) | undefined;

  /**
   * `files`: those of the names, where lines are not held; `placeOf`: what names an event without
   * an id, by default its file and line.
   */
  constructor(
    names: readonly string[],
    files: readonly NamedFile[],
    placeOf?: (line: string) => string,
  ) {
    this.#names = names;
    this.#placeOf = placeOf;
    this.#open = new OpenTraceFiles(files);
  }

  /**
   * The event of a row. A `TraceError`: what stands there is none, so the trace changed since its
   * columns were read.
   */
  event(piece: PieceLines, row: number): TraceEvent {
    const { file, segment } = piece;
    const text = withoutMark(this.#text(piece, row));
    const name = this.#names[file] ?? "";
    const unplaced = readEventText(text, { file: name, line: 0 });
    // WHY not always: an event without an id is named by its line, and only then somebody has to
    // count
    const isNamed = typeof unplaced === "string" || unplaced.id !== `${name}:0`;
    if (!isNamed && this.#placeOf !== undefined) return { ...unplaced, id: this.#placeOf(text) };
    const line = isNamed ? 0 : this.#linesBefore(piece) + (segment.lines[row] ?? 0) + 1;
    const event = isNamed ? unplaced : readEventText(text, { file: name, line });
    if (typeof event === "string") throw changed(name);
    return event;
  }

  /** The bytes of a row's line, until the next ones are asked for. */
  line({ file, segment, held }: PieceLines, row: number): Uint8Array {
    if (held !== undefined) return held.line(row);
    const [start, end] = [segment.starts[row] ?? 0, segment.ends[row] ?? 0];
    const [from, to] = [segment.offset + start, segment.offset + end];
    const { bytes, at, length } = this.#blockWith(file, from, to);
    return bytes.subarray(from - at, Math.min(to - at, length));
  }

  /** Bytes of a file with those between two places: lines mostly follow on each other. */
  #blockWith(file: number, from: number, to: number): Block {
    const known = this.#blocks.get(file);
    if (known !== undefined && from >= known.at && to <= known.at + known.length) return known;
    if (this.#blocks.size >= MOST_BLOCKS) this.#blocks.clear();
    // from one place for all lines near it, so that lines out of order do not read it again and again
    const at = from - (from % BLOCK);
    const size = Math.max(2 * BLOCK, to - at);
    const bytes =
      known !== undefined && known.bytes.length >= size ? known.bytes : Buffer.alloc(size);
    const length = this.#open.at(file).read(bytes, { at: 0, length: size, from: at });
    const block = { at, length, bytes };
    this.#blocks.set(file, block);
    return block;
  }

  #text({ file, segment, held }: PieceLines, row: number): string {
    if (held !== undefined) return decoder.decode(held.line(row));
    const [start, end] = [segment.starts[row] ?? 0, segment.ends[row] ?? 0];
    const bytes = Buffer.allocUnsafe(end - start);
    const from = segment.offset + start;
    const read = this.#open.at(file).read(bytes, { at: 0, length: bytes.length, from });
    return bytes.toString("utf8", 0, read);
  }

  #linesBefore({ file, segment: { offset }, held }: PieceLines): number {
    if (held !== undefined) return held.before;
    const counted = this.#counted;
    if (counted.file !== file || counted.at > offset) this.#counted = { file, at: 0, lines: 0 };
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, offset - this.#counted.at));
    while (this.#counted.at < offset) {
      const read = this.#open.at(file).read(buffer, {
        at: 0,
        length: Math.min(buffer.length, offset - this.#counted.at),
        from: this.#counted.at,
      });
      if (read === 0) break;
      let lines = 0;
      for (
        let at = buffer.indexOf(NEWLINE);
        at >= 0 && at < read;
        at = buffer.indexOf(NEWLINE, at + 1)
      )
        lines++;
      this.#counted = { file, at: this.#counted.at + read, lines: this.#counted.lines + lines };
    }
    return this.#counted.lines;
  }

  close(): void {
    this.#open.close();
  }
}

function changed(name: string): TraceError {
  return new TraceError(
    `\`${name}\` changed while agentz read it`,
    "run the command again when nothing writes to the trace",
  );
}

function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

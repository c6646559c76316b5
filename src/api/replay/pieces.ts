import { BLOCK_BYTES } from "../../trace/digest.ts";
import { MAX_LINE_BYTES } from "../../trace/read-lines.ts";
import type { OpenTraceFile } from "./trace-file.ts";

/** A stretch of a file; the lines that start in it are its lines. */
export interface Piece {
  /** Which file, by its place in the order of names. */
  readonly file: number;
  readonly from: number;
  readonly to: number;
  /** The size of the whole file. */
  readonly size: number;
}

/**
 * Read at a time. INVARIANT: a multiple of the digest's blocks, so that pieces can be hashed apart.
 */
export const PIECE_BYTES = 16 * BLOCK_BYTES;
const MORE = 64 * 1024;
const NEWLINE = 10;
const LEAST = PIECE_BYTES + MORE + 1;

export function piecesOf(file: number, size: number): readonly Piece[] {
  return Array.from({ length: Math.ceil(size / PIECE_BYTES) }, (_, i) => ({
    file,
    from: i * PIECE_BYTES,
    to: Math.min(size, (i + 1) * PIECE_BYTES),
    size,
  }));
}

/**
 * The bytes of a piece as they stand, and the lines that start in it with where the first of them
 * starts.
 */
export interface PieceBytes {
  readonly raw: Buffer;
  readonly lines: Buffer;
  readonly offset: number;
}

/** How many of a file's bytes stand in `target` from `at` on, read from `from` up to `to`. */
function readRange(
  file: OpenTraceFile,
  target: Buffer,
  range: { readonly at: number; readonly from: number; readonly to: number },
): number {
  const length = Math.min(range.to - range.from, target.length - range.at);
  let filled = 0;
  while (filled < length) {
    const read = file.read(target, {
      at: range.at + filled,
      length: length - filled,
      from: range.from + filled,
    });
    if (read === 0) break;
    filled += read;
  }
  return filled;
}

function roomOfItsOwn(): (length: number) => Buffer {
  let buffer = Buffer.alloc(0);
  return (length) => {
    if (length > buffer.length) {
      const wider = Buffer.allocUnsafe(length);
      buffer.copy(wider);
      buffer = wider;
    }
    return buffer;
  };
}

/**
 * Reads pieces into one buffer. WHY one: a new one for each would cost the collector more than
 * reading does. INVARIANT: what was given before is overwritten by the next piece.
 */
export class PieceBuffer {
  readonly #room: (length: number) => Buffer;
  #buffer: Buffer;

  /** `room` gives so many bytes; what stood in those it gave before stands at their beginning. */
  constructor(room: (length: number) => Buffer = roomOfItsOwn()) {
    this.#room = room;
    this.#buffer = room(0);
  }

  /**
   * A piece and the rest of its last line: of one that is longer than any may be, enough to tell
   * that it is.
   */
  read(file: OpenTraceFile, piece: Piece): PieceBytes {
    this.#buffer = this.#room(Math.min(LEAST, piece.size + MORE));
    // one byte before tells whether a line starts with the piece
    const before = piece.from === 0 ? 0 : 1;
    const filled = readRange(file, this.#buffer, {
      at: 0,
      from: piece.from - before,
      to: piece.to,
    });
    const start = before === 0 ? 0 : this.#buffer.subarray(0, filled).indexOf(NEWLINE) + 1;
    if (before === 1 && (start === 0 || start >= filled))
      return {
        raw: this.#buffer.subarray(before, filled),
        lines: this.#buffer.subarray(0, 0),
        offset: piece.to,
      };
    const end =
      this.#buffer[filled - 1] === NEWLINE ? filled : this.#endOfLine(file, piece, filled);
    return {
      raw: this.#buffer.subarray(before, filled),
      lines: this.#buffer.subarray(start, end),
      offset: piece.from - before + start,
    };
  }

  /**
   * Where the line that the piece cuts ends, its newline included, once the rest of it was read as
   * far as lines may go.
   */
  #endOfLine(file: OpenTraceFile, { to, size }: Piece, filled: number): number {
    let end = filled;
    for (let at = to; at < size && at - to <= MAX_LINE_BYTES; ) {
      if (this.#buffer.length - end < MORE) this.#grow();
      const read = readRange(file, this.#buffer, {
        at: end,
        from: at,
        to: Math.min(size, at + MORE),
      });
      if (read === 0) break;
      const found = this.#buffer.subarray(end, end + read).indexOf(NEWLINE);
      if (found >= 0) return end + found + 1;
      end += read;
      at += read;
    }
    return end;
  }

  #grow(): void {
    this.#buffer = this.#room(2 * this.#buffer.length);
  }
}

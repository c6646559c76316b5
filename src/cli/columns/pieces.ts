import { readSync } from "node:fs";
import { BLOCK_BYTES } from "../../trace/digest.ts";
import { MAX_LINE_BYTES } from "../../trace/read-lines.ts";

/** A stretch of a file; the lines that start in it are its lines. */
export interface Piece {
  /** Which file, by its place in the order of names. */
  readonly file: number;
  readonly from: number;
  readonly to: number;
  /** The size of the whole file. */
  readonly size: number;
}

/** Read at a time. INVARIANT: a multiple of the digest's blocks, so that pieces can be hashed apart. */
export const PIECE_BYTES = 16 * BLOCK_BYTES;
const MORE = 64 * 1024;
const NEWLINE = 10;

export function piecesOf(file: number, size: number): readonly Piece[] {
  return Array.from({ length: Math.ceil(size / PIECE_BYTES) }, (_, i) => ({ file, from: i * PIECE_BYTES, to: Math.min(size, (i + 1) * PIECE_BYTES), size }));
}

/** The bytes of a piece as they stand, and the lines that start in it with where the first of them starts. */
export interface PieceBytes {
  readonly raw: Buffer;
  readonly lines: Buffer;
  readonly offset: number;
}

/** Reads a file's bytes from `from` up to `to`; fewer where the file ends before. */
function readRange(fd: number, from: number, to: number): Buffer {
  const buffer = Buffer.allocUnsafe(to - from);
  let filled = 0;
  while (filled < buffer.length) {
    const read = readSync(fd, buffer, filled, buffer.length - filled, from + filled);
    if (read === 0) break;
    filled += read;
  }
  return buffer.subarray(0, filled);
}

/** Reads a piece and the rest of its last line; undefined where that line is longer than any may be. */
export function readPiece(fd: number, piece: Piece): PieceBytes | undefined {
  // one byte before tells whether a line starts with the piece
  const before = piece.from === 0 ? 0 : 1;
  const bytes = readRange(fd, piece.from - before, piece.to);
  const raw = bytes.subarray(before);
  const start = before === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
  if (before === 1 && (start === 0 || start >= bytes.length)) return { raw, lines: bytes.subarray(0, 0), offset: piece.to };
  const rest = bytes[bytes.length - 1] === NEWLINE ? EMPTY : restOfLine(fd, piece);
  if (rest === undefined) return undefined;
  const whole = rest.length === 0 ? bytes : Buffer.concat([bytes, rest]);
  return { raw, lines: whole.subarray(start), offset: piece.from - before + start };
}

const EMPTY = Buffer.alloc(0);

/** What of the last line stands behind the piece, its newline included. */
function restOfLine(fd: number, { to, size }: Piece): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = to; at < size; at += MORE) {
    if (at - to > MAX_LINE_BYTES) return undefined;
    const part = readRange(fd, at, Math.min(size, at + MORE));
    const found = part.indexOf(NEWLINE);
    parts.push(found < 0 ? part : part.subarray(0, found + 1));
    if (found >= 0) break;
  }
  return Buffer.concat(parts);
}

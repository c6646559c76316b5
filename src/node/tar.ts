import { closeSync, openSync, readSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** A file of an archive: its text, or the file whose bytes it has. */
export interface ArchiveFile {
  /** With `/`, relative to the root of the archive. */
  readonly name: string;
  readonly content: { readonly text: string } | { readonly path: string; readonly bytes: number };
  readonly isProgram: boolean;
}

const BLOCK = 512;
/** Read and compressed at a time. */
const PIECE = 1024 * 1024;
/** WHY fixed, at 2000-01-01: equal files give an equal archive. In seconds. */
const TIME = 946_684_800;
const NAME_BYTES = 100;

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, "0")}\0`;
}

/** Whether a header has room for a name. */
export function isArchivable(name: string): boolean {
  return Buffer.byteLength(name) <= NAME_BYTES;
}

/** The header of a file (POSIX.1-1988, `ustar`); all belong to nobody in particular. */
function header(name: string, bytes: number, isProgram: boolean): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, NAME_BYTES);
  block.write(octal(isProgram ? 0o755 : 0o644, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(bytes, 11), 124);
  block.write(octal(TIME, 11), 136);
  // the sum counts its own place as blanks
  block.write("        ", 148);
  block.write("0", 156);
  block.write("ustar\u000000", 257);
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

function* bytesOf(path: string, bytes: number): Generator<Uint8Array> {
  const fd = openSync(path, "r");
  try {
    for (let at = 0; at < bytes; ) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE, bytes - at));
      const length = readSync(fd, piece, 0, piece.length, at);
      if (length === 0) throw new Error(`\`${path}\` became shorter while it was read`);
      at += length;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(fd);
  }
}

function* tar(files: readonly ArchiveFile[]): Generator<Uint8Array> {
  for (const { name, content, isProgram } of files) {
    const text = "text" in content ? Buffer.from(content.text, "utf8") : undefined;
    const bytes = "text" in content ? (text?.length ?? 0) : content.bytes;
    yield header(name, bytes, isProgram);
    if (text !== undefined) yield text;
    if ("path" in content) yield* bytesOf(content.path, content.bytes);
    yield Buffer.alloc((BLOCK - (bytes % BLOCK)) % BLOCK);
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** A tar archive as gzip, in pieces that are each made when the one before was taken. */
export function* tarGz(files: readonly ArchiveFile[]): Generator<Uint8Array> {
  let pending: Uint8Array[] = [];
  let size = 0;
  for (const piece of tar(files)) {
    pending.push(piece);
    size += piece.length;
    if (size < PIECE) continue;
    yield gzipSync(Buffer.concat(pending));
    [pending, size] = [[], 0];
  }
  yield gzipSync(Buffer.concat(pending));
}

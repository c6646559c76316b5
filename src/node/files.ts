import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { Readable } from "node:stream";
import { createHash as createNodeHash } from "node:crypto";
import type { Hash } from "../trace/digest.ts";
import { TraceError } from "../diagnostics/trace-error.ts";
import { otherEncoding } from "../text/utf8.ts";
import { errorCode, whyUnreadable } from "./file-error.ts";
import { linesByThread } from "./parquet-thread.ts";

/**
 * Read at a time. WHY not more: events of a chunk live together, and what lives long costs the
 * collector.
 */
const CHUNK_BYTES = 256 * 1024;
/** Read at a time from each of many files. */
const SMALL_CHUNK_BYTES = 64 * 1024;
/** How many files are held open at most. */
const OPEN_FILES = 64;

/**
 * The content of one of `files` files that are read side by side, in chunks: gunzipped where it is
 * gzip (told by its first bytes, not by its name); `-` is standard input. Of many files none is
 * held open between chunks. What cannot be read is a `TraceError`, also in the middle.
 */
export async function* readBytes(path: string, files = 1): AsyncGenerator<Uint8Array> {
  try {
    yield* plainBytes(openPath(path, files), path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function openPath(path: string, files: number): AsyncIterable<unknown> {
  if (path === "-") return process.stdin;
  return files > OPEN_FILES
    ? readInTurn(path)
    : createReadStream(path, { highWaterMark: CHUNK_BYTES });
}

/** Why a file could not be read, as whoever asked for it is told. */
export function unreadable(path: string, cause: unknown): TraceError {
  const broken = errorCode(cause).startsWith("Z_");
  return new TraceError(
    `cannot read \`${path}\`: ${broken ? "its gzip data is broken or truncated" : whyUnreadable(cause)}`,
  );
}

/** SHA-256, for `TraceDigest`. */
export function createHash(): Hash {
  const hash = createNodeHash("sha256");
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}

async function* readInTurn(path: string): AsyncGenerator<Uint8Array> {
  const found = await stat(path);
  // a pipe gives its bytes once, so it stays open
  if (!found.isFile()) return yield* createReadStream(path);
  for (let at = 0; at < found.size; ) {
    const chunk = await readAt(path, at, Math.min(SMALL_CHUNK_BYTES, found.size - at));
    if (chunk.length === 0) return;
    at += chunk.length;
    yield chunk;
  }
}

async function readAt(path: string, at: number, length: number): Promise<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, at);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle?.close();
  }
}

/** How files are packed that are not read, by their first bytes. */
const PACKED: readonly (readonly [name: string, start: readonly number[]])[] = [
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  ["bzip2", [0x42, 0x5a, 0x68]],
];
/** How many bytes tell what a file is: enough for the mark of a tar archive. */
export const START_BYTES = 512;

/** True where a file's first bytes are those of gzip. */
export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/** True where a file's first bytes are those of Parquet. */
export function isParquet(start: Uint8Array): boolean {
  return Buffer.from(start.subarray(0, 4)).toString("latin1") === "PAR1";
}

async function isFile(path: string): Promise<boolean> {
  return path !== "-" && (await stat(path)).isFile();
}

/**
 * Why a file is not read, by its first bytes: it is packed otherwise than by gzip, an archive, or
 * in another encoding.
 */
export function refusedStart(start: Uint8Array): string | undefined {
  const packed = PACKED.find(([, signature]) => signature.every((byte, i) => start[i] === byte));
  if (packed !== undefined) return `it is compressed with ${packed[0]}: decompress it first`;
  // its lines would be those of several files
  const mark = Buffer.from(start.buffer, start.byteOffset, start.length).toString(
    "latin1",
    257,
    262,
  );
  if (mark === "ustar") return "it is a tar archive: unpack it first";
  // its index stands at its end
  if (isParquet(start))
    return "it is Parquet, which is read only from a plain file: unpack it, and name the file";
  const encoding = isGzip(start) ? undefined : otherEncoding(start);
  return encoding === undefined ? undefined : `it is ${encoding}, not UTF-8: save it as UTF-8`;
}

/**
 * Passes plain bytes through, unpacks gzip, and writes the rows of Parquet as lines; what is not
 * read is an error.
 */
async function* plainBytes(
  source: AsyncIterable<unknown>,
  path: string,
): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  const head = await startOf(chunks);
  if (isParquet(head) && (await isFile(path))) {
    await chunks.return?.();
    return yield* linesByThread(path);
  }
  refuseStart(head);
  const all = withHead(head, chunks);
  if (!isGzip(head)) return yield* all;
  const unpacked = Readable.from(all)
    .pipe(createGunzip({ chunkSize: CHUNK_BYTES }))
    [Symbol.asyncIterator]();
  const inner = await startOf(unpacked);
  refuseStart(inner);
  yield* withHead(inner, unpacked);
}

function refuseStart(start: Uint8Array): void {
  const why = refusedStart(start);
  if (why !== undefined) throw new Error(why);
}

/** What comes first, at least {@link START_BYTES} where there are as many. */
async function startOf(chunks: AsyncIterator<unknown>): Promise<Uint8Array> {
  let start: Uint8Array = new Uint8Array(0);
  while (start.length < START_BYTES) {
    const next = await chunks.next();
    if (next.done === true) break;
    start = start.length === 0 ? bytesOf(next.value) : Buffer.concat([start, bytesOf(next.value)]);
  }
  return start;
}

async function* withHead(
  head: Uint8Array,
  rest: AsyncIterator<unknown>,
): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next())
    yield bytesOf(next.value);
}

function bytesOf(chunk: unknown): Uint8Array {
  return chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk), "utf8");
}

/**
 * The sizes of files added up, in bytes on disk; 0 where one is no plain file (a pipe, standard
 * input) or is packed.
 */
export async function totalBytes(paths: readonly string[]): Promise<number> {
  let total = 0;
  for (const path of paths) {
    const found =
      path === "-" || /\.(gz|parquet)$/.test(path)
        ? undefined
        : await stat(path).catch(() => undefined);
    if (found === undefined || !found.isFile()) return 0;
    total += found.size;
  }
  return total;
}

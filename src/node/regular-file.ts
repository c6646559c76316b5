import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
  type Stats,
} from "node:fs";
import { isMissing, whyUnreadable } from "./file-error.ts";
import { inMebibytes } from "./text-file.ts";

/** No file of a policy set has more bytes. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/**
 * The bytes of a file, or why they could not be had, as a clause: it is `missing`; it is `refused`,
 * being no regular file or too large; or reading it `failed`.
 */
export type FileRead = { readonly bytes: Buffer } | FileFault;
export interface FileFault {
  readonly fault: string;
  readonly kind: "missing" | "refused" | "failed";
}

const CHUNK_BYTES = 256 * 1024;

/**
 * Neither waits for the other end of a pipe, nor follows a link that has come meanwhile. Windows
 * knows neither flag.
 */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

function kindOf(found: Stats): string {
  if (found.isDirectory()) return "it is a folder";
  if (found.isFIFO()) return "it is a pipe, but it has to be a regular file";
  return "it is a device or a socket, but it has to be a regular file";
}

function refusal(found: Stats): FileFault | undefined {
  if (!found.isFile()) return { fault: kindOf(found), kind: "refused" };
  if (found.size > MAX_FILE_BYTES) return tooLarge();
  return undefined;
}

function tooLarge(): FileFault {
  return { fault: `it has more than ${inMebibytes(MAX_FILE_BYTES)}`, kind: "refused" };
}

function readOpen(fd: number): FileRead {
  const found = fstatSync(fd);
  const refused = refusal(found);
  if (refused !== undefined) return refused;
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.max(1, Math.min(CHUNK_BYTES, found.size - total + 1)));
    const length = readSync(fd, chunk, 0, chunk.length, null);
    if (length === 0) return { bytes: Buffer.concat(chunks) };
    total += length;
    if (total > MAX_FILE_BYTES) return tooLarge();
    chunks.push(chunk.subarray(0, length));
  }
}

/** What an error of the file system says of a file. */
export function faultOf(cause: unknown): FileFault {
  return { fault: whyUnreadable(cause), kind: isMissing(cause) ? "missing" : "failed" };
}

/**
 * Reads a regular file of bounded size by its real path (without links); a pipe or a device is not
 * opened.
 */
export function readRegularFile(path: string): FileRead {
  let fd: number | undefined;
  try {
    const refused = refusal(statSync(path));
    if (refused !== undefined) return refused;
    fd = openSync(path, FLAGS);
    return readOpen(fd);
  } catch (cause) {
    return faultOf(cause);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/**
 * As {@link readRegularFile}, of a path whose links are followed: a file that was named by itself.
 */
export function readFollowed(path: string): FileRead {
  try {
    return readRegularFile(realpathSync.native(path));
  } catch (cause) {
    return faultOf(cause);
  }
}

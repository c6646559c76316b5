import { closeSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { freshName, removeLeftOvers } from "./fresh-file.ts";
import { unwritable } from "./replace-file.ts";

/** Read back at a time. */
const CHUNK_BYTES = 256 * 1024;

/** Text as UTF-8; bytes as they are. */
export function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? Buffer.from(content, "utf8") : content;
}

/**
 * A temporary file that grows, and has no name: its owner alone can read it, and it is gone as soon
 * as it is closed or the process ends, however that ends. What cannot be written is a `UserError`;
 * `name` is what messages call it.
 */
export class Spool {
  readonly #fd: number;
  readonly #name: string;
  #length = 0;

  private constructor(fd: number, name: string) {
    this.#fd = fd;
    this.#name = name;
  }

  /** Opens one on the disk of `folder`. */
  static open(folder: string, name: string): Spool {
    removeLeftOvers(folder);
    const path = freshName(join(folder, "spool"));
    try {
      const fd = openSync(path, "wx+", 0o600);
      rmSync(path, { force: true });
      return new Spool(fd, name);
    } catch (cause) {
      throw unwritable(name, cause);
    }
  }

  add(content: string | Uint8Array): void {
    const bytes = bytesOf(content);
    try {
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#length + done);
    } catch (cause) {
      throw unwritable(this.#name, cause);
    }
    this.#length += bytes.length;
  }

  /** All that was added, in pieces that are each read before the next. */
  *pieces(): Generator<Uint8Array> {
    for (let at = 0; at < this.#length; ) {
      const piece = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, this.#length - at));
      const length = readSync(this.#fd, piece, 0, piece.length, at);
      if (length === 0) throw new RangeError("the temporary file was truncated");
      at += length;
      yield piece.subarray(0, length);
    }
  }

  /** Forgets what was added. */
  clear(): void {
    ftruncateSync(this.#fd, 0);
    this.#length = 0;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

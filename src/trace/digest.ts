/** A running SHA-256; the host brings it. */
export interface Hash {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
}

/** The bytes hashed at a time: 1 MiB. */
export const BLOCK_BYTES = 1024 * 1024;

/**
 * The digest of a trace (`trace.digest`). A file is cut into blocks of 1 MiB (the last may be
 * shorter; an empty file has none); the file's digest is the SHA-256 of its blocks' SHA-256
 * digests, one after the other, 32 bytes each. The trace's digest is the SHA-256 of its files'
 * digests in the order of their names. Bytes are those of the content: a gzipped file has the
 * digest of what it holds, and so has a table in Parquet that holds lines; a table whose columns are
 * read has the digest of its file. Names do not count. WHY blocks: their digests can be taken in parallel.
 */
export class TraceDigest {
  readonly #createHash: () => Hash;
  readonly #files: FileDigest[] = [];

  constructor(createHash: () => Hash) {
    this.#createHash = createHash;
  }

  /** The next bytes of the file at `index` in the order of names. */
  update(index: number, bytes: Uint8Array): void {
    this.#file(index).update(bytes);
  }

  /** `sha256:` and 64 hexadecimal digits. To be asked once, after the last byte. */
  finish(files: number): string {
    const all = this.#createHash();
    for (let index = 0; index < files; index++) all.update(this.#file(index).finish());
    return `sha256:${[...all.digest()].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  }

  #file(index: number): FileDigest {
    return (this.#files[index] ??= new FileDigest(this.#createHash));
  }
}

class FileDigest {
  readonly #createHash: () => Hash;
  readonly #blocks: Hash;
  #block: Hash | undefined;
  #blockBytes = 0;

  constructor(createHash: () => Hash) {
    this.#createHash = createHash;
    this.#blocks = createHash();
  }

  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + BLOCK_BYTES - this.#blockBytes);
      (this.#block ??= this.#createHash()).update(part);
      this.#blockBytes += part.length;
      at += part.length;
      if (this.#blockBytes === BLOCK_BYTES) this.#closeBlock();
    }
  }

  finish(): Uint8Array {
    this.#closeBlock();
    return this.#blocks.digest();
  }

  #closeBlock(): void {
    if (this.#block !== undefined) this.#blocks.update(this.#block.digest());
    this.#block = undefined;
    this.#blockBytes = 0;
  }
}

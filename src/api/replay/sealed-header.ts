import { createHmac, timingSafeEqual } from "node:crypto";
import { fstatSync, readSync } from "node:fs";

/** By what a file is known again that this user's agentz wrote. */
export interface Seal {
  /** What kind of file it is: eight characters at its end, and what the seal says besides. */
  readonly magic: string;
  readonly kind: string;
  /** This user's key. */
  readonly key: Uint8Array;
}

/** A header as it was written, and its seal, base64: the same for no other header. */
export interface SealedHeader {
  readonly value: unknown;
  readonly seal: string;
}

const MAGIC = 8;
/** Of an HMAC by SHA-256. */
const SEAL = 32;
const TRAILER = MAGIC + 4 + SEAL;

/**
 * What only who has the key can say of a header, and by its digests of all that is in the file.
 */
function sealOf({ key, kind }: Seal, header: Uint8Array): Buffer {
  return createHmac("sha256", key).update(`${kind}\u0000`).update(header).digest();
}

/** The end of a file: a header, how long it is, and its seal. */
export function sealedEnd(seal: Seal, header: object): Uint8Array {
  const text = Buffer.from(JSON.stringify(header));
  const start = Buffer.alloc(MAGIC + 4, seal.magic);
  start.writeUInt32LE(text.length, MAGIC);
  return Buffer.concat([text, start, sealOf(seal, text)]);
}

/** So many bytes of a file from a place on. Throws a `RangeError` where it has fewer. */
export function readAt(fd: number, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const read = readSync(fd, bytes, done, length - done, at + done);
    if (read === 0) throw new RangeError("the file is truncated");
    done += read;
  }
  return bytes;
}

/** The header of a file; undefined: it was not sealed so, or it is damaged. */
export function readSealedEnd(fd: number, seal: Seal): SealedHeader | undefined {
  try {
    const { size } = fstatSync(fd);
    const trailer = readAt(fd, size - TRAILER, TRAILER);
    const length = trailer.readUInt32LE(MAGIC);
    const text = readAt(fd, size - TRAILER - length, length);
    const found = trailer.subarray(MAGIC + 4);
    if (trailer.toString("latin1", 0, MAGIC) !== seal.magic) return undefined;
    if (!timingSafeEqual(sealOf(seal, text), found)) return undefined;
    const value: unknown = JSON.parse(text.toString("utf8"));
    return { value, seal: found.toString("base64") };
  } catch {
    return undefined;
  }
}

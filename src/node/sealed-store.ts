import { createHmac, timingSafeEqual } from "node:crypto";
import { closeSync, existsSync, fstatSync, readdirSync, readSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { FreshFile, isLeftOver } from "./fresh-file.ts";
import { KEY_NAME, ownKey } from "./own-key.ts";
import { openOwn, privateFolder } from "./private-folder.ts";

const SEAL_BYTES = 32;
/** A file that was written so long ago is taken away, in milliseconds. */
const KEPT = 30 * 24 * 60 * 60 * 1000;

/**
 * Files that this user's agentz wrote for itself, in a folder of the user's own, each sealed under its
 * name with a key that nobody else has. What others may have written or renamed is never read.
 */
export class SealedStore {
  readonly #folder: string;

  /** `folder` is made when the first file is written. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What was written under a name; undefined: nothing, or nothing that can be trusted. */
  read(name: string): Buffer | undefined {
    if (!existsSync(this.#folder)) return undefined;
    const own = this.#open();
    if (own === undefined || own.exposed) return undefined;
    const opened = openOwn(join(own.folder, name));
    if (!("fd" in opened)) return undefined;
    try {
      return unsealed(own.key, name, contentOf(opened.fd));
    } finally {
      closeSync(opened.fd);
    }
  }

  /** Writes a file whole; where that cannot be done, it is done another time. */
  write(name: string, bytes: Uint8Array): void {
    const own = this.#open();
    if (own === undefined) return;
    try {
      this.#sweep(own.folder);
      const file = new FreshFile(join(own.folder, name));
      try {
        file.write(sealOf(own.key, name, bytes));
        file.write(bytes);
        file.replace();
      } finally {
        file.discard();
      }
    } catch {
      // a full disk or a folder that is gone costs time, never a decision
    }
  }

  /** `exposed`: others could look into the folder until now. */
  #open():
    | { readonly folder: string; readonly key: Buffer; readonly exposed: boolean }
    | undefined {
    const own = privateFolder(this.#folder);
    if ("why" in own) return undefined;
    const key = ownKey(own.folder);
    return "why" in key ? undefined : { ...own, ...key };
  }

  #sweep(folder: string): void {
    const now = Date.now();
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const age = now - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now);
      if (isLeftOver(name) || (age > KEPT && name !== KEY_NAME)) rmSync(path, { force: true });
    }
  }
}

function contentOf(fd: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(fd).size);
  let read = 0;
  for (let more = 1; more > 0 && read < bytes.length; read += more)
    more = readSync(fd, bytes, read, bytes.length - read, read);
  return bytes.subarray(0, read);
}

function sealOf(key: Uint8Array, name: string, bytes: Uint8Array): Buffer {
  return createHmac("sha256", key).update(`agentz ${name}\0`).update(bytes).digest();
}

function unsealed(key: Uint8Array, name: string, whole: Buffer): Buffer | undefined {
  if (whole.length < SEAL_BYTES) return undefined;
  const bytes = whole.subarray(SEAL_BYTES);
  const seal = whole.subarray(0, SEAL_BYTES);
  return timingSafeEqual(seal, sealOf(key, name, bytes)) ? bytes : undefined;
}

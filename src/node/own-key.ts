import { randomBytes } from "node:crypto";
import { closeSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errorCode, whyUnreadable } from "./file-error.ts";
import { FreshFile } from "./fresh-file.ts";
import { openOwn } from "./private-folder.ts";

const KEY_BYTES = 32;
/** The key's file in its folder. */
export const KEY_NAME = "index.key";

/** This user's key, or why there is none. */
export type OwnKey = { readonly key: Buffer } | { readonly why: string };

function readKey(path: string): Buffer | undefined {
  const opened = openOwn(path);
  if (!("fd" in opened)) return undefined;
  try {
    const key = Buffer.alloc(KEY_BYTES + 1);
    return readSync(opened.fd, key, 0, key.length, 0) === KEY_BYTES
      ? key.subarray(0, KEY_BYTES)
      : undefined;
  } finally {
    closeSync(opened.fd);
  }
}

/** Puts a key there whole, unless another process of this user did meanwhile. */
function makeKey(path: string): void {
  const fresh = new FreshFile(path);
  try {
    fresh.write(randomBytes(KEY_BYTES));
    fresh.place();
  } catch (cause) {
    if (errorCode(cause) !== "EEXIST") throw cause;
  } finally {
    fresh.discard();
  }
}

/**
 * The key by which this user's agentz knows again what it wrote: random, in a file that only the
 * user may read, in a folder of the user's own. One that others could read or write, or that is not
 * whole, is made anew.
 */
export function ownKey(folder: string): OwnKey {
  const path = join(folder, KEY_NAME);
  try {
    const known = readKey(path);
    if (known !== undefined) return { key: known };
    rmSync(path, { force: true });
    makeKey(path);
    const made = readKey(path);
    return made === undefined ? { why: `\`${path}\` cannot be read` } : { key: made };
  } catch (cause) {
    return { why: `\`${path}\` cannot be written: ${whyUnreadable(cause)}` };
  }
}

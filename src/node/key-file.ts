import { open, type FileHandle } from "node:fs/promises";
import { resolve } from "node:path";
import type { Io } from "./io.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { whyUnreadable } from "./file-error.ts";

/** A PEM file of an Ed25519 key has about 120 bytes. */
const MAX_BYTES = 64 * 1024;
/** Permissions of the file's group and of everybody else. */
const OTHERS = 0o077;

/**
 * The text of a key's file; one that cannot be read, or that is too large for one, is a
 * `UserError`.
 */
async function textOf(handle: FileHandle, name: string): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, null);
  if (bytesRead === MAX_BYTES) throw new UserError("key", `\`${name}\` is too large for a key`);
  return buffer.toString("utf8", 0, bytesRead);
}

async function withKeyFile(
  cwd: string,
  name: string,
  use: (handle: FileHandle) => Promise<string>,
): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(resolve(cwd, name), "r");
    return await use(handle);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(
      "no-such-path",
      `the key \`${name}\` cannot be read: ${whyUnreadable(cause)}`,
    );
  } finally {
    await handle?.close();
  }
}

/** The PEM of a public key. */
export async function readPublicKey(cwd: string, name: string): Promise<string> {
  return withKeyFile(cwd, name, (handle) => textOf(handle, name));
}

async function secretText(handle: FileHandle, name: string): Promise<string> {
  const found = await handle.stat();
  // WHY not on Windows: it has no such permissions, and shows made-up ones
  if (process.platform !== "win32" && found.isFile() && (found.mode & OTHERS) !== 0) {
    throw new UserError(
      "key",
      `other users can read or write the private key \`${name}\` (mode ${(found.mode & 0o777).toString(8)})`,
      {
        help: `run \`chmod 600\` on the file; if you cannot change it, pass the key on standard input with \`--key -\``,
      },
    );
  }
  return textOf(handle, name);
}

/**
 * The PEM of a private key; `-` is standard input. A file that others than its owner can read or
 * write is a `UserError`.
 */
export async function readPrivateKey(
  io: Pick<Io, "cwd" | "readStdin">,
  name: string,
): Promise<string> {
  return name === "-"
    ? io.readStdin()
    : withKeyFile(io.cwd, name, (handle) => secretText(handle, name));
}

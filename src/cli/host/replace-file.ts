import { lstat, open, rename, rm, type FileHandle } from "node:fs/promises";
import { resolve } from "node:path";
import type { Source } from "../../text/span.ts";
import { UserError } from "../user-error.ts";
import { isMissing, whyUnreadable } from "./file-error.ts";
import { freshName } from "./fresh-file.ts";

function unwritable(name: string, cause: unknown): UserError {
  return new UserError("unwritable", `\`${name}\` cannot be written: ${whyUnreadable(cause)}`);
}

/** The permissions of a file that is there; undefined where there is none. A link is a `UserError`. */
async function modeOf(path: string, name: string): Promise<number | undefined> {
  const found = await lstat(path).catch((cause: unknown) => (isMissing(cause) ? undefined : Promise.reject(unwritable(name, cause))));
  if (found === undefined) return undefined;
  if (found.isFile()) return found.mode & 0o777;
  const what = found.isSymbolicLink() ? "a link" : "no regular file";
  throw new UserError("unwritable", `\`${name}\` is ${what}, and is not written`, { help: "name the file that it leads to" });
}

async function fill(handle: FileHandle, content: string | Uint8Array, mode: number | undefined): Promise<void> {
  try {
    if (mode !== undefined) await handle.chmod(mode);
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes a file beside `path` and renames it: whoever reads sees the old content or the new one, never a part. A file that
 * is there keeps its permissions; a link is never written through. `name` is how messages call it. What cannot be written
 * is a `UserError`, and leaves nothing behind.
 */
export async function replaceFile(path: string, name: string, content: string | Uint8Array): Promise<void> {
  const mode = await modeOf(path, name);
  const fresh = freshName(path);
  try {
    await fill(await open(fresh, "wx", mode ?? 0o666), content, mode);
    await rename(fresh, path);
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw unwritable(name, cause);
  }
}

/** Writes new texts of the files of a set as {@link replaceFile} does; none where one of them is a link. */
export async function replaceSources(cwd: string, sources: readonly Source[]): Promise<void> {
  for (const { file } of sources) await modeOf(resolve(cwd, file), file);
  for (const { file, text } of sources) await replaceFile(resolve(cwd, file), file, text);
}

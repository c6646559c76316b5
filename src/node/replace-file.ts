import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  statSync,
  type Stats,
} from "node:fs";
import { dirname, resolve } from "node:path";
import type { Source } from "../text/span.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { errorCode, isMissing, whyUnreadable } from "./file-error.ts";
import { FreshFile, removeLeftOvers, writeAll } from "./fresh-file.ts";

/** What a file is to hold: all of it, or one piece after another. */
export type Content = string | Uint8Array | Iterable<Uint8Array>;

const BESIDE =
  "agentz writes a temporary file beside it and renames it, so the folder has to be writable too";
const ROOM =
  "free some space, or pass a file on another disk; the old file stays until the new one is complete";

const CLOSED = "keep it open until everything is written";

function helpFor(cause: unknown): string {
  if (isMissing(cause)) return "create the folder first";
  if (errorCode(cause) === "EPIPE") return CLOSED;
  return ["ENOSPC", "EDQUOT", "EFBIG"].includes(errorCode(cause)) ? ROOM : BESIDE;
}

/** The error of a file that could not be written. `name` is how messages call it. */
export function unwritable(name: string, cause: unknown): UserError {
  if (cause instanceof UserError) return cause;
  const why = isMissing(cause) ? "its folder does not exist" : whyUnreadable(cause);
  return new UserError("unwritable", `\`${name}\` cannot be written: ${why}`, {
    help: helpFor(cause),
  });
}

function refused(name: string, what: string): UserError {
  return new UserError("unwritable", `\`${name}\` is ${what}, so agentz does not write to it`, {
    help: "pass the file that it leads to",
  });
}

/**
 * What a path that is to be written leads to: a regular file with its permissions, `nothing` yet,
 * or a `stream` (a pipe, a device). A folder is a `UserError`, and so is a link, unless it leads to
 * a stream, as `/dev/stdout` may.
 */
export type Target = "nothing" | "stream" | { readonly mode: number };

function kindOf(found: Stats, path: string, name: string): Target {
  if (found.isFile()) {
    // renaming asks the folder alone, and what was made read-only is not to change
    accessSync(path, constants.W_OK);
    return { mode: found.mode & 0o777 };
  }
  if (found.isDirectory())
    throw new UserError("unwritable", `\`${name}\` is a folder, not a file`, {
      help: "name a file",
    });
  return "stream";
}

/** As {@link Target} says. */
export function targetOf(path: string, name: string): Target {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return "nothing";
    if (!found.isSymbolicLink()) return kindOf(found, path, name);
    const beyond = statSync(path, { throwIfNoEntry: false });
    if (beyond === undefined || beyond.isFile() || beyond.isDirectory())
      throw refused(name, "a link");
    return "stream";
  } catch (cause) {
    throw unwritable(name, cause);
  }
}

function piecesOf(content: Content): Iterable<Uint8Array> {
  if (typeof content === "string") return [Buffer.from(content, "utf8")];
  return content instanceof Uint8Array ? [content] : content;
}

/**
 * Writes a whole file beside `path`, and has `take` put it in its place. Nothing is left behind by
 * an error.
 */
function beside(
  path: string,
  { content, mode }: { readonly content: Content; readonly mode: number },
  take: (fresh: FreshFile) => void,
): void {
  removeLeftOvers(dirname(path));
  const fresh = new FreshFile(path, mode);
  try {
    for (const piece of piecesOf(content)) fresh.write(piece);
    take(fresh);
  } finally {
    fresh.discard();
  }
}

/** The permissions of a new file: what the user's mask leaves. */
function newMode(): number {
  return 0o666 & ~process.umask();
}

function put(path: string, name: string, content: Content): void {
  const target = targetOf(path, name);
  if (target === "stream") return pour(path, content);
  const mode = target === "nothing" ? newMode() : target.mode;
  beside(path, { content, mode }, (fresh) => fresh.replace());
}

function pour(path: string, content: Content): void {
  const fd = openSync(path, "w");
  try {
    for (const piece of piecesOf(content)) writeAll(fd, piece);
  } finally {
    closeSync(fd);
  }
}

/**
 * Writes a file: the only way in which agentz does. The content goes into a temporary file of the
 * same folder that its owner alone can read, is forced to the disk and renamed: whoever reads sees
 * the old content or the new one, never a part, also where the process is killed. A file that is
 * there keeps its permissions; a link is never written through; a pipe or a device is written to.
 * `name` is how messages call it. What cannot be written is a `UserError`, and leaves nothing
 * behind.
 */
export async function replaceFile(path: string, name: string, content: Content): Promise<void> {
  try {
    put(path, name, content);
  } catch (cause) {
    throw unwritable(name, cause);
  }
}

/**
 * Writes a new file as {@link replaceFile} does; false where something of that name is there, which
 * then stays.
 */
export async function createFile(
  path: string,
  name: string,
  { content, mode }: { readonly content: Content; readonly mode?: number },
): Promise<boolean> {
  try {
    beside(path, { content, mode: mode ?? newMode() }, (fresh) => fresh.place());
    return true;
  } catch (cause) {
    if (errorCode(cause) === "EEXIST") return false;
    throw unwritable(name, cause);
  }
}

/**
 * Writes new texts of the files of a set as {@link replaceFile} does; none where one of them is a
 * link.
 */
export async function replaceSources(cwd: string, sources: readonly Source[]): Promise<void> {
  for (const { file } of sources)
    if (targetOf(resolve(cwd, file), file) === "stream") throw refused(file, "no regular file");
  for (const { file, text } of sources) await replaceFile(resolve(cwd, file), file, text);
}

import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  realpathSync,
  type Stats,
} from "node:fs";
import { isAbsolute, join } from "node:path";
import { UserError } from "../diagnostics/user-error.ts";
import { errorCode, whyUnreadable } from "./file-error.ts";
import { makeFolder } from "./make-folder.ts";

type Env = { readonly [name: string]: string | undefined };

function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

function below(base: string | undefined, ...parts: readonly string[]): string | undefined {
  return base === undefined ? undefined : join(base, ...parts);
}

/**
 * Where this user's agentz keeps what may be made again; undefined where the environment names no
 * such place.
 */
export function cacheFolder(
  env: Env,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const named = below(absolute(env["XDG_CACHE_HOME"]), "agentz");
  if (named !== undefined) return named;
  if (platform === "win32") return below(absolute(env["LOCALAPPDATA"]), "agentz", "Cache");
  const home = absolute(env["HOME"]);
  return platform === "darwin"
    ? below(home, "Library", "Caches", "agentz")
    : below(home, ".cache", "agentz");
}

/** Permissions of a file's group and of everybody else. */
const OTHERS = 0o077;

/**
 * WHY not on Windows: it has neither owners nor such permissions to ask for, and the folder is the
 * user's own there.
 */
function isOwn({ uid }: Stats): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

function othersMay({ mode }: Stats): boolean {
  return process.platform !== "win32" && (mode & OTHERS) !== 0;
}

/**
 * A folder by its real path that nobody else may write to; `exposed`: others could look into it
 * until now. Else why there is none.
 */
export type OwnFolder =
  | { readonly folder: string; readonly exposed: boolean }
  | { readonly why: string };

/**
 * Makes a folder for this user alone; one that others may read is closed to them. A link is none.
 */
export function privateFolder(path: string): OwnFolder {
  try {
    makeFolder(path, 0o700);
    const found = lstatSync(path);
    if (!found.isDirectory()) return { why: `\`${path}\` is not a folder` };
    if (!isOwn(found)) return { why: `\`${path}\` belongs to another user` };
    const exposed = othersMay(found);
    if (exposed) chmodSync(path, 0o700);
    return othersMay(lstatSync(path))
      ? { why: `other users can read \`${path}\`` }
      : { folder: realpathSync(path), exposed };
  } catch (cause) {
    if (cause instanceof UserError) return { why: cause.message };
    return { why: `\`${path}\` cannot be written: ${whyUnreadable(cause)}` };
  }
}

/** A file that was opened to be read, or why it is not believed; `absent`: there is none. */
export type OwnFile =
  | { readonly fd: number }
  | { readonly absent: true }
  | { readonly why: string };

const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

function doubt(found: Stats): string | undefined {
  if (!found.isFile()) return "it is not a regular file";
  if (!isOwn(found)) return "it belongs to another user";
  return othersMay(found) ? "other users can read or write it" : undefined;
}

/** Opens a file that only this user may have read and written. No link is followed. */
export function openOwn(path: string): OwnFile {
  let fd: number | undefined;
  try {
    fd = openSync(path, READ);
    const why = doubt(fstatSync(fd));
    if (why === undefined) return { fd };
    closeSync(fd);
    return { why };
  } catch (cause) {
    const code = errorCode(cause);
    if (code === "ENOENT") return { absent: true };
    return { why: code === "ELOOP" ? "it is a link" : whyUnreadable(cause) };
  }
}

import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UserError } from "../diagnostics/user-error.ts";
import { errorCode, whyUnreadable } from "./file-error.ts";

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "nothing can be made in the folder above it"],
  ["EEXIST", "a link of this name leads nowhere"],
]);

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (cause) {
    // of what has a file in its path, the folders above are looked at
    if (errorCode(cause) === "ENOTDIR") return false;
    throw cause;
  }
}

function makeOne(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode });
  } catch (cause) {
    // another process may have made it just now
    if (errorCode(cause) !== "EEXIST" || !isThere(folder)) throw cause;
  }
}

/**
 * Makes a folder and those above it that are missing, with permissions `mode` less the user's mask. What
 * cannot be made is a `UserError`.
 *
 * WHY not `recursive` of `mkdir`: below `/proc`, where a folder is there and takes no other, Node tries
 * for ever.
 */
export function makeFolder(path: string, mode = 0o777): void {
  const missing: string[] = [];
  try {
    for (let at = resolve(path); !isThere(at) && dirname(at) !== at; at = dirname(at))
      missing.unshift(at);
    for (const folder of missing) makeOne(folder, mode);
  } catch (cause) {
    const why = REASONS.get(errorCode(cause)) ?? whyUnreadable(cause);
    throw new UserError("unwritable", `the folder \`${path}\` cannot be made: ${why}`, {
      help: "name a place that you may write to",
    });
  }
}

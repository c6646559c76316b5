import { stat } from "node:fs/promises";
import { join } from "node:path";
import fastGlob from "fast-glob";

interface Search {
  readonly caseSensitiveMatch?: boolean;
  readonly ignore?: string[];
}

/**
 * The files below a folder that a pattern fits, relative to it, in no order. Links to files count; links to folders are
 * not followed: two that lead upwards would never end. A folder that cannot be read throws.
 */
export async function filesBelow(folder: string, pattern: string, search: Search = {}): Promise<readonly string[]> {
  const entries = await fastGlob(pattern, { cwd: folder, onlyFiles: false, followSymbolicLinks: false, objectMode: true, ...search });
  const kept = await Promise.all(entries.map(async ({ path, dirent }) => (dirent.isFile() || (dirent.isSymbolicLink() && (await leadsToFile(join(folder, path)))) ? [path] : [])));
  return kept.flat();
}

/** WHY true for a broken link: whoever reads it then says so. */
async function leadsToFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined || found.isFile();
}

/** Why a folder could not be searched, as a message. */
export function unreadableFolder(path: string, cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return `the folder \`${path}\` cannot be read as a whole${code}`;
}

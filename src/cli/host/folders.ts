import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import fastGlob from "fast-glob";
import { whyUnreadable } from "./file-error.ts";

interface Search {
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

const YAML = /\.ya?ml$/i;
const LEFT_OUT = /^(?:\.|node_modules$)/i;

/**
 * The YAML files below a folder, relative to it, in no order: as `filesBelow` finds them, hidden ones and those of
 * `node_modules` left out. WHY not by a pattern: every lint and test asks for them, and the matcher takes long to load.
 * What is called as YAML files are and is no file (a pipe, a device) is among them: who reads it refuses it.
 */
export async function yamlBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = entries.filter(({ name }) => !LEFT_OUT.test(name)).map(async (entry) => {
    const { name } = entry;
    if (entry.isDirectory()) return (await yamlBelow(join(folder, name))).map((below) => `${name}/${below}`);
    if (!YAML.test(name)) return [];
    return entry.isSymbolicLink() && (await leadsToFolder(join(folder, name))) ? [] : [name];
  });
  return (await Promise.all(found)).flat();
}

/** WHY false for a broken link: whoever reads it then says so. */
async function leadsToFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}

/** WHY true for a broken link: whoever reads it then says so. */
async function leadsToFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined || found.isFile();
}

/** Why a folder could not be searched, as a message. */
export function unreadableFolder(path: string, cause: unknown): string {
  return `the folder \`${path}\` cannot be read as a whole: ${whyUnreadable(cause)}`;
}

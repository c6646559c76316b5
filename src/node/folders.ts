import type { Dirent } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { whyUnreadable } from "./file-error.ts";
import { PatternState, readPattern } from "./file-pattern.ts";

/**
 * The files below a folder that a pattern means, relative to it, in no order. Links to files count;
 * links to folders are not followed: two that lead upwards would never end. Folders of the name
 * `leftOut` are not searched. A folder that cannot be read throws, and so does a pipe or a device
 * that the pattern means: it would be waited for.
 */
export async function filesBelow(
  folder: string,
  pattern: string,
  leftOut?: string,
): Promise<readonly string[]> {
  const walk = async (path: string, state: PatternState): Promise<readonly string[]> => {
    const entries = await readdir(join(folder, path), { withFileTypes: true });
    const found = entries.map(async (entry) => {
      const [name, below] = [
        path === "" ? entry.name : `${path}/${entry.name}`,
        state.below(entry.name),
      ];
      if (entry.isDirectory())
        return below.isOver || entry.name === leftOut ? [] : walk(name, below);
      return below.isEnd && (await isFile(entry, join(folder, name))) ? [name] : [];
    });
    return (await Promise.all(found)).flat();
  };
  return walk("", PatternState.of(readPattern(pattern)));
}

/** False for a link to a folder; true for a broken one: whoever reads it then says so. */
async function isFile(entry: Dirent, path: string): Promise<boolean> {
  if (entry.isFile()) return true;
  const found = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
  if (found === undefined || found.isFile()) return true;
  if (found.isDirectory()) return false;
  throw new Error(`\`${path}\` is a pipe or a device: pass its own path`);
}

const YAML = /\.ya?ml$/i;
const YAML_OR_JSON = /\.(?:ya?ml|json)$/i;
const LEFT_OUT = /^(?:\.|node_modules$)/i;

function isLeftOut(path: string): boolean {
  return path.split("/").some((name) => LEFT_OUT.test(name));
}

/** Whether a path below a folder is one that `yamlBelow` finds there. */
export function isPolicyFile(path: string): boolean {
  return YAML.test(path) && !isLeftOut(path);
}

/** Whether a path below a folder is a JSON file that no name leaves out. */
export function isJsonFile(path: string): boolean {
  return /\.json$/i.test(path) && !isLeftOut(path);
}

/** Where a document says what it is; it is the first field in nearly every one. */
const OWN_JSON = /"apiVersion"\s*:\s*"agentz\//;
const LOOKED_AT = 4096;

/** Whether the text of a JSON file is a document of a policy set. */
export function isOwnJson(bytes: Buffer): boolean {
  return OWN_JSON.test(bytes.toString("utf8", 0, LOOKED_AT));
}

/** The same of a file; one that cannot be read is none. */
async function isOwnJsonFile(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOKED_AT), 0, LOOKED_AT, 0);
    return isOwnJson(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** What stands below a folder that may be of a policy set, relative to it. */
interface FolderDocuments {
  /** As {@link yamlBelow} finds them. */
  readonly yaml: readonly string[];
  /**
   * The first JSON file that is a policy, catalog or suite: nobody reads it there, since only YAML
   * files of a folder are documents. Undefined: there is none.
   */
  readonly ownJson: string | undefined;
}

/** The YAML files below a folder, and the first document among its JSON files. */
export async function documentsBelow(folder: string): Promise<FolderDocuments> {
  const names = await namedBelow(folder, YAML_OR_JSON);
  const yaml = names.filter((name) => YAML.test(name));
  for (const name of names.filter((one) => !YAML.test(one)).sort())
    if ((await isFileAt(join(folder, name))) && (await isOwnJsonFile(join(folder, name))))
      return { yaml, ownJson: name };
  return { yaml, ownJson: undefined };
}

async function isFileAt(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}

/**
 * The YAML files below a folder, relative to it, in no order: as `filesBelow` finds them, hidden
 * ones and those of `node_modules` left out.
 * What is called as YAML files are and is no file (a pipe, a device) is among them: who reads it
 * refuses it.
 */
export function yamlBelow(folder: string): Promise<readonly string[]> {
  return namedBelow(folder, YAML);
}

async function namedBelow(folder: string, pattern: RegExp): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = entries
    .filter(({ name }) => !LEFT_OUT.test(name))
    .map(async (entry) => {
      const { name } = entry;
      if (entry.isDirectory())
        return (await namedBelow(join(folder, name), pattern)).map((below) => `${name}/${below}`);
      if (!pattern.test(name)) return [];
      return entry.isSymbolicLink() && (await leadsToFolder(join(folder, name))) ? [] : [name];
    });
  return (await Promise.all(found)).flat();
}

/** The folders at and below a folder in which nothing stands, as full paths; hidden ones left out. */
export async function emptyFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.length === 0) return [folder];
  const below = entries
    .filter((entry) => entry.isDirectory() && !LEFT_OUT.test(entry.name))
    .map(({ name }) => emptyFolders(join(folder, name)));
  return (await Promise.all(below)).flat();
}

/** WHY false for a broken link: whoever reads it then says so. */
async function leadsToFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}

/** Why a folder could not be searched, as a message. */
export function unreadableFolder(path: string, cause: unknown): string {
  return `the folder \`${path}\` cannot be read completely: ${whyUnreadable(cause)}`;
}

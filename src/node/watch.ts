import { stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { emptyFolders, yamlBelow } from "./folders.ts";

/** How often files are looked at, in milliseconds, where nobody waits for a save to be seen. */
export const EVERY = 250;

/** When files were last written, as a text each: what a change is told by. */
export type Stamps = ReadonlyMap<string, string>;

/** The stamps of files and folders as they stand; a folder's changes when a file comes or goes. */
export async function stampsOf(cwd: string, files: readonly string[]): Promise<Stamps> {
  const one = async (file: string): Promise<readonly [string, string]> => {
    const found = await stat(resolve(cwd, file)).catch(() => undefined);
    return [file, found === undefined ? "gone" : `${found.mtimeMs} ${found.size}`];
  };
  return new Map(await Promise.all(files.map(one)));
}

/**
 * These paths, every YAML file below them, and the folders that hold one or nothing yet, each once:
 * what a set may be read from. A save of a file that did not load may fix it, and a file that comes is part of the
 * set.
 */
export async function yamlPlaces(
  cwd: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  const below = async (path: string): Promise<readonly string[]> =>
    (await yamlBelow(resolve(cwd, path)).catch(() => [])).map((name) => join(path, name));
  // a folder is made before its first file
  const empty = async (path: string): Promise<readonly string[]> =>
    (await emptyFolders(resolve(cwd, path)).catch(() => [])).map((folder) =>
      join(path, relative(resolve(cwd, path), folder)),
    );
  const files = (await Promise.all(paths.map(below))).flat();
  const folders = [
    ...files.map((file) => dirname(file)),
    ...(await Promise.all(paths.map(empty))).flat(),
  ];
  return [...new Set([...paths, ...files, ...folders])];
}

/** What was saved, in order; a folder of which a file is named says nothing more. */
export function savedFiles(changed: ReadonlySet<string>): readonly string[] {
  const names = [...changed].sort();
  const holds = (folder: string, file: string): boolean =>
    file !== folder && !relative(folder, file).startsWith("..");
  return names.filter((name) => !names.some((other) => holds(name, other)));
}

/**
 * The files of which something changed since `before`, as soon as something did; undefined when
 * interrupted. `every` is in milliseconds. WHY not events: they differ between systems, and editors
 * replace files.
 */
export async function changedSince(
  cwd: string,
  before: Stamps,
  { interrupted, every }: { readonly interrupted: AbortSignal; readonly every: number },
): Promise<ReadonlySet<string> | undefined> {
  const files = [...before.keys()];
  while (!interrupted.aborted) {
    const after = await stampsOf(cwd, files);
    const changed = files.filter((file) => before.get(file) !== after.get(file));
    if (changed.length > 0) return new Set(changed);
    await wait(every, undefined, { signal: interrupted }).catch(() => undefined);
  }
  return undefined;
}

import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

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

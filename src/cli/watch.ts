import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const EVERY = 250;

async function stamps(cwd: string, files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const one = async (file: string): Promise<readonly [string, string]> => {
    const found = await stat(resolve(cwd, file)).catch(() => undefined);
    return [file, found === undefined ? "gone" : `${found.mtimeMs} ${found.size}`];
  };
  return new Map(await Promise.all(files.map(one)));
}

/** The files of which something changed, as soon as something does; undefined when interrupted. WHY not events: they differ between systems, and editors replace files. */
export async function nextChange(cwd: string, files: readonly string[], interrupted: AbortSignal): Promise<ReadonlySet<string> | undefined> {
  const before = await stamps(cwd, files);
  while (!interrupted.aborted) {
    await wait(EVERY, undefined, { signal: interrupted }).catch(() => undefined);
    const after = await stamps(cwd, files);
    const changed = files.filter((file) => before.get(file) !== after.get(file));
    if (changed.length > 0) return new Set(changed);
  }
  return undefined;
}

import { lstat } from "node:fs/promises";
import { dirname, join } from "node:path";

async function holds(folder: string, name: string): Promise<boolean> {
  try {
    await lstat(join(folder, name));
    return true;
  } catch (cause) {
    // what cannot be looked at may be there: whoever reads it then says so
    return !(cause instanceof Error && "code" in cause && cause.code === "ENOENT");
  }
}

/**
 * The nearest folder, `folder` itself first, that holds `name`; none is looked at above one that
 * holds `last`.
 */
export async function folderAbove(
  folder: string,
  name: string,
  last?: string,
): Promise<string | undefined> {
  if (await holds(folder, name)) return folder;
  const above = dirname(folder);
  if (above === folder || (last !== undefined && (await holds(folder, last)))) return undefined;
  return folderAbove(above, name, last);
}

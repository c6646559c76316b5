import { realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { faultOf, readRegularFile, type FileRead } from "./regular-file.ts";
import { slashed } from "./slashed.ts";

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/**
 * The folders and files that a policy set was named by, without links. What the set reads has its
 * real place there: in a pipeline the files of a set come from strangers, and a link among them can
 * lead to any file of the machine.
 */
export class SetRoots {
  /** What {@link read} has read, by its real place: the name it has from the working folder. */
  readonly opened = new Map<string, string>();
  readonly #cwd: string;
  readonly #folders: readonly string[];
  readonly #files: ReadonlySet<string>;

  /** The roots of paths that exist. A file stands for itself, and data is read from its folder. */
  constructor(cwd: string, paths: readonly string[]) {
    this.#cwd = cwd;
    const full = paths.map((path) => resolve(cwd, path));
    const files = full.filter((path) => !statSync(path).isDirectory());
    const folders = full.map((path) => (files.includes(path) ? dirname(path) : path));
    this.#folders = folders.map((path) => realpathSync.native(path));
    this.#files = new Set(files.map((path) => realpathSync.native(path)));
  }

  /** Reads a regular file of the set; one that a link leads to elsewhere is refused. */
  read(path: string): FileRead {
    try {
      const real = realpathSync.native(path);
      const own = this.#files.has(real) || this.#folders.some((folder) => isBelow(folder, real));
      if (own) {
        const found = readRegularFile(real);
        if ("bytes" in found) this.opened.set(real, slashed(relative(this.#cwd, path)));
        return found;
      }
      return {
        fault:
          "a link leads out of the folder that you passed; pass the file that it leads to as well",
        kind: "refused",
      };
    } catch (cause) {
      return faultOf(cause);
    }
  }
}

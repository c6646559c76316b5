import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Where a file or folder of the package is, named from its root: beside what is built, or beside
 * the sources. Undefined: it is missing from this installation.
 */
export function packagedPath(name: string): string | undefined {
  return [`../${name}`, `../../${name}`]
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((path) => existsSync(path));
}

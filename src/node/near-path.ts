import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { nearestWord } from "../text/edit-distance.ts";

/** Folders with more entries are not looked through. */
const MOST = 5000;

/** The name in a folder that is meant by one that is not there; undefined: none is near. */
function nearName(folder: string, name: string): string | undefined {
  try {
    const names = readdirSync(folder);
    // what a terminal could not show is nobody's advice
    return names.length > MOST
      ? undefined
      : nearestWord(
          name,
          names.filter((one) => !/\p{C}/u.test(one)),
        );
  } catch {
    return undefined;
  }
}

/** The existing path that one that does not exist most likely meant; undefined: none is near. */
function nearPath(cwd: string, path: string): string | undefined {
  let [near, isOther] = ["", false];
  for (const [i, part] of path.split(/[/\\]/).entries()) {
    const asked = i === 0 ? part || "/" : join(near, part);
    if (part === "" || existsSync(resolve(cwd, asked))) {
      near = i > 0 && part === "" ? near : asked;
      continue;
    }
    const name = nearName(resolve(cwd, near), part);
    if (name === undefined) return undefined;
    [near, isOther] = [join(near, name), true];
  }
  return isOther ? near : undefined;
}

/** What to do about a path that does not exist: the one that is meant, else `help`. */
export function pathHelp(cwd: string, path: string): string | undefined;
export function pathHelp(cwd: string, path: string, help: string): string;
export function pathHelp(cwd: string, path: string, help?: string): string | undefined {
  const near = nearPath(cwd, path);
  return near === undefined ? help : `did you mean \`${near}\`?`;
}

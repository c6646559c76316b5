import { sep } from "node:path";

/**
 * A path as documents and git write it, with `/`. WHY by `sep`: outside Windows a backslash is part
 * of a name.
 */
export function slashed(path: string): string {
  return path.split(sep).join("/");
}

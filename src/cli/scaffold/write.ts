import { dirname, join } from "node:path";
import { makeFolder } from "../../node/make-folder.ts";
import { createFile } from "../../node/replace-file.ts";
import type { ScaffoldFile } from "./files.ts";

/** Which files were written, and which were there already and stay as they are. */
export interface Scaffolded {
  readonly written: readonly string[];
  readonly kept: readonly string[];
}

/** True if the file was written; false if there was one already. */
async function writeNew(path: string, text: string): Promise<boolean> {
  makeFolder(dirname(path));
  return createFile(path, path, { content: text });
}

/** Writes the files that are not there yet below `folder`; never overwrites one. */
export async function writeScaffold(
  folder: string,
  files: readonly ScaffoldFile[],
): Promise<Scaffolded> {
  const written: string[] = [];
  const kept: string[] = [];
  for (const { path, text } of files)
    ((await writeNew(join(folder, path), text)) ? written : kept).push(path);
  return { written, kept };
}

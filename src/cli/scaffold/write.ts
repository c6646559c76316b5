import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../../diagnostics/user-error.ts";
import { errorCode } from "../../node/file-error.ts";
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

/** What `use` gives; undefined if the file or folder is not there. */
function ifThere<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch (cause) {
    if (["ENOENT", "ENOTDIR", "EISDIR"].includes(errorCode(cause))) return undefined;
    throw cause;
  }
}

/** The parts of a set that are not `files`: policies, suites or a configuration of somebody's own. */
function ofSomebodyElse(folder: string, files: readonly ScaffoldFile[]): readonly string[] {
  const own = new Map(files.map(({ path, text }) => [path, text]));
  const inFolder = (name: string) =>
    (ifThere(() => readdirSync(join(folder, name), "utf8")) ?? [])
      .filter((file) => /\.ya?ml$/.test(file))
      .sort()
      .map((file) => `${name}/${file}`);
  return ["agentz.yaml", ...inFolder("policies"), ...inFolder("tests")].filter((path) => {
    const text = ifThere(() => readFileSync(join(folder, path), "utf8"));
    return text !== undefined && text !== own.get(path);
  });
}

function refuseMixing(folder: string, files: readonly ScaffoldFile[]): void {
  const missing = files.filter(
    ({ path }) => ifThere(() => readFileSync(join(folder, path))) === undefined,
  );
  const theirs = missing.length === 0 ? [] : ofSomebodyElse(folder, files);
  if (theirs.length === 0) return;
  const [first, ...others] = theirs;
  throw new UserError(
    "usage",
    `the folder has a policy set already (${first}${others.length === 0 ? "" : ` and ${others.length} more`}), ` +
      "and another beside it may not load with it; nothing was written. " +
      "Give a new folder: `agentz init <folder>`",
  );
}

/**
 * Writes the files that are not there yet below `folder`; never overwrites one.
 *
 * @throws {UserError} usage, before anything is written, if a file would be written beside policies,
 *   suites or a configuration that are not of `files`: together they may not load.
 */
export async function writeScaffold(
  folder: string,
  files: readonly ScaffoldFile[],
): Promise<Scaffolded> {
  refuseMixing(folder, files);
  const written: string[] = [];
  const kept: string[] = [];
  for (const { path, text } of files)
    ((await writeNew(join(folder, path), text)) ? written : kept).push(path);
  return { written, kept };
}

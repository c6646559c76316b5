import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { isPolicyFile } from "./folders.ts";
import { blobId } from "./git-blobs.ts";
import { askGit } from "./git-process.ts";
import { findCommit, listTree } from "./git.ts";

/** Where changes are looked for, by names from the working folder. */
export interface ChangePlaces {
  /** Files that may be changed or new. */
  readonly files: readonly string[];
  /** Files and folders below which policies may be gone. */
  readonly paths: readonly string[];
}

/** What git answers about paths, without the NUL that ends each word. */
async function words(
  cwd: string,
  args: readonly string[],
  paths: readonly string[],
): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const what = "which files the working tree has";
  const output = await askGit(cwd, { args: [...args, "--", ...paths], what });
  return output.toString("utf8").split("\0").slice(0, -1);
}

/** Attributes by which git writes a file otherwise than it keeps it. */
const REWRITING = ["filter", "ident", "working-tree-encoding"];

/** Of some files, those that git writes otherwise than it keeps them. */
async function rewritten(cwd: string, files: readonly string[]): Promise<ReadonlySet<string>> {
  const said = await words(cwd, ["check-attr", "-z", ...REWRITING], files);
  const isSet = (at: number): boolean => !["unspecified", "unset"].includes(said[at + 2] ?? "");
  return new Set(said.filter((_, at) => at % 3 === 0 && isSet(at)));
}

/** Whether a file has the content that git keeps under an id, whatever its lines end in. */
async function holds(cwd: string, file: string, id: string): Promise<boolean> {
  const bytes = await readFile(resolve(cwd, file));
  const lines = Buffer.from(bytes.toString("latin1").replaceAll("\r\n", "\n"), "latin1");
  return blobId(bytes, id) === id || blobId(lines, id) === id;
}

/**
 * What the working tree holds otherwise than a commit, or HEAD does: files that are changed or new,
 * and policies that are gone. A file that git knows nothing of is no change of the repository. WHY
 * contents are compared here: git would run filters that the repository names; of a file that it
 * writes by one, HEAD alone tells.
 */
export async function changedSince(
  cwd: string,
  commit: string,
  { files, paths }: ChangePlaces,
): Promise<readonly string[]> {
  const head = await findCommit(cwd, "HEAD");
  if (head === undefined || paths.length === 0) return [];
  const objects = async (of: string): Promise<ReadonlyMap<string, string>> =>
    new Map((await listTree(cwd, of, paths)).map(({ path, id }) => [path, id]));
  const [before, now] = [await objects(commit), await objects(head)];
  const known = new Set([...before.keys(), ...(await words(cwd, ["ls-files", "-z"], files))]);
  const filtered = await rewritten(cwd, files);
  const deleted = new Set(await words(cwd, ["ls-files", "-d", "-z"], paths));
  const isChanged = async (file: string): Promise<boolean> => {
    const id = before.get(file);
    if (!known.has(file)) return false;
    if (id === undefined || (now.has(file) && now.get(file) !== id)) return true;
    return !filtered.has(file) && !(await holds(cwd, file, id));
  };
  const changed: string[] = [];
  for (const file of files) if (await isChanged(file)) changed.push(file);
  const gone = [...before.keys()].filter(
    (path) => isPolicyFile(path) && (!now.has(path) || deleted.has(path)),
  );
  return [...new Set([...changed, ...gone])];
}

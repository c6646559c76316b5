import { dirname } from "node:path";
import { findCommit, inRepository, listTree } from "./git.ts";
import { askGit } from "./git-process.ts";

/** One commit of a history. */
export interface Commit {
  readonly id: string;
  readonly author: string;
  /** RFC 3339. */
  readonly date: string;
  readonly subject: string;
}

const FIELD = "\u001f";

function commitOf(line: string): readonly Commit[] {
  const [id, date = "", author = "", ...subject] = line.split(FIELD);
  return id === undefined || id === "" || id.startsWith("commit ")
    ? []
    : [{ id, author, date, subject: subject.join(FIELD) }];
}

/**
 * The commits that touch paths (what stands beside a file counts, since catalogs read data there),
 * newest first; none where nothing was committed yet, undefined outside a repository. WHY
 * `rev-list`: `log` reads the repository's settings.
 */
export async function commitsTouching(
  cwd: string,
  paths: readonly string[],
  limit: number,
): Promise<readonly Commit[] | undefined> {
  if (!(await inRepository(cwd))) return undefined;
  const head = await findCommit(cwd, "HEAD");
  if (head === undefined) return [];
  const format = ["--encoding=UTF-8", "--format=%H%x1f%aI%x1f%an%x1f%s"];
  const args = ["rev-list", `--max-count=${limit}`, ...format, head, "--", ...foldersOf(paths)];
  const listed = await askGit(cwd, {
    args,
    what: `which commits touch ${paths.map((path) => `\`${path}\``).join(", ")}`,
  });
  return listed.toString("utf8").split("\n").flatMap(commitOf);
}

function foldersOf(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map((path) => (/\.ya?ml$/i.test(path) ? dirname(path) : path)))];
}

/** The first parent of a commit; undefined where it has none. */
export async function parentOf(cwd: string, commit: string): Promise<string | undefined> {
  return findCommit(cwd, `${commit}^1`);
}

/** A text that is the same for commits in which the paths hold the same. */
export async function contentKey(
  cwd: string,
  commit: string,
  paths: readonly string[],
): Promise<string> {
  const entries = await listTree(cwd, commit, foldersOf(paths));
  return entries.map(({ path, kind, id }) => `${kind} ${id} ${path}`).join("\0");
}

import { dirname } from "node:path";
import { runGit } from "./git.ts";

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
  const [id, author = "", date = "", subject = ""] = line.split(FIELD);
  return id === undefined || id === "" ? [] : [{ id, author, date, subject }];
}

/** The commits that touch paths (what stands beside a file counts, since catalogs read data there), newest first; undefined outside a repository. */
export async function commitsTouching(cwd: string, paths: readonly string[], limit: number): Promise<readonly Commit[] | undefined> {
  const log = await runGit(cwd, ["log", `--max-count=${limit}`, `--format=%H%x1f%an%x1f%aI%x1f%s`, "--", ...foldersOf(paths)]);
  return log?.split("\n").flatMap(commitOf);
}

function foldersOf(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map((path) => (/\.ya?ml$/i.test(path) ? dirname(path) : path)))];
}

/** The first parent of a commit; undefined where it has none. */
export async function parentOf(cwd: string, commit: string): Promise<string | undefined> {
  return (await runGit(cwd, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${commit}^1`]))?.trim();
}

/** A text that is the same for commits in which the paths hold the same. */
export async function contentKey(cwd: string, commit: string, paths: readonly string[]): Promise<string> {
  return (await runGit(cwd, ["ls-tree", "-r", "-z", commit, "--", ...foldersOf(paths).map((path) => (path === "." ? "./" : path))])) ?? "";
}

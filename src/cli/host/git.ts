import { promisify } from "node:util";
import { UserError } from "../user-error.ts";

const LIMIT = 256 * 1024 * 1024;

/** Runs git in `cwd`; undefined where it fails. Reads only: no command here touches the working tree or the index. */
export async function runGit(cwd: string, args: readonly string[]): Promise<string | undefined> {
  // WHY here: most runs ask git nothing, and starting processes takes modules that are slow to load
  const { execFile } = await import("node:child_process");
  try {
    const { stdout } = await promisify(execFile)("git", [...args], { cwd, maxBuffer: LIMIT, encoding: "utf8", env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" } });
    return stdout;
  } catch {
    return undefined;
  }
}

/** The commit that a ref names. A ref that is none is a `UserError`. */
export async function resolveRef(cwd: string, ref: string): Promise<string> {
  if ((await runGit(cwd, ["rev-parse", "--git-dir"])) === undefined) {
    throw new UserError("git-repository", `\`git:${ref}\` needs a git repository, and this folder is in none`, { help: "run it inside the repository, or name a folder" });
  }
  const commit = await runGit(cwd, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
  if (commit === undefined) throw new UserError("git-ref", `\`${ref}\` is no commit, branch or tag of this repository`, { help: "`git branch -a` and `git tag` list what there is; a shallow clone may lack it (`git fetch --unshallow`)" });
  return commit.trim();
}

/** The paths of files below `path` (relative to `cwd`) in a commit, relative to `cwd`, sorted. */
export async function listFiles(cwd: string, commit: string, path: string): Promise<readonly string[]> {
  const listed = await runGit(cwd, ["ls-tree", "-r", "--name-only", "-z", commit, "--", path]);
  return (listed ?? "").split("\0").filter((name) => name !== "").sort();
}

/** A file's text in a commit; undefined where the commit has none there. */
export async function showFile(cwd: string, commit: string, path: string): Promise<string | undefined> {
  return runGit(cwd, ["show", `${commit}:./${path}`]);
}

/** Where the current branch left the default branch (origin/HEAD, else main, else master; design 7.3); undefined without one. */
export async function mergeBase(cwd: string): Promise<string | undefined> {
  for (const branch of ["origin/HEAD", "main", "master"]) {
    const base = await runGit(cwd, ["merge-base", "HEAD", branch]);
    if (base !== undefined) return base.trim();
  }
  return undefined;
}

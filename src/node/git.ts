import { resolve } from "node:path";
import { UserError } from "../diagnostics/user-error.ts";
import { folderAbove } from "./folder-above.ts";
import { askGit, askGitMaybe, gitFailure, runGit, type GitQuestion } from "./git-process.ts";
import { pathHelp } from "./near-path.ts";

const NOT_FETCHED =
  "fetch it first: a shallow or partial clone may lack it (`git fetch --unshallow`)";

/**
 * Whether the folder is in a git repository. Without git it is in none where no `.git` stands above
 * it. A repository that git cannot or will not read (damaged, owned by somebody else) is a
 * `UserError`, not "none".
 */
export async function inRepository(cwd: string): Promise<boolean> {
  if (
    (await folderAbove(resolve(cwd), ".git")) === undefined &&
    process.env["GIT_DIR"] === undefined
  )
    return false;
  const question = { args: ["rev-parse", "--git-dir"], what: "which repository this folder is in" };
  const run = await runGit(cwd, question);
  if (run.status !== 0) throw gitFailure(question.what, run);
  return true;
}

async function requireRepository(cwd: string, ref: string): Promise<void> {
  if (await inRepository(cwd)) return;
  throw new UserError(
    "git-repository",
    `\`git:${ref}\` needs a git repository, but this folder is in none`,
    {
      help: "run it inside the repository, or name a folder",
    },
  );
}

function revision(name: string, what: string): GitQuestion {
  return { args: ["rev-parse", "--verify", "--quiet", "--end-of-options", name], what };
}

/**
 * The id of the commit that a name means; undefined where there is no such name. One whose commit
 * the repository does not hold, or that names no commit, is a `UserError`. The folder has to be in
 * a repository.
 */
export async function findCommit(cwd: string, name: string): Promise<string | undefined> {
  // git takes neither in a name, and a process takes no NUL in an argument
  if (/[\u0000-\u0020\u007f]/.test(name)) return undefined;
  const what = `which commit \`${name}\` is`;
  const commit = await askGitMaybe(cwd, revision(`${name}^{commit}`, what));
  if (commit !== undefined) return commit;
  if (name === "" || (await askGitMaybe(cwd, revision(name, what))) === undefined) return undefined;
  throw new UserError("git-ref", `\`${name}\` is not a commit in this repository`, {
    help: NOT_FETCHED,
  });
}

/** The commit that a ref names. A ref that is none is a `UserError`. */
export async function resolveRef(cwd: string, ref: string): Promise<string> {
  await requireRepository(cwd, ref);
  const commit = await findCommit(cwd, ref);
  if (commit !== undefined) return commit;
  // the clones of CI systems have the branches of the remote alone
  const remote = await findCommit(cwd, `refs/remotes/origin/${ref}`);
  throw new UserError("git-ref", `\`${ref}\` is not a commit, branch or tag of this repository`, {
    help:
      remote !== undefined
        ? `did you mean \`git:origin/${ref}\`?`
        : pathHelp(
            cwd,
            ref,
            "`git branch -a` and `git tag` list them; a shallow clone may lack some (`git fetch --unshallow`)",
          ),
  });
}

/** What a commit holds under a path. */
export interface TreeEntry {
  /** Relative to the folder that was asked in. */
  readonly path: string;
  readonly kind: "file" | "link" | "submodule";
  /** The object's id, in hex. */
  readonly id: string;
  /** In bytes; NaN: it is no file, or this clone lacks it. */
  readonly size: number;
}

const KINDS: ReadonlyMap<string, TreeEntry["kind"]> = new Map([
  ["120000", "link"],
  ["160000", "submodule"],
]);

function entryOf(line: string): TreeEntry {
  const [, mode = "", id = "", size, path = ""] =
    /^(\d+) [a-z]+ ([0-9a-f]+) +(\S+)\t(.*)$/s.exec(line) ?? [];
  return { path, kind: KINDS.get(mode) ?? "file", id, size: Number(size) };
}

function textOf(output: Buffer, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(output);
  } catch {
    throw new UserError("git", `${what} contains a file name that is not UTF-8`, {
      help: "rename the file",
    });
  }
}

/**
 * Everything below paths (relative to `cwd`) in a commit, sorted by path. What lacks there is left
 * out; a tree that cannot be read is a `UserError`.
 */
export async function listTree(
  cwd: string,
  commit: string,
  paths: readonly string[],
): Promise<readonly TreeEntry[]> {
  const what = `what ${commit} holds`;
  // WHY: `.` alone fits nothing in some versions of git
  const args = [
    "ls-tree",
    "-r",
    "-l",
    "-z",
    commit,
    "--",
    ...paths.map((path) => (path === "." ? "./" : path)),
  ];
  const lines = textOf(await askGit(cwd, { args, what }), commit).split("\0");
  const entries = new Map(lines.filter((line) => line !== "").map((line) => [line, entryOf(line)]));
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

import { findCommit } from "./git.ts";
import { askGit, askGitMaybe } from "./git-process.ts";

/** A branch of this clone, and the commit it stands at. */
export interface Tip {
  /** In full: `refs/remotes/origin/main`. */
  readonly ref: string;
  readonly commit: string;
}

/**
 * The commit of a ref by its full name, which names nothing else: no option, no expression of
 * revisions; undefined where this clone has no such ref.
 */
async function refCommit(cwd: string, ref: string): Promise<string | undefined> {
  const args = ["for-each-ref", "--count=1", "--format=%(refname)%00%(objectname)", ref];
  const found = (await askGit(cwd, { args, what: "which branches there are" }))
    .toString("utf8")
    .trimEnd();
  const [name, object] = found.split("\0");
  // a pattern also fits the refs below it
  return name === ref && object !== undefined ? findCommit(cwd, object) : undefined;
}

/** The first of some refs that this clone has. */
export async function firstTip(cwd: string, refs: readonly string[]): Promise<Tip | undefined> {
  for (const ref of refs) {
    const commit = await refCommit(cwd, ref);
    if (commit !== undefined) return { ref, commit };
  }
  return undefined;
}

/** Whether the clone lacks part of the history. */
export async function isShallow(cwd: string): Promise<boolean> {
  const args = ["rev-parse", "--is-shallow-repository"];
  return (await askGitMaybe(cwd, { args, what: "whether this clone is shallow" })) === "true";
}

/**
 * Whether a better common ancestor of two commits than `base` may lie behind the commits at which a
 * shallow clone ends: whether one of the commits that only one of the two has, has no parent here.
 */
async function isCutOff(
  cwd: string,
  base: string,
  [one, other]: readonly [string, string],
): Promise<boolean> {
  if (base === one || base === other || !(await isShallow(cwd))) return false;
  const args = ["rev-list", "--max-count=1", "--max-parents=0", one, other, `^${base}`];
  return (await askGit(cwd, { args, what: "where the history of this clone ends" })).length > 0;
}

/** The newest commit that two have in common; undefined where this clone does not hold it. */
export async function mergeBaseOf(
  cwd: string,
  one: string,
  other: string,
): Promise<string | undefined> {
  const base = await askGitMaybe(cwd, {
    args: ["merge-base", one, other],
    what: "where the two histories diverge",
  });
  return base === undefined || (await isCutOff(cwd, base, [one, other])) ? undefined : base;
}

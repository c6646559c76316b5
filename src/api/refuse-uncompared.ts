import { realpath } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { UserError } from "../diagnostics/user-error.ts";
import { folderAbove } from "../node/folder-above.ts";
import { changedSince } from "../node/git-changes.ts";
import type { Io } from "../node/io.ts";
import { slashed } from "../node/slashed.ts";
import { firstNames, listed } from "../text/listed.ts";
import { beginOfChange } from "./baseline.ts";
import { detectCi } from "./ci-systems.ts";
import { sharedFiles, type OpenedFiles } from "./shared-files.ts";

/** A version: the references that name it, and the files that it was read from. */
interface Version extends Required<OpenedFiles> {
  readonly refs: readonly string[];
}

/** Files that are named; of more, the others are counted. */
const NAMED = 3;

function refuse(message: string, help: string): never {
  throw new UserError("baseline", message, { help });
}

/** Whether all files of a version are of the working copy, and another one reads them, too. */
export function isPartOf(version: Required<OpenedFiles>, other: OpenedFiles): boolean {
  const { size } = version.openedFiles;
  return size > 0 && sharedFiles(version, other).size === size;
}

/** Whether two versions are one: named alike, or read from the very same files. */
function isSame(baseline: Version, candidate: Version): boolean {
  const sorted = ({ refs }: Version): string => JSON.stringify([...refs].sort());
  if (sorted(baseline) === sorted(candidate)) return true;
  return isPartOf(baseline, candidate) && isPartOf(candidate, baseline);
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`);
}

/** Where the paths that name a version really lead. What leads nowhere is left out. */
async function realPaths(cwd: string, { refs }: Version): Promise<readonly string[]> {
  const found = refs.map((ref) => realpath(resolve(cwd, ref)).catch(() => undefined));
  return (await Promise.all(found)).filter((path) => path !== undefined);
}

/** The files and folders that both versions name, themselves or by a folder above. */
async function namedByBoth(
  cwd: string,
  baseline: Version,
  candidate: Version,
): Promise<readonly string[]> {
  const [one, other] = [await realPaths(cwd, baseline), await realPaths(cwd, candidate)];
  const below = (some: readonly string[], all: readonly string[]): readonly string[] =>
    some.filter((path) => all.some((folder) => isWithin(path, folder)));
  return [...below(one, other), ...below(other, one)];
}

/** Of what both versions read, what differs from a commit, by names from the working folder. */
async function changedOfBoth(
  cwd: string,
  commit: string,
  { baseline, candidate }: { readonly baseline: Version; readonly candidate: Version },
): Promise<readonly string[]> {
  const [from, top] = [await realpath(cwd), await folderAbove(cwd, ".git")];
  const root = await realpath(top ?? cwd);
  const named = (paths: readonly string[]): readonly string[] =>
    paths
      .filter((path) => isWithin(path, root))
      .map((path) => slashed(relative(from, path)))
      .map((path) => (path === "" ? "." : path));
  const shared = [...sharedFiles(baseline, candidate).keys()];
  return changedSince(cwd, commit, {
    files: named(shared),
    paths: named([...shared, ...(await namedByBoth(cwd, baseline, candidate))]),
  });
}

/**
 * In a pipeline a comparison that leaves out a change is a `UserError`: a baseline that is the very
 * files of the candidate, and one that shares files with it which the change touches, as far as the
 * history of this clone tells. `flag`: how the command is told its baseline.
 */
export async function refuseUncompared(
  io: Pick<Io, "cwd" | "env">,
  sets: { readonly baseline: Version; readonly candidate: Version },
  flag: "--baseline" | "--base" = "--baseline",
): Promise<void> {
  const { baseline, candidate } = sets;
  if (detectCi(io.env) === undefined) return;
  if (isSame(baseline, candidate))
    refuse(
      `the baseline \`${baseline.refs.join(" ")}\` is the candidate itself: the version would be compared with itself`,
      `compare with a commit, such as \`${flag} git:HEAD^\`, with a bundle, or with a folder of ` +
        "the policies that run now",
    );
  if (sharedFiles(baseline, candidate).size === 0) return;
  const began = await beginOfChange(io);
  if (began === undefined) return;
  const changed = await changedOfBoth(io.cwd, began.commit, sets).catch((error: unknown) => {
    // what git cannot tell is said by the comparison itself: both sets read the file
    if (error instanceof UserError) return [];
    throw error;
  });
  if (changed.length === 0) return;
  const names = firstNames(
    changed.map((file) => `\`${file}\``),
    NAMED,
  );
  const short = began.commit.slice(0, 12);
  refuse(
    `${listed(names)} changed since ${short} (${began.why}), and both sets read ` +
      `${changed.length === 1 ? "it: this change" : "them: these changes"} would be compared with nothing`,
    `take the baseline from a commit: \`${flag} git:${short}\``,
  );
}

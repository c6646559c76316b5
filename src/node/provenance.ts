import { isAbsolute, posix, relative, resolve } from "node:path";
import type { Source } from "../text/span.ts";
import { blobId } from "./git-blobs.ts";
import { askGit } from "./git-process.ts";
import { findCommit, inRepository, listTree, resolveRef } from "./git.ts";
import { slashed } from "./slashed.ts";

/**
 * Where files come from: a commit, and whether one of them is not as it is there. Nulls outside a
 * repository.
 */
export interface Origin {
  readonly commit: string | null;
  readonly dirty: boolean | null;
}

function pathFrom(cwd: string, file: string): string {
  return slashed(relative(cwd, resolve(cwd, file)));
}

/** How many folders of the repository stand above `cwd`. */
async function depthOf(cwd: string): Promise<number> {
  const prefix = await askGit(cwd, {
    args: ["rev-parse", "--show-prefix"],
    what: "where this folder is in its repository",
  });
  return prefix.toString("utf8").trimEnd().split("/").length - 1;
}

/** Whether each file is in the commit as it is here. */
async function areAsIn(cwd: string, commit: string, sources: readonly Source[]): Promise<boolean> {
  const texts = new Map(sources.map(({ file, text }) => [pathFrom(cwd, file), text]));
  const outermost = "../".repeat((await depthOf(cwd)) + 1);
  const paths = [...texts.keys()];
  if (paths.some((path) => path.startsWith(outermost) || isAbsolute(path))) return false;
  const folders = [...new Set(paths.map((path) => `${posix.dirname(path)}/`))];
  const entries = new Map(
    (await listTree(cwd, commit, folders)).map((entry) => [entry.path, entry]),
  );
  return [...texts].every(([path, text]) => {
    const entry = entries.get(path);
    return entry?.kind === "file" && blobId(Buffer.from(text, "utf8"), entry.id) === entry.id;
  });
}

/**
 * The origin of the files of a reference: of `git:<ref>` that commit, of paths the commit that is
 * checked out.
 */
export async function originOf(
  cwd: string,
  refs: readonly string[],
  sources: readonly Source[],
): Promise<Origin> {
  const git = refs.find((ref) => ref.startsWith("git:"));
  if (git !== undefined)
    return {
      commit: await resolveRef(cwd, git.slice("git:".length).split(":")[0] ?? ""),
      dirty: false,
    };
  const head = (await inRepository(cwd)) ? await findCommit(cwd, "HEAD") : undefined;
  if (head === undefined) return { commit: null, dirty: null };
  return { commit: head, dirty: !(await areAsIn(cwd, head, sources)) };
}

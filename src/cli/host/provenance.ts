import { relative, resolve } from "node:path";
import type { Source } from "../../text/span.ts";
import { runGit, resolveRef, showFile } from "./git.ts";

/** Where files come from: a commit, and whether one of them is not as it is there. Nulls outside a repository. */
export interface Origin {
  readonly commit: string | null;
  readonly dirty: boolean | null;
}

async function isAsIn(cwd: string, commit: string, source: Source): Promise<boolean> {
  const path = relative(cwd, resolve(cwd, source.file)).split("\\").join("/");
  return (await showFile(cwd, commit, path)) === source.text;
}

/** The origin of the files of a reference: of `git:<ref>` that commit, of paths the commit that is checked out. */
export async function originOf(cwd: string, refs: readonly string[], sources: readonly Source[]): Promise<Origin> {
  const git = refs.find((ref) => ref.startsWith("git:"));
  if (git !== undefined) return { commit: await resolveRef(cwd, git.slice("git:".length).split(":")[0] ?? ""), dirty: false };
  const head = (await runGit(cwd, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]))?.trim();
  if (head === undefined || head === "") return { commit: null, dirty: null };
  const same = await Promise.all(sources.map((source) => isAsIn(cwd, head, source)));
  return { commit: head, dirty: !same.every(Boolean) };
}

import { realpath } from "node:fs/promises";
import { isAbsolute, relative } from "node:path";
import type { Io } from "./io.ts";
import { folderAbove } from "./folder-above.ts";

/**
 * Where the working folder lies below the root that pipelines take paths from: the repository's,
 * else GitHub's workspace (a checkout without git). Empty at that root, and where there is none.
 */
export async function reportFolder({ cwd, env }: Pick<Io, "cwd" | "env">): Promise<string> {
  const workspace = env["GITHUB_WORKSPACE"];
  const root =
    (await folderAbove(cwd, ".git")) ??
    (workspace === undefined || workspace === ""
      ? undefined
      : await realpath(workspace).catch(() => undefined));
  if (root === undefined) return "";
  const below = relative(root, cwd).split("\\").join("/");
  return below.startsWith("..") || isAbsolute(below) ? "" : below;
}

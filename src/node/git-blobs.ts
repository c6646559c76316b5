import { createHash } from "node:crypto";
import { UserError } from "../diagnostics/user-error.ts";
import { askGit } from "./git-process.ts";
import type { TreeEntry } from "./git.ts";

const NEWLINE = 10;

function missing(commit: string, path: string): UserError {
  return new UserError(
    "git-object",
    `\`${path}\` of ${commit} cannot be read: its content is not in this repository`,
    {
      help: "in a partial clone, run `git fetch --refetch`, or clone without `--filter`; `git fsck` shows damage",
    },
  );
}

function damaged(commit: string, path: string): UserError {
  return new UserError(
    "git-object",
    `\`${path}\` of ${commit} cannot be read: its content does not have the digest that the commit names`,
    {
      help: "`git fsck` shows damage; clone the repository again",
    },
  );
}

/** The id that git gives a file's content, in the hash of the given id. */
export function blobId(content: Uint8Array, like: string): string {
  const hash = createHash(like.length === 64 ? "sha256" : "sha1");
  return hash.update(`blob ${content.length}\0`).update(content).digest("hex");
}

interface Place {
  readonly commit: string;
  readonly path: string;
  readonly id: string;
}

/**
 * Takes the next answer of `git cat-file --batch` off `output` at `at`: `<id> blob <size>`, the
 * content, a line's end.
 */
function nextBlob(output: Buffer, at: number, { commit, path, id }: Place): Buffer {
  const headEnd = output.indexOf(NEWLINE, at);
  const [found, kind, size] = output.toString("latin1", at, Math.max(at, headEnd)).split(" ");
  if (headEnd < 0 || found !== id || kind !== "blob") throw missing(commit, path);
  const content = output.subarray(headEnd + 1, headEnd + 1 + Number(size));
  if (content.length !== Number(size) || blobId(content, id) !== id) throw damaged(commit, path);
  return content;
}

/**
 * The contents of files of a commit, by path, asked of git at once. One that git does not give is a
 * `UserError` that names it.
 */
export async function readBlobs(
  cwd: string,
  commit: string,
  entries: readonly TreeEntry[],
): Promise<ReadonlyMap<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  if (entries.length === 0) return contents;
  const [first] = entries;
  const what = `what \`${first?.path ?? ""}\` and the other files of ${commit}`;
  const output = await askGit(cwd, {
    args: ["cat-file", "--batch"],
    what,
    input: entries.map(({ id }) => `${id}\n`).join(""),
  });
  let at = 0;
  for (const { path, id } of entries) {
    const content = nextBlob(output, at, { commit, path, id });
    contents.set(path, content);
    at = output.indexOf(NEWLINE, at) + 1 + content.length + 1;
  }
  return contents;
}

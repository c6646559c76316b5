import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { UserError } from "../diagnostics/user-error.ts";

/** More output than this is refused, in bytes. */
const LIMIT = 256 * 1024 * 1024;
/** So much of what git says of a failure is kept, in bytes. */
const MESSAGE_BYTES = 64 * 1024;

/**
 * What a repository's own configuration may not decide: `.git/config` of an unpacked archive is
 * written by somebody else, and can name programs. Settings of the command line beat those of any
 * file.
 */
const SETTINGS = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "log.showSignature=false",
  "protocol.allow=never",
  // a repository that somebody has put among the files is not taken for the one that the folder
  // belongs to
  "safe.bareRepository=explicit",
].flatMap((setting) => ["-c", setting]);

/**
 * WHY `GIT_ALLOW_PROTOCOL` too: it beats `protocol.<name>.allow` of the repository, which beats
 * `protocol.allow`. So no version of git fetches what a partial clone lacks, by whatever program
 * its remote names.
 */
const ENVIRONMENT = {
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_PAGER: "cat",
  GIT_EXTERNAL_DIFF: undefined,
  // Windows: a `git.exe` in the folder is not git
  NoDefaultCurrentDirectoryInExePath: "1",
  // messages are compared, so they have to be git's own
  LC_ALL: "C",
};

/**
 * What is asked for exists under its own name alone: no replacement object, no pattern in a path.
 */
const OPTIONS = ["--no-pager", "--no-replace-objects", "--literal-pathspecs", ...SETTINGS];

/** How git ended. */
export interface GitRun {
  /** Null: it was stopped by a signal. */
  readonly status: number | null;
  readonly output: Buffer;
  readonly message: string;
}

const UNREADABLE =
  "in a partial clone, fetch the missing objects (`git fetch --refetch --no-filter origin`); `git fsck` shows damage";
const FOREIGN =
  "the folder belongs to another user, as in many containers; if you trust it, run `git config " +
  "--global --add safe.directory <folder>`";

function failure(what: string, why: string): UserError {
  return new UserError("git", `git failed to find out ${what}: ${why}`, {
    help: why.includes("dubious ownership") ? FOREIGN : UNREADABLE,
  });
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
}

/**
 * The chunks of a stream as one; what comes after `limit` bytes is left out, and `onLimit` is told.
 */
function gather(stream: NodeJS.ReadableStream, limit: number, onLimit: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) onLimit();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks);
}

function ended(
  child: ChildProcessWithoutNullStreams,
  what: string,
  input: string,
): Promise<GitRun> {
  return new Promise((resolve, reject) => {
    const output = gather(child.stdout, LIMIT, () => {
      child.kill();
      reject(failure(what, `its answer has more than ${LIMIT / 1024 / 1024} MiB`));
    });
    const message = gather(child.stderr, MESSAGE_BYTES, () => undefined);
    child.once("error", (cause) => reject(notStarted(what, cause)));
    child.once("close", (status) =>
      resolve({ status, output: output(), message: message().toString("utf8").trim() }),
    );
    // WHY ignored: git that ends early closes its input, and says why by its status
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

function notStarted(what: string, cause: unknown): UserError {
  const why =
    codeOf(cause) === "ENOENT"
      ? "git is not installed, or the folder no longer exists"
      : codeOf(cause);
  return failure(what, `it cannot be started (${why})`);
}

/** A question to git: its arguments, and what is asked, as the end of a sentence. */
export interface GitQuestion {
  readonly args: readonly string[];
  readonly what: string;
  readonly input?: string;
}

/**
 * Runs git in `cwd` and says how it ended. This is the only place that starts it. It reads alone:
 * it runs no program that the repository's configuration names, fetches nothing and touches neither
 * working tree nor index. A git that cannot be started is a `UserError`.
 */
export async function runGit(cwd: string, { args, what, input }: GitQuestion): Promise<GitRun> {
  // WHY here: most runs ask git nothing, and starting processes takes modules that are slow to load
  const { spawn } = await import("node:child_process");
  let child: ChildProcessWithoutNullStreams;
  try {
    child = spawn("git", [...OPTIONS, ...args], {
      cwd,
      stdio: "pipe",
      windowsHide: true,
      env: { ...process.env, ...ENVIRONMENT },
    });
  } catch (cause) {
    throw notStarted(what, cause);
  }
  return ended(child, what, input ?? "");
}

/** The error of a run that failed. */
export function gitFailure(what: string, { status, message }: GitRun): UserError {
  const [first = ""] = message.split("\n");
  return failure(what, first === "" ? `it ended with ${status ?? "a signal"}` : first);
}

/** What git answers; a run that fails is a `UserError` that says of what. */
export async function askGit(cwd: string, question: GitQuestion): Promise<Buffer> {
  const run = await runGit(cwd, question);
  if (run.status !== 0) throw gitFailure(question.what, run);
  return run.output;
}

/**
 * As {@link askGit}, of a question that git answers by status 1 and silence where there is no such
 * thing: then undefined.
 */
export async function askGitMaybe(cwd: string, question: GitQuestion): Promise<string | undefined> {
  const run = await runGit(cwd, question);
  if (run.status === 1 && run.message === "") return undefined;
  if (run.status !== 0) throw gitFailure(question.what, run);
  return run.output.toString("utf8").trim();
}

import { randomBytes } from "node:crypto";
import { closeSync, constants, linkSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode } from "./file-error.ts";

const UNFINISHED = ".tmp";

/** A name beside `path` that nobody can foretell, for what takes its place once it is whole. It tells which process writes it. */
export function freshName(path: string): string {
  const own = `${process.pid}-${randomBytes(12).toString("hex")}`;
  return join(dirname(path), `.${basename(path)}.${own}${UNFINISHED}`);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return errorCode(cause) === "EPERM";
  }
}

/** Whether a file of this name was left by a process that ended before it was whole. */
export function isLeftOver(name: string): boolean {
  const pid = /\.(\d{1,10})-[0-9a-f]+\.tmp$/.exec(name)?.[1];
  return pid === undefined ? name.endsWith(UNFINISHED) : !isRunning(Number(pid));
}

const MAKE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/** A file for this user alone that is written under another name first: nobody sees it before it is whole. */
export class FreshFile {
  readonly #path: string;
  readonly #fresh: string;
  readonly #fd: number;
  #done = false;

  /** Throws what the file system says where it cannot be made. */
  constructor(path: string) {
    this.#path = path;
    this.#fresh = freshName(path);
    this.#fd = openSync(this.#fresh, MAKE, 0o600);
  }

  write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
  }

  /** Puts it in the place of what is there. */
  replace(): void {
    this.#finish(() => renameSync(this.#fresh, this.#path));
  }

  /** Puts it there where there is nothing yet; what is there stays, and the error says `EEXIST`. */
  place(): void {
    this.#finish(() => linkSync(this.#fresh, this.#path));
  }

  #finish(move: () => void): void {
    if (this.#done) return;
    this.#done = true;
    try {
      closeSync(this.#fd);
      move();
    } finally {
      rmSync(this.#fresh, { force: true });
    }
  }

  /** Takes away what was not put in its place. */
  discard(): void {
    this.#finish(() => undefined);
  }
}

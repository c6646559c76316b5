import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { errorCode } from "./file-error.ts";

/** A temporary file that nobody has written to for so long is left over, in milliseconds: a day. */
const OLD = 24 * 60 * 60 * 1000;
const NAME = /^\..*\.(\d{1,10})-([0-9a-f]{8})[0-9a-f]{16}\.tmp$/s;
/** Of a name: those of file systems end at 255 bytes. */
const SHOWN = 40;

function processSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    // only Linux has several on one machine
    return "";
  }
}

/**
 * Stands for where the numbers of processes mean the same: this machine, or this container of it.
 */
function place(): string {
  return createHash("sha256").update(`${hostname()} ${processSpace()}`).digest("hex").slice(0, 8);
}

/**
 * A name beside `path` that nobody can foretell, for what takes its place once it is whole. It
 * tells which process writes it.
 */
export function freshName(path: string): string {
  const own = `${process.pid}-${place()}${randomBytes(8).toString("hex")}`;
  return join(dirname(path), `.${basename(path).slice(0, SHOWN)}.${own}.tmp`);
}

/** Whether a process of this machine has this number; one of another user counts. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return errorCode(cause) === "EPERM";
  }
}

/**
 * Whether a file of this name was left by a process of this machine that ended before it was whole.
 */
export function isLeftOver(name: string): boolean {
  const [, pid, from] = NAME.exec(name) ?? [];
  return pid !== undefined && from === place() && !isRunning(Number(pid));
}

function isOld(path: string): boolean {
  return Date.now() - lstatSync(path).mtimeMs > OLD;
}

/**
 * Removes the temporary files that runs which were killed have left in a folder. What cannot be
 * removed stays.
 */
export function removeLeftOvers(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (NAME.test(name) && (isLeftOver(name) || isOld(path))) rmSync(path, { force: true });
    }
  } catch {
    // another run may have removed it first, and a folder that cannot be listed may still be
    // written to
  }
}

const MAKE =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/** File systems without hard links say so in one of these ways. */
const NO_LINKS: ReadonlySet<string> = new Set([
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EMLINK",
]);

/** Writes all of some bytes to an open file. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

/**
 * A file that is written under another name first, where its owner alone can read it, and is
 * renamed once it is whole and on the disk: nobody ever sees a part of it, wherever the process is
 * killed. All of it throws what the file system says; a file that was not put in its place is taken
 * away by `discard`, which does nothing after that.
 */
export class FreshFile {
  readonly #path: string;
  readonly #fresh: string;
  readonly #mode: number;
  readonly #fd: number;
  #done = false;

  /** `mode`: its permissions once it is whole; the user alone where nobody says otherwise. */
  constructor(path: string, mode = 0o600) {
    this.#path = path;
    this.#mode = mode;
    this.#fresh = freshName(path);
    this.#fd = openSync(this.#fresh, MAKE, 0o600);
  }

  write(bytes: Uint8Array): void {
    writeAll(this.#fd, bytes);
  }

  /** Puts it in the place of what is there. */
  replace(): void {
    this.#place(() => renameSync(this.#fresh, this.#path));
  }

  /** Puts it there where there is nothing yet; what is there stays, and the error says `EEXIST`. */
  place(): void {
    this.#place(() => this.#link());
  }

  #link(): void {
    try {
      linkSync(this.#fresh, this.#path);
    } catch (cause) {
      if (
        !NO_LINKS.has(errorCode(cause)) ||
        lstatSync(this.#path, { throwIfNoEntry: false }) !== undefined
      )
        throw cause;
      renameSync(this.#fresh, this.#path);
    }
  }

  #place(move: () => void): void {
    if (this.#done) return;
    fsyncSync(this.#fd);
    fchmodSync(this.#fd, this.#mode);
    this.#finish(move);
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

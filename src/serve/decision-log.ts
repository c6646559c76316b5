import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { whyUnreadable } from "../node/file-error.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { lockLog } from "./log-lock.ts";

/** How a log is written. */
export interface LogOptions {
  readonly path: string;
  /** It goes on in a fresh file from so many bytes on. */
  readonly maxBytes: number;
  /** Whether each line is forced to the disk before the answer leaves. */
  readonly sync: boolean;
}

/** So long a file that was renamed or removed underneath may still be written to, in ms. */
const LOOK_MS = 50;
const NEWLINE = 10;

/**
 * The decisions as a canonical trace: lines are handed to the system before the answers leave, so
 * that no end of the process loses one (design 14.2). A line is whole or not there.
 */
export class DecisionLog {
  readonly #options: LogOptions;
  readonly #release: () => void;
  #fd: number;
  #size: number;
  #looked = 0;
  /** The time in the name of the newest file that was rotated here, in ms since 1970. */
  #newest: number;
  /** Whether a part of a line stands behind the last whole one. */
  #isDirty = false;
  /** Whether the file was made here and has no line yet. */
  #isUnused: boolean;
  /** Bytes of a line that a killed process had begun: it was never answered. */
  readonly torn: number;

  /** What cannot be written, or is written by another process, is a `UserError`. */
  constructor(options: LogOptions) {
    this.#options = options;
    this.#release = guarded(options.path, () => lockLog(options.path));
    this.#isUnused = !existsSync(options.path);
    try {
      this.#fd = guarded(options.path, () => openLog(options.path));
    } catch (cause) {
      this.#release();
      throw cause;
    }
    this.torn = guarded(options.path, () => cutTornLine(this.#fd));
    this.#size = fstatSync(this.#fd).size;
    this.#newest = guarded(options.path, () => newestRotation(this.files()));
  }

  get path(): string {
    return this.#options.path;
  }

  /** Bytes of the file that is written. */
  get size(): number {
    return this.#size;
  }

  /** The files of the log so far, the oldest first: those that were rotated, and the one in use. */
  files(): readonly string[] {
    const { path } = this.#options;
    const [folder, stem, ending] = [dirname(path), basename(path, extname(path)), extname(path)];
    const rotated = readdirSync(folder).filter((name) => isRotated(name, { stem, ending }));
    const byTime = rotated
      .map((name) => ({ file: join(folder, name), time: statSync(join(folder, name)).mtimeMs }))
      .sort((a, b) => a.time - b.time || (a.file < b.file ? -1 : 1));
    return [...byTime.map(({ file }) => file), path];
  }

  /** Adds a line; where it cannot be written nothing of it is there, and that is thrown. */
  append(line: string): void {
    this.#follow();
    if (this.#isDirty) ftruncateSync(this.#fd, this.#size);
    const text = `${line}\n`;
    const length = Buffer.byteLength(text);
    this.#isDirty = true;
    try {
      const done = writeSync(this.#fd, text);
      if (done < length) this.#writeRest(Buffer.from(text), done);
      if (this.#options.sync) fsyncSync(this.#fd);
    } catch (cause) {
      this.#cut();
      throw cause;
    }
    this.#isDirty = false;
    this.#isUnused = false;
    this.#size += length;
  }

  #writeRest(bytes: Buffer, from: number): void {
    for (let done = from; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
  }

  #cut(): void {
    try {
      ftruncateSync(this.#fd, this.#size);
      this.#isDirty = false;
    } catch {
      // the next line tries again, and is refused where that fails
    }
  }

  /** Goes on in the right file: after a rotation of its own, or one that somebody else made. */
  #follow(): void {
    const now = Date.now();
    if (this.#size >= this.#options.maxBytes) this.#rotate(now);
    else if (now - this.#looked < LOOK_MS && now >= this.#looked) return;
    this.#looked = now;
    const own = fstatSync(this.#fd);
    const there = statSync(this.#options.path, { throwIfNoEntry: false });
    if (there?.ino !== own.ino || there.dev !== own.dev) this.#reopen();
    else if (!this.#isDirty) this.#size = own.size;
  }

  #rotate(now: number): void {
    const { path } = this.#options;
    const ending = extname(path);
    // INVARIANT: names are in the order of the files, whatever the clock does: a trace is read so
    this.#newest = Math.max(now, this.#newest + 1);
    const time = new Date(this.#newest).toISOString().replace(/:/g, "-");
    const own = fstatSync(this.#fd);
    const there = statSync(path, { throwIfNoEntry: false });
    if (there?.ino !== own.ino) return;
    renameSync(path, `${path.slice(0, path.length - ending.length)}.${time}-${own.ino}${ending}`);
  }

  #reopen(): void {
    const fresh = openLog(this.#options.path);
    closeSync(this.#fd);
    this.#fd = fresh;
    cutTornLine(fresh);
    this.#isDirty = false;
    this.#size = fstatSync(fresh).size;
  }

  #removeUnused(): void {
    const own = fstatSync(this.#fd);
    const there = statSync(this.path, { throwIfNoEntry: false });
    if (this.#isUnused && own.size === 0 && there?.ino === own.ino) rmSync(this.path);
  }

  /**
   * Forces what was written to the disk, and lets others write the log. Of a process that recorded nothing, such as
   * one that could not start, no empty file is left.
   */
  close(): void {
    fsyncSync(this.#fd);
    this.#removeUnused();
    closeSync(this.#fd);
    this.#release();
  }
}

function openLog(path: string): number {
  refuseOther(path);
  return openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600);
}

/** Refuses a log that is there and is no file. WHY: who reads a pipe or a device may wait forever. */
function refuseOther(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined || there.isFile() || there.isDirectory()) return;
  throw new UserError("unwritable", `the log \`${path}\` is not a regular file`, {
    help: "name a file for --log",
  });
}

function guarded<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError("unwritable", `\`${path}\` cannot be written: ${whyUnreadable(cause)}`, {
      help: "pass as --log a file in a folder that exists and that agentz may write to",
    });
  }
}

/** Names of this log's other files: `decisions.<time>.jsonl`, and those of log rotators. */
function isRotated(name: string, own: { readonly stem: string; readonly ending: string }): boolean {
  const { stem, ending } = own;
  if (!name.startsWith(`${stem}.`) && !name.startsWith(`${stem}-`)) return false;
  const rest = name.slice(stem.length).replace(/\.gz$/, "");
  if (rest.startsWith(`${ending}.`) || rest.startsWith(`${ending}-`))
    return /^[.-]\d[\d-]*$/.test(rest.slice(ending.length));
  return rest.endsWith(ending) && /^[.-]\d[\dTZ.-]*$/.test(rest.slice(0, -ending.length));
}

/** The newest time in the names of files that a log rotated itself; 0 where there is none. */
function newestRotation(files: readonly string[]): number {
  const times = files.map((file) => {
    const [, day, hour, minute, rest] =
      /\.(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d\.\d{3}Z)-\d+\.?[^.]*(?:\.gz)?$/.exec(file) ?? [];
    return day === undefined ? 0 : Date.parse(`${day}${hour}:${minute}:${rest}`);
  });
  return times.reduce((newest, time) => (time > newest ? time : newest), 0);
}

const BLOCK = 64 * 1024;

/** Takes away what stands behind the last whole line; gives how many bytes that was. */
function cutTornLine(fd: number): number {
  const { size } = fstatSync(fd);
  const block = Buffer.alloc(BLOCK);
  for (let end = size; end > 0; ) {
    const from = Math.max(0, end - BLOCK);
    const read = readSync(fd, block, 0, end - from, from);
    const at = block.subarray(0, read).lastIndexOf(NEWLINE);
    if (at >= 0 || from === 0) {
      const whole = from + at + 1;
      if (whole < size) ftruncateSync(fd, whole);
      return size - whole;
    }
    end = from;
  }
  return 0;
}

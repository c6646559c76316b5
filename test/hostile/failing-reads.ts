import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** One read of a file below the watched folder: which function, and of which path. */
export interface ReadCall {
  readonly name: string;
  readonly path: string;
}

type Any = (...args: unknown[]) => unknown;

function failure(code: string, { name, path }: ReadCall): Error {
  return Object.assign(new Error(`${code}: made to fail, ${name} '${path}'`), {
    code,
    path,
    syscall: name,
  });
}

/**
 * The functions by which Node reads files, replaced by ones that note each call on a path below
 * `folder` and let call number `nth` (from 1; 0: none) fail with `code`. WHY whole functions: a
 * disk fails at any of them.
 */
export class FailingReads {
  readonly calls: ReadCall[] = [];
  readonly #folder: string;
  readonly #nth: number;
  readonly #code: string;
  readonly #paths = new Map<unknown, string>();
  readonly #restore: (() => void)[] = [];

  constructor(folder: string, nth: number, code: string) {
    [this.#folder, this.#nth, this.#code] = [folder, nth, code];
    for (const name of ["statSync", "lstatSync", "readdirSync", "readFileSync"])
      this.#sync(fs, name);
    this.#sync(fs.realpathSync, "native");
    this.#opening();
    this.#reading();
    this.#callbacks();
    for (const name of ["stat", "lstat", "readdir", "readFile", "open", "realpath"])
      this.#promises(name);
    syncBuiltinESMExports();
  }

  /** Puts the functions back. */
  restore(): void {
    for (const back of this.#restore.reverse()) back();
    syncBuiltinESMExports();
  }

  /** Notes a call; the error with which it has to fail, if it has to. */
  #note(name: string, path: unknown): Error | undefined {
    const text = typeof path === "string" ? path : this.#paths.get(path);
    if (text === undefined || !text.startsWith(this.#folder) || text.endsWith(".tmp"))
      return undefined;
    const call = { name, path: text };
    this.calls.push(call);
    return this.calls.length === this.#nth ? failure(this.#code, call) : undefined;
  }

  #replace(owner: object, name: string, make: (real: Any) => Any): void {
    const real: Any = Reflect.get(owner, name);
    const replaced = make(real.bind(owner));
    Reflect.set(owner, name, Object.assign(replaced, real));
    this.#restore.push(() => void Reflect.set(owner, name, real));
  }

  #sync(owner: object, name: string): void {
    this.#replace(owner, name, (real) => (path, ...rest) => {
      const error = this.#note(name, path);
      if (error !== undefined) throw error;
      return real(path, ...rest);
    });
  }

  #opening(): void {
    this.#replace(fs, "openSync", (real) => (path, ...rest) => {
      const error = this.#note("openSync", path);
      if (error !== undefined) throw error;
      const fd = real(path, ...rest);
      if (typeof path === "string") this.#paths.set(fd, path);
      return fd;
    });
    this.#replace(fs, "closeSync", (real) => (fd) => {
      this.#paths.delete(fd);
      return real(fd);
    });
  }

  #reading(): void {
    for (const name of ["readSync", "fstatSync"]) this.#sync(fs, name);
  }

  /** What streams are made of. */
  #callbacks(): void {
    this.#replace(fs, "open", (real) => (path, ...rest) => {
      const done = rest.pop();
      if (typeof done !== "function") throw new Error("open without a callback");
      const error = this.#note("open", path);
      if (error !== undefined) return process.nextTick(done, error);
      return real(path, ...rest, (cause: unknown, fd: unknown) => {
        if (typeof path === "string") this.#paths.set(fd, path);
        done(cause, fd);
      });
    });
    this.#replace(fs, "read", (real) => (fd, ...rest) => {
      const error = this.#note("read", fd);
      const done = rest.at(-1);
      return error === undefined || typeof done !== "function"
        ? real(fd, ...rest)
        : process.nextTick(done, error);
    });
  }

  #promises(name: string): void {
    this.#replace(fs.promises, name, (real) => async (path, ...rest) => {
      const error = this.#note(`promises.${name}`, path);
      if (error !== undefined) throw error;
      return real(path, ...rest);
    });
  }
}

import { closeSync, openSync, readSync } from "node:fs";
import { TraceError } from "../../diagnostics/trace-error.ts";
import { whyUnreadable } from "../../node/file-error.ts";
import type { PlainFile } from "./plain-files.ts";

/** A file of a trace: what it is called, and where it stands. */
export type NamedFile = Pick<PlainFile, "name" | "path">;

/** A file of a trace that is read at any place. */
export class OpenTraceFile {
  readonly file: NamedFile;
  readonly fd: number;

  /** Throws a `TraceError` where it cannot be opened. */
  constructor(file: NamedFile) {
    this.file = file;
    this.fd = reading(file, () => openSync(file.path, "r"));
  }

  /** How many bytes stand in `target` from `at` on, read from the place `from`; or a `TraceError`. */
  read(
    target: Uint8Array,
    { at, length, from }: { readonly at: number; readonly length: number; readonly from: number },
  ): number {
    return reading(this.file, () => readSync(this.fd, target, at, length, from));
  }
}

/** The files of a trace, each opened when it is read first. */
export class OpenTraceFiles {
  readonly #files: readonly NamedFile[];
  readonly #open = new Map<number, OpenTraceFile>();

  constructor(files: readonly NamedFile[]) {
    this.#files = files;
  }

  at(index: number): OpenTraceFile {
    const known = this.#open.get(index);
    if (known !== undefined) return known;
    const file = this.#files[index];
    if (file === undefined) throw new Error("the trace has no such file");
    const opened = new OpenTraceFile(file);
    this.#open.set(index, opened);
    return opened;
  }

  close(): void {
    for (const { fd } of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }
}

function reading<T>({ name }: NamedFile, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new TraceError(`cannot read \`${name}\`: ${whyUnreadable(cause)}`);
  }
}

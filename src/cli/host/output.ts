import { createWriteStream, type WriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { once } from "node:events";
import { resolve } from "node:path";
import type { Io } from "../io.ts";
import { UserError } from "../user-error.ts";

function unwritable(path: string, cause: unknown): UserError {
  const why = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return new UserError("unwritable", `\`${path}\` cannot be written${why}`);
}

/** Writes a document to the file of `--output`, else to stdout. */
export async function writeDocument(io: Io, text: string, output: string | undefined): Promise<void> {
  if (output === undefined || output === "-") io.stdout.write(text);
  else await writeFile(resolve(io.cwd, output), text, "utf8").catch((cause: unknown) => Promise.reject(unwritable(output, cause)));
}

/** A file that grows line by line, without holding more than a batch in memory. */
export interface LineFile {
  readonly add: (line: string) => void;
  /** Hands on what was added; to be awaited between batches. */
  readonly flush: () => Promise<void>;
  /** Forgets what was added, where that can be: false for what was written to stdout. */
  readonly rewind: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** Opens a file for lines; `-` is stdout. What cannot be opened is a `UserError`. */
export async function openLines(io: Io, path: string): Promise<LineFile> {
  let pending = "";
  const add = (line: string): void => void (pending += `${line}\n`);
  if (path === "-") {
    const flush = async (): Promise<void> => {
      io.stdout.write(pending);
      pending = "";
    };
    return { add, flush, close: flush, rewind: () => Promise.resolve(false) };
  }
  let stream = await openStream(io, path);
  const flush = async (): Promise<void> => {
    const text = pending;
    pending = "";
    if (text !== "" && !stream.write(text)) await once(stream, "drain");
  };
  const close = async (): Promise<void> => {
    await flush();
    stream.end();
    await once(stream, "finish");
  };
  const rewind = async (): Promise<boolean> => {
    pending = "";
    stream.end();
    await once(stream, "finish");
    stream = await openStream(io, path);
    return true;
  };
  return { add, flush, close, rewind };
}

async function openStream(io: Io, path: string): Promise<WriteStream> {
  const stream = createWriteStream(resolve(io.cwd, path));
  await once(stream, "open").catch((cause: unknown) => Promise.reject(unwritable(path, cause)));
  return stream;
}

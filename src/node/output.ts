import { closeSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { hideSecrets } from "../text/hide-secrets.ts";
import type { Io } from "./io.ts";
import { ReaderGone } from "./reader-gone.ts";
import { writeAll } from "./fresh-file.ts";
import { replaceFile, targetOf, unwritable } from "./replace-file.ts";
import { Spool } from "./spool.ts";

/** Whether a result has colours: on a terminal, unless it goes to a file or `NO_COLOR` is set. */
export function isColored({ stdout, env }: Io, output: string | undefined): boolean {
  return stdout.isTTY && output === undefined && env["NO_COLOR"] === undefined;
}

/**
 * Writes a document to the file of `--output`, else to stdout. Secrets in it are stars, in names
 * too: whoever wants the values of arguments asks for them, and gets the document by {@link
 * writeAsIs}.
 */
export async function writeDocument(
  io: Io,
  text: string,
  output: string | undefined,
): Promise<void> {
  await writeAsIs(io, hideSecrets(text), output);
}

/** As {@link writeDocument}, with every value as it is. */
export async function writeAsIs(io: Io, text: string, output: string | undefined): Promise<void> {
  if (output === undefined || output === "-") io.stdout.write(text);
  else await replaceFile(resolve(io.cwd, output), output, text);
}

/**
 * A file that grows line by line, without holding more than a batch in memory. It is there when it
 * is closed, whole.
 */
export interface LineFile {
  readonly add: (line: string) => void;
  /** Hands on what was added; to be called between batches. */
  readonly flush: () => void;
  /** Forgets what was added; undefined where that cannot be: for stdout and other streams. */
  readonly rewind: (() => void) | undefined;
  readonly close: () => Promise<void>;
}

/** Where lines go, a batch at a time. */
interface LineSink {
  readonly write: (text: string) => void;
  readonly rewind?: () => void;
  readonly close: () => Promise<void>;
}

/**
 * Opens a file for lines that are all that a command is for; `-` is stdout, and the command is over
 * where nobody reads it any more (`ReaderGone`). What cannot be written is a `UserError`.
 */
export async function openLines(io: Io, path: string): Promise<LineFile> {
  return lineFile(path === "-" ? stdoutSink(io, true) : fileSink(io, path));
}

/** As {@link openLines}, of lines that are written beside what the command is for. */
export async function openLog(io: Io, path: string): Promise<LineFile> {
  return lineFile(path === "-" ? stdoutSink(io, false) : fileSink(io, path));
}

function lineFile(sink: LineSink): LineFile {
  const { rewind } = sink;
  let pending = "";
  const flush = (): void => {
    const text = pending;
    pending = "";
    if (text !== "") sink.write(text);
  };
  return {
    add: (line) => void (pending += `${line}\n`),
    flush,
    rewind:
      rewind &&
      (() => {
        pending = "";
        rewind();
      }),
    close: async () => {
      flush();
      await sink.close();
    },
  };
}

function stdoutSink({ stdout }: Io, needsReader: boolean): LineSink {
  const write = (text: string): void => {
    stdout.write(text);
    if (needsReader && stdout.isClosed?.() === true) throw new ReaderGone();
  };
  return { write, close: () => Promise.resolve() };
}

function fileSink(io: Io, path: string): LineSink {
  const target = resolve(io.cwd, path);
  return targetOf(target, path) === "stream" ? streamSink(target, path) : spoolSink(target, path);
}

/**
 * Lines are gathered where the file is to be, so that a disk that is full or read-only is found at
 * once.
 */
function spoolSink(target: string, name: string): LineSink {
  const spool = Spool.open(dirname(target), name);
  return {
    write: (text) => spool.add(text),
    rewind: () => spool.clear(),
    close: async () => {
      await replaceFile(target, name, spool.pieces());
      spool.close();
    },
  };
}

function streamSink(target: string, name: string): LineSink {
  const trying = <T>(use: () => T): T => {
    try {
      return use();
    } catch (cause) {
      throw unwritable(name, cause);
    }
  };
  const fd = trying(() => openSync(target, "w"));
  return {
    write: (text) => trying(() => writeAll(fd, Buffer.from(text, "utf8"))),
    close: async () => trying(() => closeSync(fd)),
  };
}

import { closeSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UserError } from "../diagnostics/user-error.ts";
import { hideSecrets } from "../text/hide-secrets.ts";
import type { Io } from "./io.ts";
import { ReaderGone } from "./reader-gone.ts";
import { writeAll } from "./fresh-file.ts";
import { type LineEncoding, encoded } from "./line-encoding.ts";
import type { LineSink } from "./line-sink.ts";
import { replaceFile, targetOf, unwritable } from "./replace-file.ts";
import { bytesOf, Spool } from "./spool.ts";

/**
 * Whether a result has colours: on a terminal, unless it goes to a file or `NO_COLOR` is set.
 * `FORCE_COLOR` decides before both, as in Node: 0 and false are none, anything else is colours in a
 * pipe too.
 */
export function isColored({ stdout, env }: Io, output: string | undefined): boolean {
  if (output !== undefined) return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  return stdout.isTTY && (env["NO_COLOR"] ?? "") === "";
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

/**
 * Opens a file for lines that are all that a command is for; `-` is stdout, and the command is over
 * where nobody reads it any more (`ReaderGone`). `encoding`: how the lines are stored; as they are
 * where it is not given. What cannot be written is a `UserError`.
 */
export async function openLines(
  io: Io,
  path: string,
  encoding: LineEncoding = "plain",
): Promise<LineFile> {
  return lineFile(await sinkOf(io, path, { encoding, needsReader: true }));
}

/** As {@link openLines}, of lines that are written beside what the command is for. */
export async function openLog(
  io: Io,
  path: string,
  encoding: LineEncoding = "plain",
): Promise<LineFile> {
  return lineFile(await sinkOf(io, path, { encoding, needsReader: false }));
}

async function sinkOf(
  io: Io,
  path: string,
  { encoding, needsReader }: { readonly encoding: LineEncoding; readonly needsReader: boolean },
): Promise<LineSink<string>> {
  if (path !== "-") return encoded(fileSink(io, path), encoding);
  if (encoding === "plain") return stdoutSink(io, needsReader);
  throw new UserError("unwritable", "only JSON Lines can be written to standard output", {
    help: "pass a file, or the path of a pipe such as /dev/stdout",
  });
}

function lineFile(sink: LineSink<string>): LineFile {
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

function stdoutSink({ stdout }: Io, needsReader: boolean): LineSink<string> {
  const write = (text: string): void => {
    stdout.write(text);
    if (needsReader && stdout.isClosed?.() === true) throw new ReaderGone();
  };
  return { write, close: () => Promise.resolve() };
}

function fileSink(io: Io, path: string): LineSink<string | Uint8Array> {
  const target = resolve(io.cwd, path);
  return targetOf(target, path) === "stream" ? streamSink(target, path) : spoolSink(target, path);
}

/**
 * Lines are gathered where the file is to be, so that a disk that is full or read-only is found at
 * once.
 */
function spoolSink(target: string, name: string): LineSink<string | Uint8Array> {
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

function streamSink(target: string, name: string): LineSink<string | Uint8Array> {
  const trying = <T>(use: () => T): T => {
    try {
      return use();
    } catch (cause) {
      throw unwritable(name, cause);
    }
  };
  const fd = trying(() => openSync(target, "w"));
  return {
    write: (content) => trying(() => writeAll(fd, bytesOf(content))),
    close: async () => trying(() => closeSync(fd)),
  };
}

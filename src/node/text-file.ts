import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { utf8Text } from "../text/utf8.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { isMissing, whyUnreadable } from "./file-error.ts";

const MEBIBYTE = 1024 * 1024;
/**
 * No text that is read whole and parsed as YAML has more bytes: a request, a configuration, a
 * mapping, a policy. WHY so few: each value of a dense text takes a hundred times its bytes while
 * the text is parsed.
 */
export const MAX_TEXT_BYTES = 8 * MEBIBYTE;

/** A limit in bytes, as messages tell it. */
export function inMebibytes(bytes: number): string {
  return `${bytes / MEBIBYTE} MiB`;
}

/**
 * The text of a file's bytes; what is no UTF-8 is a `UserError` with its place. `name` is what the
 * user calls the file.
 */
export function textOf(name: string, bytes: Uint8Array): string {
  const read = utf8Text(bytes);
  if ("text" in read) return read.text;
  throw new UserError("not-utf8", `\`${name}\` cannot be read: ${read.fault}`, { help: read.help });
}

/**
 * The text of a stream; one of more than `most` bytes is a `UserError`, and no more of it is read.
 */
export async function streamText(
  name: string,
  chunks: AsyncIterable<unknown>,
  most: number,
): Promise<string> {
  const held: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of chunks) {
    const bytes = chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
    total += bytes.length;
    if (total > most) {
      throw new UserError(
        "unreadable",
        `\`${name}\` cannot be read: it has more than ${inMebibytes(most)}`,
        {
          help: "check the path: a file of this kind is small",
        },
      );
    }
    held.push(bytes);
  }
  return textOf(name, Buffer.concat(held));
}

/**
 * The text of a file, which may be a pipe; undefined where there is none of that name. One that is
 * there and cannot be read, is no UTF-8 or has more than `most` bytes is a `UserError`.
 */
export async function readText(
  cwd: string,
  name: string,
  most = MAX_TEXT_BYTES,
): Promise<string | undefined> {
  try {
    return await streamText(name, createReadStream(resolve(cwd, name)), most);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    if (isMissing(cause)) return undefined;
    throw new UserError("unreadable", `\`${name}\` cannot be read: ${whyUnreadable(cause)}`);
  }
}

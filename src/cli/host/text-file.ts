import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { utf8Text } from "../../text/utf8.ts";
import { UserError } from "../user-error.ts";
import { isMissing, whyUnreadable } from "./file-error.ts";

/** The text of a file's bytes; what is no UTF-8 is a `UserError` with its place. `name` is what the user calls the file. */
export function textOf(name: string, bytes: Uint8Array): string {
  const read = utf8Text(bytes);
  if ("text" in read) return read.text;
  throw new UserError("not-utf8", `\`${name}\` cannot be read: ${read.fault}`, { help: read.help });
}

/** The text of a file; undefined where there is none of that name. One that is there and cannot be read, or is no UTF-8, is a `UserError`. */
export async function readText(cwd: string, name: string): Promise<string | undefined> {
  const bytes = await readFile(resolve(cwd, name)).catch((cause: unknown) => {
    if (isMissing(cause)) return undefined;
    throw new UserError("unreadable", `\`${name}\` cannot be read: ${whyUnreadable(cause)}`);
  });
  return bytes === undefined ? undefined : textOf(name, bytes);
}

import { readFileSync, realpathSync } from "node:fs";
import { UserError } from "../diagnostics/user-error.ts";
import { isMissing, whyUnreadable } from "../node/file-error.ts";
import { replaceFile } from "../node/replace-file.ts";
import { textOf } from "../node/text-file.ts";
import { isJsonObject, type JsonObject } from "../request/json.ts";
import { edited, type Edit } from "../text/json-edits.ts";
import { placedJson, type PlacedJson } from "../text/placed-json.ts";

/** The settings of another program, which that program and people write too. */
export interface SettingsFile {
  readonly path: string;
  /** Every byte of the file, a byte order mark included. */
  readonly text: string;
  readonly settings: JsonObject;
  /** The same as it is written. */
  readonly placed: PlacedJson;
}

/** A member that an object has; one that it has twice is a `UserError`, as programs differ on which counts. */
export function memberOnce(
  { members = [] }: PlacedJson,
  key: string,
  path: string,
): PlacedJson | undefined {
  const [first, second] = members.filter((member) => member.key === key);
  if (second === undefined) return first?.value;
  throw new UserError("settings", `\`${path}\` has \`${key}\` twice, so nothing was changed`, {
    help: "remove one of them",
  });
}

function readBytes(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw new UserError("unreadable", `\`${path}\` cannot be read: ${whyUnreadable(cause)}`);
  }
}

/**
 * Reads the settings of a program; undefined where there is no file. JSON with comments is read too. A
 * file that cannot be read or is no JSON object is a `UserError`, and stays as it is.
 */
export function readSettingsFile(path: string): SettingsFile | undefined {
  const bytes = readBytes(path);
  if (bytes === undefined) return undefined;
  const text = textOf(path, bytes);
  const placed = placedJson(text);
  if ("brokenAt" in placed) {
    const before = text.slice(0, placed.brokenAt).split("\n");
    const at = `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
    throw new UserError("settings", `\`${path}\` is not JSON at ${at}, so nothing was changed`, {
      help: "fix the file",
    });
  }
  if (placed.members === undefined || !isJsonObject(placed.value))
    throw new UserError("settings", `\`${path}\` is not a JSON object, so nothing was changed`, {
      help: "fix the file",
    });
  return { path, text, settings: placed.value, placed };
}

/** Why a program that knows only plain JSON may pass over a file; undefined: it reads it. */
export function whyPassedOver({ path, text }: SettingsFile): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return `\`${path}\` has comments, a comma too many or a byte order mark, and a host may pass over`;
  }
}

/**
 * Writes edits of a file that was read: every byte elsewhere stays, and so do its permissions. A link
 * stays one: the file that it leads to is replaced. A file that somebody else wrote in the meantime is
 * a `UserError`, and stays.
 */
export function editSettingsFile(file: SettingsFile, edits: readonly Edit[]): Promise<void> {
  return writeSettings(file, edited(file.text, edits));
}

/** Writes a new text of a file that was read, as {@link editSettingsFile} does. */
export async function writeSettings({ path, text }: SettingsFile, next: string): Promise<void> {
  if (readBytes(path)?.equals(Buffer.from(text)) !== true)
    throw new UserError("settings", `\`${path}\` has just been changed by another program`, {
      help: "nothing was changed; run the command again",
    });
  await replaceFile(realpathSync(path), path, next);
}

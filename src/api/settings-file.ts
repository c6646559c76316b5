import { dirname } from "node:path";
import { UserError } from "../diagnostics/user-error.ts";
import { isJsonObject, type JsonObject } from "../request/json.ts";
import { readText } from "../node/text-file.ts";

/**
 * The settings of a program in a file, none where there is no file; a file that cannot be read or
 * is no JSON object is a `UserError`, and stays
 * as it is.
 */
export async function readSettings(path: string): Promise<JsonObject> {
  const text = await readText(dirname(path), path);
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // told below
  }
  throw new UserError("settings", `\`${path}\` is not a JSON object, so nothing was changed`, {
    help: "fix the file, or remove its comments",
  });
}

import { isJsonObject, type JsonObject } from "../request/json.ts";
import { keepNumbers, writtenNumbers } from "../text/exact-number.ts";

/** A message written anew with a change, its numbers with the digits that they had. */
export function editedLine(line: Buffer, edit: (message: JsonObject) => JsonObject): Buffer {
  const value: unknown = JSON.parse(keepNumbers(line.toString("utf8")));
  if (!isJsonObject(value)) throw new Error("a message that was read is no object");
  return Buffer.from(`${writtenNumbers(JSON.stringify(edit(value)))}\n`);
}

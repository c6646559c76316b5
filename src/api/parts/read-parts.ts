import { UserError } from "../../diagnostics/user-error.ts";
import type { PartResult } from "../../documents/part-result.ts";
import { expandInputs } from "../../node/inputs.ts";
import { isJsonObject, member, stringMember } from "../../request/json.ts";
import { LineReader } from "../../trace/read-lines.ts";
import { isPart, PART_FORMAT } from "./part-form.ts";

/** What a folder of parts is searched for. */
const ENDINGS = ["json", "jsonl", "ndjson", "txt"];

/** A part, and what messages call it: its file, and its line where a file has several. */
export interface NamedPart {
  readonly name: string;
  readonly part: PartResult;
}

/** The part that a line holds, or why it holds none. */
export function partIn(text: string): PartResult | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is not JSON; a part that was cut off is no part";
  }
  if (isPart(value)) return value;
  if (!isJsonObject(value) || stringMember(value, "command") !== "part") return "it is not a part";
  const format = member(value, "format");
  return format === PART_FORMAT
    ? "it is damaged"
    : `it has format ${JSON.stringify(format)}, and this agentz reads format ${PART_FORMAT}`;
}

function unusable(name: string, why: string): UserError {
  return new UserError("unreadable-part", `\`${name}\` cannot be merged: ${why}`, {
    help: "a part is one line that `agentz part` of the same version wrote",
  });
}

/** Reads parts one after the other, each line one; empty lines and files hold none. */
export async function* readParts(paths: readonly string[]): AsyncGenerator<NamedPart> {
  for (const file of await expandInputs(paths, ENDINGS)) {
    let found: NamedPart[] = [];
    const reader = new LineReader({
      onLine: (text, line) => {
        const name = line === 1 ? file.name : `${file.name}:${line}`;
        const part = partIn(text);
        if (typeof part === "string") throw unusable(name, part);
        found.push({ name, part });
      },
      onUnreadable: (line, cause) => {
        throw unusable(`${file.name}:${line}`, cause);
      },
    });
    const taken = (): readonly NamedPart[] => {
      const parts = found;
      found = [];
      return parts;
    };
    for await (const chunk of file.open()) {
      reader.push(chunk);
      yield* taken();
    }
    reader.end();
    yield* taken();
  }
}

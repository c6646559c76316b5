import type { Earlier } from "../coverage/earlier.ts";
import { decodeEarlier } from "../coverage/earlier.ts";
import { UserError } from "../diagnostics/user-error.ts";
import type { Io } from "../node/io.ts";
import { MAX_FILE_BYTES } from "../node/regular-file.ts";
import { readText } from "../node/text-file.ts";
import { parseJson } from "../trace/parse-json.ts";

/** Reads the result of an earlier run. */
export async function readEarlier(io: Io, path: string): Promise<Earlier> {
  const text = await readText(io.cwd, path, MAX_FILE_BYTES);
  if (text === undefined)
    throw new UserError("earlier-report", `the earlier report \`${path}\` cannot be read`);
  const parsed = parseJson(text);
  const earlier = "reason" in parsed ? parsed.reason : decodeEarlier(parsed.value);
  if (typeof earlier !== "string") return earlier;
  throw new UserError("earlier-report", `\`${path}\` is not an earlier report: ${earlier}`, {
    help: "give a file that `agentz coverage --format json` or `agentz report --format json` wrote",
  });
}

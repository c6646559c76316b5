import type { JsonObject } from "../../request/json.ts";
import { isJsonObject } from "../../request/json.ts";
import { containerEnd } from "../../text/json-facts.ts";
import { parseKeepingNumbers } from "../parse-json.ts";
import { LineReader } from "../read-lines.ts";
import { timeText } from "./call-values.ts";
import type { ImportTally } from "./import-tally.ts";
import type { ImportFile } from "./importer.ts";
import { readableBytes } from "./readable-bytes.ts";

/** A message of such a log, as recorders write it, and its line. */
interface LoggedMessage {
  readonly value: JsonObject;
  readonly line: number;
}

/** Where a line of a desktop's log says that a message follows: Claude's, then VS Code's. */
const FOLLOWS =
  /^(.*?)(?:Message from (?:client|server):|\[(?:editor|client) -> server\]|\[server -> (?:editor|client)\])\s*(?=\{)/;
const LEVELS = /^(?:trace|debug|info|warn|warning|error|log)$/i;

/** Whether text of a file's start is a log of an MCP client on a desktop. */
export function isDesktopLog(text: string): boolean {
  return text.split("\n").some((line) => FOLLOWS.test(line));
}

/**
 * The messages in the log that a desktop keeps of its MCP servers, with time and server. Other lines
 * are left out; a message whose end is missing is counted.
 */
export async function* readDesktopLog(
  file: ImportFile,
  tally: ImportTally,
): AsyncGenerator<readonly LoggedMessage[]> {
  let found: LoggedMessage[] = [];
  const named = /mcp-server-(.+)\.log/.exec(file.relative)?.[1];
  const reader = new LineReader({
    onLine: (text, line) => {
      const told = FOLLOWS.exec(text);
      if (told === null) return;
      const json = text.slice(told[0].length);
      const value = messageOf(json);
      if (value !== undefined)
        found.push({ value: { ...placeOf(told[1] ?? "", named), message: value }, line });
      else if (/"(?:tools\/call|resources\/read|prompts\/get)"/.test(json))
        tally.addNotUnderstood("a message of an MCP log that is cut off", file.name, line);
      else tally.addUnreadable("a message of an MCP log is not JSON", file.name, line);
    },
    onUnreadable: (line, cause) => tally.addUnreadable(cause, file.name, line),
  });
  for await (const chunk of readableBytes(file, tally)) {
    reader.push(chunk);
    yield found;
    found = [];
  }
  tally.lines += reader.end();
  yield found;
}

/** WHY not to the line's end: the host writes what it knows of the message behind it. */
function messageOf(json: string): JsonObject | undefined {
  const end = containerEnd(json);
  const parsed = end === undefined ? undefined : parseKeepingNumbers(json.slice(0, end));
  return parsed !== undefined && "value" in parsed && isJsonObject(parsed.value)
    ? parsed.value
    : undefined;
}

/** Time and server as the beginning of a line has them: `<time> [<server>] [<level>]`. */
function placeOf(head: string, named: string | undefined): JsonObject {
  const [written = ""] = head.split(/\s/);
  const server = [...head.matchAll(/\[([^\]]+)\]/g)]
    .map(([, name = ""]) => name)
    .find((name) => !LEVELS.test(name));
  const time = timeText(written);
  return {
    ...(time !== undefined && { time }),
    ...((server ?? named) !== undefined && { server: server ?? named }),
  };
}

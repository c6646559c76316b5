import type { Json, JsonObject } from "../request/json.ts";
import { keptNumber } from "../text/exact-number.ts";
import { parseKeepingNumbers } from "../trace/parse-json.ts";
import { LineReader } from "../trace/read-lines.ts";
import type { ImportTally } from "../trace/importers/import-tally.ts";
import type { ImportFile } from "../trace/importers/importer.ts";
import { readableBytes } from "../trace/importers/readable-bytes.ts";

/** A line of a log as a record, and its number. */
interface TextRecord {
  readonly value: unknown;
  readonly line: number;
}

/**
 * The lines of a log, each a record: `{text}`, or in `logfmt` the members that it names. A line
 * that is a JSON object is that object, since many programs write either.
 */
export async function* readTextRecords(
  file: ImportFile,
  tally: ImportTally,
  format: "text" | "logfmt",
): AsyncGenerator<readonly TextRecord[]> {
  let records: TextRecord[] = [];
  const reader = new LineReader({
    onLine: (text, line) => {
      if (text.trim() !== "") records.push({ value: recordOf(text, format), line });
    },
    onUnreadable: (line, cause) => tally.addUnreadable(cause, file.name, line),
  });
  for await (const chunk of readableBytes(file, tally)) {
    reader.push(chunk);
    yield records;
    records = [];
  }
  tally.lines += reader.end();
  yield records;
}

function recordOf(text: string, format: "text" | "logfmt"): unknown {
  if (text.startsWith("{")) {
    const parsed = parseKeepingNumbers(text);
    if ("value" in parsed) return parsed.value;
  }
  return format === "text" ? { text } : logfmtOf(text);
}

/**
 * A word, or a name with a value behind `=`, which may stand in quotes; one whose end is cut off
 * takes the rest of the line.
 */
const PAIR = /([^\s="]+)(?:=("(?:[^"\\]|\\.)*"?|\S*))?/g;

/**
 * What a line in logfmt names: numbers and words, texts without their quotes. Words without `=` are
 * `words`. A name that stands twice is no member, since nobody knows which one was meant.
 */
export function logfmtOf(text: string): JsonObject {
  const members = new Map<string, Json>();
  const words: string[] = [];
  const twice = new Set<string>();
  for (const [, name = "", written] of text.matchAll(PAIR)) {
    if (written === undefined) words.push(name);
    else if (members.has(name)) twice.add(name);
    else members.set(name, valueOf(written));
  }
  for (const name of twice) members.delete(name);
  return { ...Object.fromEntries(members), words };
}

function valueOf(written: string): Json {
  if (/^-?\d+(\.\d+)?$/.test(written)) return keptNumber(written);
  if (!written.startsWith('"')) return written;
  const parsed = parseKeepingNumbers(written);
  return "value" in parsed && typeof parsed.value === "string" ? parsed.value : written;
}

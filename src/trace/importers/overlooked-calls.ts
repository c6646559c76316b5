import { TraceError } from "../../diagnostics/trace-error.ts";
import { callShapes } from "./call-shapes.ts";
import { ImportTally } from "./import-tally.ts";
import type { ImportFile } from "./importer.ts";
import { readJson } from "./read-json.ts";

/** How much of a file that comes once is held for a second look, in bytes. */
const HELD = 1024 * 1024;

/** A file that can be read again, in part at least, after an importer has read it. */
export interface WatchedFile {
  readonly file: ImportFile;
  readonly again: () => ImportFile;
}

/** `file`; of standard input, which comes once, the first MiB can be read again. */
export function watchedFile(file: ImportFile): WatchedFile {
  if (file.path !== "-") return { file, again: () => file };
  const held: Uint8Array[] = [];
  let bytes = 0;
  async function* open(): AsyncGenerator<Uint8Array> {
    for await (const chunk of file.open()) {
      if (bytes < HELD) held.push(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  async function* replay(): AsyncGenerator<Uint8Array> {
    yield* held;
  }
  return { file: { ...file, open }, again: () => ({ ...file, open: replay }) };
}

/**
 * Counts what looks like calls in a file of which an importer took none, by place: nothing of an
 * input may vanish (design 7.7).
 */
export async function countCallShapes(file: ImportFile, tally: ImportTally): Promise<void> {
  try {
    for await (const items of readJson(file, new ImportTally()))
      for (const { value, line } of items)
        for (const [place, { count }] of callShapes(value, { loose: false }))
          for (let left = count; left > 0; left--)
            tally.addNotUnderstood(`\`${place}\` looks like a call`, file.name, line);
  } catch (error) {
    // the importer met the same fault, and reported it
    if (!(error instanceof TraceError)) throw error;
  }
}

import { TraceError } from "../trace-error.ts";
import type { ImportTally } from "./import-tally.ts";
import type { ImportFile } from "./importer.ts";

/**
 * A file's bytes, up to where they can be read: what comes before a break in gzip data is imported, and the break is
 * told to the tally. A file of which nothing can be read is a `TraceError`.
 */
export async function* readableBytes(file: ImportFile, tally: ImportTally): AsyncGenerator<Uint8Array> {
  let given = false;
  try {
    for await (const chunk of file.open()) {
      given = true;
      yield chunk;
    }
  } catch (error) {
    if (!given || !(error instanceof TraceError)) throw error;
    tally.addUnreadable(error.message, file.name);
  }
}

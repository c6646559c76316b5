import { TraceError } from "../../diagnostics/trace-error.ts";
import type { ImportTally } from "./import-tally.ts";
import type { ImportFile } from "./importer.ts";
import { sqliteCause } from "./sqlite-file.ts";

/**
 * A file's bytes, up to where they can be read: what comes before a break in gzip data is imported,
 * and the break is told to the tally. A file of which nothing can be read is a `TraceError`, and so
 * is one that is no text.
 */
export async function* readableBytes(
  file: ImportFile,
  tally: ImportTally,
): AsyncGenerator<Uint8Array> {
  let given = false;
  try {
    for await (const chunk of file.open()) {
      if (!given) refuseBinary(chunk, file.name);
      given = true;
      yield chunk;
    }
  } catch (error) {
    if (!given || !(error instanceof TraceError)) throw error;
    tally.addBroken(error.message, file.name);
  }
}

/** WHY by control characters: no text of a log has any, and OTLP's protobuf has some at once. */
function refuseBinary(start: Uint8Array, name: string): void {
  const control = start
    .subarray(0, 512)
    .some((byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 13);
  if (!control) return;
  const sqlite = sqliteCause(new TextDecoder().decode(start.subarray(0, 16)));
  throw new TraceError(
    `cannot read \`${name}\`: ${sqlite ?? "it is binary (for example protobuf), not text"}`,
  );
}

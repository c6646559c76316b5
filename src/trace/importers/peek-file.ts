import type { ImportFile } from "./importer.ts";

/** The first bytes of a file, and the file with these put back: standard input comes once. */
export async function peekFile(
  file: ImportFile,
): Promise<{ readonly head: Uint8Array; readonly opened: ImportFile }> {
  const chunks = file.open()[Symbol.asyncIterator]();
  const first = await chunks.next();
  const head = first.done === true ? new Uint8Array(0) : first.value;
  async function* open(): AsyncGenerator<Uint8Array> {
    if (first.done === true) return;
    yield first.value;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next())
      yield next.value;
  }
  return { head, opened: { ...file, open } };
}

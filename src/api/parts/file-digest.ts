import { createHash } from "../../node/files.ts";
import type { TraceFile } from "../../trace/read-events.ts";
import { TraceDigest } from "../../trace/digest.ts";

/** The digest of files' bytes, in the order of their names. */
export async function digestOfFiles(files: readonly TraceFile[]): Promise<string> {
  const digest = new TraceDigest(createHash);
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const [index, file] of sorted.entries())
    for await (const chunk of file.open()) digest.update(index, chunk);
  return digest.finish(sorted.length);
}

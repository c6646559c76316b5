import type { IndexResult } from "../../documents/trace-index-result.ts";
import { text } from "../trace-stats/words.ts";

/** What indexes were built, for a person. */
export function prettyIndex({ files }: IndexResult): string {
  const share = (bytes: number, whole: number): string =>
    whole === 0 ? "" : `, ${((100 * bytes) / whole).toFixed(1)}% of the trace`;
  return text(
    files.map(
      ({ file, index, bytes, of: whole, built }) =>
        `${file}: ${built ? "built" : "fresh"}, ${bytes.toLocaleString("en-US")} bytes${share(bytes, whole)}: ${index}`,
    ),
  );
}

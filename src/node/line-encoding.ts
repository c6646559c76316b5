import { gzipSync } from "node:zlib";
import type { LineSink } from "./line-sink.ts";
import type { RowTable } from "./row-table.ts";

/** How lines are stored: as they are, compressed, or as the rows of a Parquet file. */
export type LineEncoding = "plain" | "gz" | RowTable;

/** How much text is compressed at a time, in characters. */
const MEMBER = 1024 * 1024;

/** Lines as members of a gzip file: a file of several is read as one. */
function gzipSink(inner: LineSink<Uint8Array>): LineSink<string> {
  const { rewind } = inner;
  let pending = "";
  let isEmpty = true;
  const compress = (): void => {
    inner.write(gzipSync(pending));
    pending = "";
    isEmpty = false;
  };
  return {
    write: (text) => {
      pending += text;
      if (pending.length >= MEMBER) compress();
    },
    ...(rewind && {
      rewind: () => {
        pending = "";
        isEmpty = true;
        rewind();
      },
    }),
    close: async () => {
      if (pending !== "" || isEmpty) compress();
      await inner.close();
    },
  };
}

/** A sink for lines that stores them so in another one. */
export async function encoded(
  inner: LineSink<string | Uint8Array>,
  encoding: LineEncoding,
): Promise<LineSink<string>> {
  if (encoding === "plain") return inner;
  if (encoding === "gz") return gzipSink(inner);
  // WHY here: most runs write none, and the writer is a package of its own
  return (await import("./parquet-sink.ts")).parquetSink(inner, encoding);
}

import type { JsonObject } from "../../request/json.ts";
import type { ImportTally } from "./import-tally.ts";
import type { ImportFile, ImportOptions } from "./importer.ts";
import { readJson } from "./read-json.ts";
import type { SplitRule } from "./split-document.ts";
import { SpanForest } from "./span-forest.ts";

/** Reads the values of a file, and hands the spans in them to a forest. */
interface ValueReader {
  read(value: unknown, line: number): void;
}

/** The events of a file of spans, whose values a reader of their format takes apart. */
export async function* importSpans(
  work: { readonly file: ImportFile; readonly options: ImportOptions; readonly tally: ImportTally },
  readerOf: (forest: SpanForest) => ValueReader,
  parts?: SplitRule,
): AsyncGenerator<readonly JsonObject[]> {
  const forest = new SpanForest(work);
  const reader = readerOf(forest);
  for await (const items of readJson(work.file, work.tally, parts)) {
    for (const { value, line } of items) reader.read(value, line);
    yield forest.take();
  }
  yield forest.end();
}

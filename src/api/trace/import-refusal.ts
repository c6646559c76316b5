import { TraceError } from "../../diagnostics/trace-error.ts";
import { suggestMapping } from "../../mapping/suggest.ts";
import { nearestInWords, startOf } from "../../trace/importers/nearest-format.ts";
import type { ImportFile } from "../../trace/importers/importer.ts";
import { FORMATS } from "./import-formats.ts";

/** What helps where no format fits: `path` is a file that is to be imported. */
export function wayOut(path = "<file>"): string {
  const name = /[\s'"$`\\]/.test(path) ? "<file>" : path;
  return (
    `the formats are ${FORMATS.join(", ")}; for any other format, \`agentz import --suggest ` +
    `${name} -o mapping.yaml\` writes a first mapping, and \`agentz import generic ${name} ` +
    `--mapping mapping.yaml\` reads it`
  );
}

/** What is said where nothing of files could be imported. */
export interface ImportRefusal {
  readonly help: string;
  /** A mapping to begin with, of the first file; undefined where nothing in it looks like a call. */
  readonly mapping: string | undefined;
}

/** What helps with these files, of which nothing could be imported. */
export async function importRefusal(files: readonly ImportFile[]): Promise<ImportRefusal> {
  const [first] = files.filter(({ path }) => path !== "-");
  if (first === undefined) return { help: wayOut(), mapping: undefined };
  const near = nearestInWords(await startOf(first));
  return {
    help: `${near === "" ? "" : `${near}; `}${wayOut(first.name)}`,
    mapping: await suggestion(first),
  };
}

async function suggestion(file: ImportFile): Promise<string | undefined> {
  try {
    return await suggestMapping([file]);
  } catch (error) {
    // the import met the same fault, and reported it
    if (!(error instanceof TraceError)) throw error;
    return undefined;
  }
}

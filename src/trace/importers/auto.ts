import type { JsonObject } from "../../request/json.ts";
import type { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportOptions } from "./importer.ts";
import { nearestInWords } from "./nearest-format.ts";
import { outline } from "./outline.ts";
import { sqliteCause } from "./sqlite-file.ts";

/** How much of a file is looked at to tell its format, in bytes. */
const SAMPLE = 65_536;

/**
 * The importer that tells each file's format by its content, the first of `importers` that knows
 * it; files of several formats may come together. A file that none knows is counted as unreadable.
 */
export function autoImporter(importers: readonly Importer[]): Importer {
  return {
    name: "auto",
    title: "any of these; the content of each file decides",
    recognises: (sample) => importers.some((importer) => importer.recognises(sample)),
    convert: (file, options, tally) => convert(file, { importers, options, tally }),
    survey: async (files) => autoImporter(await surveyed(importers, files)),
  };
}

interface Work {
  readonly importers: readonly Importer[];
  readonly options: ImportOptions;
  readonly tally: ImportTally;
}

async function* convert(
  file: ImportFile,
  { importers, options, tally }: Work,
): AsyncGenerator<readonly JsonObject[]> {
  const { text, opened } = await sniff(file);
  const found = recognised(importers, file, text);
  if (found !== undefined) return yield* found.convert(opened, options, tally);
  tally.addUnreadable(text === "" ? "the file is empty" : unrecognised(text), file.name);
}

function unrecognised(text: string): string {
  const sqlite = sqliteCause(text);
  if (sqlite !== undefined) return sqlite;
  const near = nearestInWords(text);
  return `the format of the file is not recognised${near === "" ? "" : `; ${near}`}`;
}

/** The first importer that knows the file by its start, leaving aside what calls carried. */
function recognised(
  importers: readonly Importer[],
  file: ImportFile,
  start: string,
): Importer | undefined {
  const sample = { name: file.name, text: outline(start) };
  return importers.find((importer) => importer.recognises(sample));
}

/**
 * The start of a file, and the file with that start put back: standard input can be read only once.
 */
async function sniff(
  file: ImportFile,
): Promise<{ readonly text: string; readonly opened: ImportFile }> {
  const chunks = file.open()[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  const decoder = new TextDecoder();
  let text = "";
  let broken: unknown;
  while (text.length < SAMPLE && broken === undefined) {
    const next = await chunks.next().catch((error: unknown) => void (broken = error));
    if (next === undefined || next.done === true) break;
    head.push(next.value);
    text += decoder.decode(next.value, { stream: true });
  }
  if (text === "" && broken !== undefined) throw broken;
  return {
    text: text.slice(0, SAMPLE),
    opened: { ...file, open: () => withHead(head, chunks, broken) },
  };
}

/** WHY the error after the head: what comes before a break can be read. */
async function* withHead(
  head: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
  broken: unknown,
): AsyncGenerator<Uint8Array> {
  yield* head;
  if (broken !== undefined) throw broken;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** The importers, those that survey their files told of the ones that are theirs. */
async function surveyed(
  importers: readonly Importer[],
  files: readonly ImportFile[],
): Promise<readonly Importer[]> {
  if (files.length < 2 || files.some((file) => file.path === "-")) return importers;
  const own = new Map<Importer, ImportFile[]>();
  for (const file of files) {
    const sample = await start(file);
    const found = sample === undefined ? undefined : recognised(importers, file, sample);
    if (found?.survey !== undefined) own.set(found, listed(own.get(found), file));
  }
  return Promise.all(
    importers.map(
      async (importer) => (await importer.survey?.(own.get(importer) ?? [])) ?? importer,
    ),
  );
}

function listed(files: ImportFile[] | undefined, file: ImportFile): ImportFile[] {
  if (files === undefined) return [file];
  files.push(file);
  return files;
}

async function start(file: ImportFile): Promise<string | undefined> {
  try {
    for await (const chunk of file.open()) return new TextDecoder().decode(chunk).slice(0, SAMPLE);
  } catch {
    // the conversion meets the same fault, and reports it
  }
  return undefined;
}

import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/diagnostic.ts";
import { isJsonObject, member, type Json, type JsonObject } from "../request/json.ts";
import { parseCsv } from "./csv.ts";
import { didYouMean, Log, quoted } from "./log.ts";
import type { Catalog, DataEntry, DataFile, Document } from "./model.ts";
import { toJson } from "./node.ts";
import { NodeBuilder } from "./yaml-nodes.ts";
import { MAX_DEPTH, parseYaml } from "./yaml-parse.ts";
import { splitDocuments } from "./yaml-split.ts";

/** A file that a catalog asks for: its path as written, relative to the folder of the catalog's own file. */
export interface DataRequest {
  readonly catalog: string;
  readonly path: string;
}

/** The data files that the catalogs of a set ask for, for the host to read before the set is checked and compiled. */
export function dataRequests(documents: readonly Document[]): readonly DataRequest[] {
  return documents.flatMap((document) =>
    document.kind === "Catalog" ? document.data.flatMap((entry) => (entry.file === undefined ? [] : [{ catalog: entry.place.file, path: entry.file.path }])) : [],
  );
}

export interface WithData {
  readonly documents: readonly Document[];
  readonly diagnostics: readonly Diagnostic[];
}

/** One reading of a data file: its entry, for places, and where to write what is wrong. */
interface Reading {
  readonly entry: DataEntry;
  readonly file: DataFile;
  readonly log: Log;
}

function fault({ entry, log }: Reading, message: string, help?: string): undefined {
  log.add({ code: "data-file", place: entry.place, message, help });
  return undefined;
}

/** The rows of a CSV as maps by its first line; all cells are text. */
function csvValue(text: string, reading: Reading): readonly JsonObject[] | undefined {
  const rows = parseCsv(text);
  const header = rows?.[0];
  if (rows === undefined || header === undefined) return fault(reading, `${quoted(reading.file.path)} is not CSV with a first line of names`);
  const uneven = rows.findIndex((row) => row.length !== header.length);
  if (uneven >= 0) return fault(reading, `row ${uneven + 1} of ${quoted(reading.file.path)} has ${rows[uneven]?.length ?? 0} cells, not ${header.length}`);
  return rows.slice(1).map((row) => Object.fromEntries(row.map((cell, i) => [header[i] ?? "", cell])));
}

/** True where collections stand more than {@link MAX_DEPTH} deep; those who read the value later recurse into it. */
function isTooDeep(value: Json): boolean {
  let level: readonly Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((item) => (Array.isArray(item) ? item : isJsonObject(item) ? Object.values(item).filter((member) => member !== undefined) : []));
  }
  return false;
}

function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
    return value;
  } catch {
    return undefined;
  }
}

function jsonValue(text: string, reading: Reading): Json | undefined {
  const value = parseJson(text);
  if (value === undefined) return fault(reading, `${quoted(reading.file.path)} is not well-formed JSON`);
  return isTooDeep(value) ? fault(reading, `${quoted(reading.file.path)} nests more than ${MAX_DEPTH} levels deep`) : value;
}

function yamlValue(text: string, reading: Reading): Json | undefined {
  const log = new Log();
  const source = { file: reading.file.path, text };
  const [span, ...more] = splitDocuments(text);
  const parsed = span === undefined || more.length > 0 ? undefined : parseYaml(source, span, log);
  const root = parsed === undefined ? undefined : new NodeBuilder(source, parsed, log).build();
  const problem = log.found[0];
  if (problem !== undefined) return fault(reading, `${quoted(reading.file.path)} cannot be read: ${problem.message}`);
  return root === undefined ? fault(reading, `${quoted(reading.file.path)} does not hold one document`) : toJson(root);
}

/** The values of one column; a row without it is reported, since a list shorter than its file would be another list. */
function pluck(value: Json, column: string, reading: Reading): Json | undefined {
  if (!Array.isArray(value)) return fault(reading, `${quoted(reading.file.path)} has no columns: it is not a list of maps`);
  const cells: Json[] = [];
  for (const row of value) {
    const cell = isJsonObject(row) ? member(row, column) : undefined;
    if (cell === undefined) {
      const known = isJsonObject(row) ? Object.keys(row) : [];
      return fault(reading, `${quoted(reading.file.path)} has a row without the column ${quoted(column)}`, didYouMean(column, known));
    }
    cells.push(cell);
  }
  return cells;
}

function parserOf(path: string): (text: string, reading: Reading) => Json | undefined {
  if (/\.csv$/i.test(path)) return csvValue;
  return /\.json$/i.test(path) ? jsonValue : yamlValue;
}

function readData(text: string | undefined, reading: Reading): Json | undefined {
  if (text === undefined) return fault(reading, `the data file ${quoted(reading.file.path)} cannot be read`, "it is looked for beside the catalog");
  const value = parserOf(reading.file.path)(text, reading);
  return value === undefined || reading.file.column === undefined ? value : pluck(value, reading.file.column, reading);
}

/**
 * The documents with their data files read in (design 2.5); `textOf` gives a file's text, or undefined where it cannot
 * be read. What is wrong with a file is reported at the entry that asks for it, whose value stays null.
 */
export function withDataFiles(documents: readonly Document[], textOf: (request: DataRequest) => string | undefined): WithData {
  const log = new Log();
  const fill = (entry: DataEntry): DataEntry => {
    const { file } = entry;
    if (file === undefined) return entry;
    const value = readData(textOf({ catalog: entry.place.file, path: file.path }), { entry, file, log });
    return value === undefined ? entry : { ...entry, value };
  };
  const filled = documents.map((document): Document => {
    if (document.kind !== "Catalog" || document.data.every((entry) => entry.file === undefined)) return document;
    const catalog: Catalog = { ...document, data: document.data.map(fill) };
    return catalog;
  });
  return { documents: filled, diagnostics: sortDiagnostics(log.found) };
}

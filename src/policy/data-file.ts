import { parse as parseCsv } from "csv-parse/sync";
import { parse as parseYaml } from "yaml";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { isJsonObject, type Json } from "../request/json.ts";
import type { Source } from "../text/span.ts";
import type { Catalog, DataEntry, DataFile, Document } from "./model.ts";

/** Reads a file beside another: its text, or why it cannot be read, as a clause. The host brings it. */
export type ReadBeside = (file: string, path: string) => { readonly source: Source } | { readonly fault: string };

/** Documents with their data files read, what was wrong with those, and their texts (they belong to the set's digest). */
export interface ResolvedData {
  readonly documents: readonly Document[];
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: readonly Source[];
}

/** Reads the data files of all catalogs (design 2.5 `data`). */
export function resolveData(documents: readonly Document[], read: ReadBeside): ResolvedData {
  const diagnostics: Diagnostic[] = [];
  const sources: Source[] = [];
  const resolveEntry = (entry: DataEntry): DataEntry => {
    if (entry.file === undefined) return entry;
    const found = isBeside(entry.file.path) ? read(entry.place.file, entry.file.path) : { fault: "it must stand beside the catalog, or in a folder below" };
    if ("source" in found) sources.push(found.source);
    const value = "source" in found ? readData(found.source, entry.file) : found;
    if ("value" in value) return { ...entry, value: value.value };
    diagnostics.push(faultAt(entry, entry.file, value.fault));
    return entry;
  };
  const resolved = documents.map((document): Document => (document.kind === "Catalog" ? resolveCatalog(document, resolveEntry) : document));
  return { documents: resolved, diagnostics, sources };
}

function resolveCatalog(catalog: Catalog, resolve: (entry: DataEntry) => DataEntry): Catalog {
  return catalog.data.some((entry) => entry.file !== undefined) ? { ...catalog, data: catalog.data.map(resolve) } : catalog;
}

function isBeside(path: string): boolean {
  return !/^([A-Za-z]:|[\\/])/.test(path) && !path.split(/[\\/]/).includes("..");
}

function faultAt(entry: DataEntry, file: DataFile, fault: string): Diagnostic {
  const { file: name, span, path } = entry.place;
  return { code: "data-file", severity: "error", message: `the data file \`${file.path}\` cannot be used: ${fault}`, file: name, span, path };
}

type Read = { readonly value: Json } | { readonly fault: string };

function readData(source: Source, file: DataFile): Read {
  const ending = /\.([a-z]+)$/i.exec(file.path)?.[1]?.toLowerCase();
  if (ending === "csv") return readCsv(source.text, file);
  if (ending !== "json" && ending !== "yaml" && ending !== "yml") return { fault: "its name must end in .csv, .json, .yaml or .yml" };
  const parsed = ending === "json" ? attempt(() => JSON.parse(source.text)) : attempt(() => parseYaml(source.text, { version: "1.2", schema: "core", maxAliasCount: 100 }));
  if ("fault" in parsed) return parsed;
  const value = jsonOf(parsed.value);
  if (value === undefined || value === null || typeof value !== "object") return { fault: "it must hold a list or a map" };
  return file.column === undefined ? { value } : columnOf(value, file.column);
}

function attempt(read: () => unknown): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: read() };
  } catch {
    return { fault: "it is not well-formed" };
  }
}

/** A parsed value if it is JSON all through. */
function jsonOf(value: unknown): Json | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) {
    const items = value.map(jsonOf);
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value).map(([key, inner]) => [key, jsonOf(inner)] as const);
  return entries.every(([, inner]) => inner !== undefined) ? Object.fromEntries(entries) : undefined;
}

function columnOf(value: Json, column: string): Read {
  if (!Array.isArray(value)) return { fault: `it must hold a list of maps to take \`${column}\` from` };
  const cells = value.map((row) => (isJsonObject(row) && Object.hasOwn(row, column) ? row[column] : undefined));
  const missing = cells.findIndex((cell) => cell === undefined);
  return missing < 0 ? { value: cells.flatMap((cell) => (cell === undefined ? [] : [cell])) } : { fault: `its entry ${missing + 1} has no \`${column}\`` };
}

function readCsv(text: string, file: DataFile): Read {
  const parsed = attempt(() => parseCsv(text, { columns: true, bom: true, skip_empty_lines: true, trim: true }));
  if ("fault" in parsed) return { fault: "it is not well-formed CSV: every row needs as many cells as the header" };
  const rows = jsonOf(parsed.value);
  if (rows === undefined || rows === null) return { fault: "it is not well-formed CSV" };
  return file.column === undefined ? { value: rows } : columnOf(rows, file.column);
}

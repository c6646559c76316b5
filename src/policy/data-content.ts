import { parse } from "csv-parse/sync";
import { isJsonObject, type Json } from "../request/json.ts";
import { repeatedMember } from "../text/repeated-member.ts";
import { inexactNumbers } from "../text/exact-number.ts";
import type { Source } from "../text/span.ts";
import { DiagnosticSink, quoted } from "./log.ts";
import type { DataFile } from "./model.ts";
import { toJson } from "./node.ts";
import { NodeBuilder } from "./yaml-nodes.ts";
import { MAX_DEPTH, parseYaml } from "./yaml-parse.ts";
import { splitDocuments } from "./yaml-split.ts";

/** What a data file holds, or why it cannot be used, as a clause. */
export type Content = { readonly value: Json } | { readonly fault: string };

/** The rows of a CSV, cells trimmed; undefined where it is not well-formed. */
function rowsOf(text: string): readonly (readonly string[])[] | undefined {
  try {
    const rows: string[][] = parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    return rows;
  } catch {
    return undefined;
  }
}

/** The rows as maps by the names of the first one; all cells are text. */
function csvContent({ text }: Source): Content {
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text))
    return { fault: "it has a control character, so it is not a text file" };
  const rows = rowsOf(text);
  const header = rows?.[0];
  if (rows === undefined || header === undefined)
    return { fault: "it is not CSV whose first line names the columns" };
  const twice = header.find((name, i) => header.indexOf(name) !== i);
  if (twice !== undefined) return { fault: `its first line has the name ${quoted(twice)} twice` };
  const uneven = rows.findIndex((row) => row.length !== header.length);
  if (uneven >= 0)
    return {
      fault: `its row ${uneven + 1} has ${rows[uneven]?.length ?? 0} cells, not ${header.length}`,
    };
  return {
    value: rows
      .slice(1)
      .map((row) => Object.fromEntries(row.map((cell, i) => [header[i] ?? "", cell]))),
  };
}

/** True where collections stand too deep for those who later recurse into the value. */
function isTooDeep(value: Json): boolean {
  let level: readonly Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((item) =>
      Array.isArray(item)
        ? item
        : isJsonObject(item)
          ? Object.values(item).filter((inner) => inner !== undefined)
          : [],
    );
  }
  return false;
}

function jsonContent({ text }: Source): Content {
  try {
    const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    const value: Json = JSON.parse(json);
    if (isTooDeep(value)) return { fault: `it nests more than ${MAX_DEPTH} levels deep` };
    const [rounded] = inexactNumbers(json);
    if (rounded !== undefined)
      return {
        fault:
          `a double cannot represent its number ${quoted(json.slice(rounded.start, rounded.end))} at ` +
          `character ${rounded.start + 1}; write ids as text`,
      };
    const again = repeatedMember(json, value);
    return again === undefined
      ? { value }
      : { fault: `an object has a member twice, the second time at character ${again + 1}` };
  } catch {
    return { fault: "it is not well-formed JSON" };
  }
}

/** One YAML document, under the guards that policies are read with. */
function yamlContent(source: Source): Content {
  const log = new DiagnosticSink();
  const [span, ...more] = splitDocuments(source.text);
  const parsed = span === undefined || more.length > 0 ? undefined : parseYaml(source, span, log);
  const root = parsed === undefined ? undefined : new NodeBuilder(source, parsed, log).build();
  const problem = log.found[0];
  if (problem !== undefined) return { fault: problem.message };
  return root === undefined
    ? { fault: "it does not contain exactly one YAML document" }
    : { value: toJson(root) };
}

function parserOf(path: string): ((source: Source) => Content) | undefined {
  if (/\.csv$/i.test(path)) return csvContent;
  if (/\.json$/i.test(path)) return jsonContent;
  return /\.ya?ml$/i.test(path) ? yamlContent : undefined;
}

/**
 * The cells of one column. A row without it is a fault, since a list shorter than its file would be
 * another list.
 */
function columnOf(value: Json, column: string): Content {
  if (!Array.isArray(value))
    return { fault: `it has to contain a list of maps with ${quoted(column)}` };
  const cells = value.map((row: Json): Json | undefined =>
    isJsonObject(row) && Object.hasOwn(row, column) ? row[column] : undefined,
  );
  const missing = cells.findIndex((cell) => cell === undefined || cell === null);
  if (missing >= 0) return { fault: `its entry ${missing + 1} has no ${quoted(column)}` };
  return { value: cells.filter((cell) => cell !== undefined) };
}

/**
 * Reads the text of a data file by its ending: CSV, JSON or YAML; with a column, the list of its
 * cells.
 */
export function readContent(source: Source, file: DataFile): Content {
  const content = parserOf(file.path)?.(source) ?? {
    fault: "its name has to end in .csv, .json, .yaml or .yml",
  };
  if ("fault" in content) return content;
  if (content.value === null || typeof content.value !== "object")
    return { fault: "it has to contain a list or a map" };
  return file.column === undefined ? content : columnOf(content.value, file.column);
}

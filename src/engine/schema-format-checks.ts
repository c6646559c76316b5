import { fullFormats } from "ajv-formats/dist/formats.js";
import { SCHEMA_FORMATS, type SchemaFormat } from "../policy/schema-formats.ts";

/**
 * Thrown where a value is too costly to check; what throws it is refused whole, also below a `not`.
 */
export class UncheckedError extends Error {}

/** Longest text that a format is asked of: the library's expressions may backtrack. */
const MAX_FORMATTED = 4_096;

type FormatCheck = (text: string) => boolean;

/** What the standard refuses and the library lets pass. */
const STRICTER: ReadonlyMap<SchemaFormat, FormatCheck> = new Map<SchemaFormat, FormatCheck>([
  ["uuid", (text) => !text.toLowerCase().startsWith("urn:")],
  ["time", hasFullOffset],
  ["date-time", hasFullOffset],
]);

/** RFC 3339 writes an offset as `Z` or `+01:00`. */
function hasFullOffset(text: string): boolean {
  return /(?:Z|[+-]\d\d:\d\d)$/i.test(text);
}

function libraryCheck(name: SchemaFormat): FormatCheck {
  const known = fullFormats[name];
  const check: unknown = typeof known === "object" && "validate" in known ? known.validate : known;
  if (check instanceof RegExp) return (text) => check.test(text);
  if (typeof check === "function") return (text) => check(text) === true;
  return () => false;
}

function checkOf(name: SchemaFormat): FormatCheck {
  const [library, stricter] = [libraryCheck(name), STRICTER.get(name)];
  return (text) => {
    if (text.length > MAX_FORMATTED) throw new UncheckedError();
    return library(text) && (stricter?.(text) ?? true);
  };
}

/**
 * The check of each format in `SCHEMA_FORMATS` (JSON Schema 2020-12, validation, section 7.3), by
 * its name. Throws an `UncheckedError` for a text of more than 4,096 characters.
 */
export function formatChecks(): { [name: string]: FormatCheck } {
  return Object.fromEntries(SCHEMA_FORMATS.map((name) => [name, checkOf(name)]));
}

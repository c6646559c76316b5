/**
 * The formats of JSON Schema 2020-12 (validation, section 7.3) that are enforced; any other is
 * refused.
 */
export const SCHEMA_FORMATS = [
  "date",
  "date-time",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "json-pointer",
  "regex",
  "relative-json-pointer",
  "time",
  "uri",
  "uri-reference",
  "uri-template",
  "uuid",
] as const;

/** One of them. */
export type SchemaFormat = (typeof SCHEMA_FORMATS)[number];

import type { Json } from "../../request/json.ts";

/** What stands as it is: names, durations, and the mark of a value that is not shown. */
const BARE = /^(?:[A-Za-z_][\w/.@*-]*|\d+(?:ms|[smhd])|\(hidden\))$/;

/** A value as suites write it, on one line. */
export function valueText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (typeof value === "string") return BARE.test(value) ? value : JSON.stringify(value);
  if (value === null || typeof value !== "object") return String(value);
  const entries = Object.entries(value).flatMap(([key, inner]) =>
    inner === undefined || inner === null ? [] : [`${key}: ${valueText(inner)}`],
  );
  return `{ ${entries.join(", ")} }`;
}

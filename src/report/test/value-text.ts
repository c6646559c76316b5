import type { Json } from "../../request/json.ts";

/** What stands as it is: names, durations, and the mark of a value that is not shown. */
const BARE = /^(?:[A-Za-z_][\w/.@*-]*(?::[\w/.@*-]+)*|\d+(?:ms|[smhd])|\(hidden\))$/;

/** Whether a value is not shown, since nobody asked for it. */
export function isHidden(value: Json): boolean {
  return value === "(hidden)";
}

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

import type { JsonObject } from "../request/json.ts";

/**
 * An event as a line of a trace. WHY not `JSON.stringify` alone: it writes a number beyond what a double holds (`1e999`)
 * as null, which would make it absent; the largest number is above the same limits.
 */
export function eventLine(event: JsonObject): string {
  const text = JSON.stringify(event);
  return text.includes("null") ? JSON.stringify(event, finite) : text;
}

function finite(_: string, value: unknown): unknown {
  return value === Infinity ? Number.MAX_VALUE : value === -Infinity ? -Number.MAX_VALUE : value;
}

import type { Json, JsonObject } from "../request/json.ts";
import { writtenNumbers } from "../text/exact-number.ts";

/**
 * An event as a line of a trace. WHY not `JSON.stringify` alone: it writes a number beyond what a
 * double holds (`1e999`) as null, which would make it absent; the largest number is above the same
 * limits. Numbers that `keepNumbers` kept are written as they were.
 */
export function eventLine(event: JsonObject): string {
  const text = JSON.stringify(event);
  const isWritten = !text.includes("null") || !hasInfinite(event);
  return writtenNumbers(isWritten ? text : JSON.stringify(event, finite));
}

/** WHY apart: texts often have the word, and `JSON.stringify` is slow where it has to ask. */
function hasInfinite(value: Json | undefined): boolean {
  if (typeof value === "number") return !Number.isFinite(value);
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).some((one) => hasInfinite(one))
  );
}

function finite(_: string, value: unknown): unknown {
  return value === Infinity ? Number.MAX_VALUE : value === -Infinity ? -Number.MAX_VALUE : value;
}

/**
 * The column that holds the line of an event in a table that agentz writes: whoever reads the table
 * as a trace reads nothing else of it.
 */
export const EVENT_COLUMN = "agentz_event";

import type { Json, JsonObject } from "../../request/json.ts";
import { decodeEvent, type TraceEvent } from "../event.ts";
import { readEventText } from "../read-event.ts";
import { MAX_LINE_BYTES } from "../read-lines.ts";
import { COLUMN, type Layout } from "./layout.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const PLACE = { file: "\u0000", line: 0 } as const;
/** How an event is named that has no id of its own: by no line of any file. */
const NAMELESS = `${PLACE.file}:${PLACE.line}`;

/** Columns whose distinct values are checked as a reader of the event would check them. */
export const VALIDATED: ReadonlyMap<number, (value: Json) => JsonObject> = new Map<
  number,
  (value: Json) => JsonObject
>([
  [COLUMN.subjectRest, (value) => ({ subject: value })],
  [COLUMN.actionRest, (value) => ({ action: value })],
  [COLUMN.resourceRest, (value) => ({ resource: value })],
  [COLUMN.labels, (value) => ({ type: "x", labels: value })],
  [COLUMN.complete, (value) => ({ type: "x", complete: value })],
  [COLUMN.unrecorded, (value) => ({ type: "x", unrecorded: value })],
  [COLUMN.effect, (value) => ({ type: "x", decision: { effect: value } })],
  [COLUMN.type, (value) => ({ type: value, subject: {} })],
]);
/** Columns whose texts are compared as they stand: an escape in one would make one value two. */
export const COMPARED: ReadonlySet<number> = new Set([
  COLUMN.session,
  COLUMN.type,
  COLUMN.parent,
  COLUMN.id,
]);
/** An empty text of these is as if it were not there. */
export const NAMING: ReadonlySet<number> = new Set([COLUMN.session, COLUMN.parent, COLUMN.id]);
/** The type of an event that names none, as it stands in a line. */
export const CALL = encoder.encode('"call"');

/** Whether a reader of events takes the JSON text of a column of {@link VALIDATED}. */
export function isTaken(column: number, text: Uint8Array): boolean {
  const wrapped = VALIDATED.get(column);
  return (
    wrapped === undefined ||
    typeof decodeEvent(wrapped(JSON.parse(decoder.decode(text))), PLACE) !== "string"
  );
}

/**
 * The event of a line as every reader of traces takes it, why it is none, or undefined for a line
 * of white space.
 */
export function decodeLine(bytes: Uint8Array): TraceEvent | string | undefined {
  if (bytes.length > MAX_LINE_BYTES) return `the line is longer than ${MAX_LINE_BYTES} bytes`;
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return "the line is not valid UTF-8";
  }
  if (text.length <= 256 && text.trim() === "") return undefined;
  return readEventText(text, PLACE);
}

/**
 * What the columns of an event keep that whoever needs the rest reads as a whole: JSON texts by
 * column.
 */
export function keptTexts(
  event: TraceEvent,
  { columns }: Layout,
): readonly (readonly [column: number, text: Uint8Array])[] {
  const named = [
    [COLUMN.session, event.session],
    [COLUMN.parent, event.parent],
    [COLUMN.type, event.type],
    [
      COLUMN.id,
      columns[COLUMN.id]?.keep === "value" && event.id !== NAMELESS ? event.id : undefined,
    ],
  ] as const;
  return named.flatMap(([column, value]) =>
    value === undefined ? [] : [[column, encoder.encode(JSON.stringify(value))] as const],
  );
}

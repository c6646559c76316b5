import { eventLine } from "../api/trace-event.ts";
import type { JsonObject } from "../request/json.ts";
import { maskedEvent } from "./masked-event.ts";

/** An event, and the fields of it that are not written down. */
export interface Recordable {
  readonly event: JsonObject;
  readonly masked: readonly string[];
}

/** The line of an event, and what it says: without what is masked of it, and without secrets. */
export function recordedLine({ event, masked }: Recordable): {
  readonly text: string;
  readonly written: JsonObject;
} {
  const written = maskedEvent(event, masked);
  return { text: eventLine(written), written };
}

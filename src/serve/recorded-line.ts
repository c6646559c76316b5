import { eventLine } from "../api/trace-event.ts";
import type { JsonObject } from "../request/json.ts";
import { hideSecrets } from "../text/hide-secrets.ts";
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
  const text = eventLine(event);
  if (masked.length === 0 && hideSecrets(text) === text) return { text, written: event };
  const written = maskedEvent(event, masked);
  return { text: written === event ? text : eventLine(written), written };
}

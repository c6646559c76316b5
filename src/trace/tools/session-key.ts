import type { TraceEvent } from "../event.ts";

/**
 * By what whole sessions are kept or dropped: the session, or for an event without one its own id.
 */
export function sessionKey(event: TraceEvent): string {
  return event.session === undefined ? `event ${event.id}` : `session ${event.session}`;
}

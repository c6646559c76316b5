import type { TraceEvent } from "./event.ts";

/**
 * Design 5.3: a call did not run if its recorded decision is a deny, or require_approval without an
 * outcome.
 */
export function reallyRan(event: TraceEvent): boolean {
  if (event.decision?.effect === "deny") return false;
  return event.decision?.effect !== "require_approval" || event.request.outcome !== undefined;
}

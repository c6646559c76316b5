import type { Request } from "../request/request.ts";
import type { RecordedDecision } from "./event.ts";

/** What of an event tells whether its call ran. */
export interface RecordedRun {
  readonly decision?: Pick<RecordedDecision, "effect">;
  readonly request: Pick<Request, "outcome">;
}

/**
 * Design 5.3: a call did not run if its recorded decision is a deny, or require_approval without an
 * outcome.
 */
export function reallyRan(event: RecordedRun): boolean {
  if (event.decision?.effect === "deny") return false;
  return event.decision?.effect !== "require_approval" || event.request.outcome !== undefined;
}

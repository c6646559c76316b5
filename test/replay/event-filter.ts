import { isOfAgents, isSampled, type FilterOptions } from "../../src/replay/filter.ts";
import type { TraceEvent } from "../../src/trace/event.ts";

/** Which events are walked and which calls are counted, event by event: what rows are held against. */
export class EventFilter {
  readonly #options: FilterOptions;
  leftOut = 0;

  constructor(options: FilterOptions) {
    this.#options = options;
  }

  walks(event: TraceEvent): boolean {
    const { sample } = this.#options;
    if (sample === undefined || isSampled(event.session ?? event.id, sample)) return true;
    if (event.type === "call") this.leftOut++;
    return false;
  }

  counts(event: TraceEvent): boolean {
    if (this.#matches(event)) return true;
    if (event.type === "call") this.leftOut++;
    return false;
  }

  #matches({ time, session, request }: TraceEvent): boolean {
    const { since, until, agents, sessions } = this.#options;
    return (
      (since === undefined || (time !== undefined && time >= since)) &&
      (until === undefined || (time !== undefined && time <= until)) &&
      (sessions === undefined || (session !== undefined && sessions.includes(session))) &&
      (agents === undefined || isOfAgents(request.subject, agents))
    );
  }
}

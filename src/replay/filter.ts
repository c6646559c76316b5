import { formatTime } from "../text/time.ts";
import { stringMember } from "../request/json.ts";
import type { TraceEvent } from "../trace/event.ts";
import type { Filters } from "../documents/replay-result.ts";

/** What a replay is asked to look at alone (`--since --until --agent --session --sample`). */
export interface FilterOptions {
  /** Milliseconds since 1970, both included. */
  readonly since?: number;
  readonly until?: number;
  /** Ids of subjects, or `type:id`. */
  readonly agents?: readonly string[];
  readonly sessions?: readonly string[];
  /** A share of the sessions, 0 to 1; each is taken or left whole, always the same ones. */
  readonly sample?: number;
}

function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return ((h ^ (h >>> 13)) >>> 0) / 4294967296;
}

/** What was asked for of `filters`; undefined: nothing, so every call counts. */
export function askedFilter(
  filters: {
    readonly [name in keyof FilterOptions]: FilterOptions[name] | undefined;
  },
): FilterOptions | undefined {
  const { since, until, agents, sessions, sample } = filters;
  if ([since, until, agents, sessions, sample].every((filter) => filter === undefined))
    return undefined;
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(agents === undefined ? {} : { agents }),
    ...(sessions === undefined ? {} : { sessions }),
    ...(sample === undefined ? {} : { sample }),
  };
}

/**
 * Tells which events are walked and which calls are counted. A sample leaves whole sessions
 * unwalked; every other filter only leaves calls uncounted, so that what they did to later calls
 * still holds.
 */
export class EventFilter {
  readonly #options: FilterOptions;
  #leftOut = 0;

  constructor(options: FilterOptions) {
    this.#options = options;
  }

  /** Whether the event is walked at all. */
  walks(event: TraceEvent): boolean {
    const { sample } = this.#options;
    if (sample === undefined || hash(event.session ?? event.id) < sample) return true;
    if (event.type === "call") this.#leftOut++;
    return false;
  }

  /** Whether a walked event is counted. */
  counts(event: TraceEvent): boolean {
    if (this.#matches(event)) return true;
    if (event.type === "call") this.#leftOut++;
    return false;
  }

  #matches(event: TraceEvent): boolean {
    const { since, until, agents, sessions } = this.#options;
    if (since !== undefined && (event.time === undefined || event.time < since)) return false;
    if (until !== undefined && (event.time === undefined || event.time > until)) return false;
    if (
      sessions !== undefined &&
      (event.session === undefined || !sessions.includes(event.session))
    )
      return false;
    if (agents === undefined) return true;
    const id = stringMember(event.request.subject, "id");
    const type = stringMember(event.request.subject, "type");
    return id !== undefined && (agents.includes(id) || agents.includes(`${type ?? ""}:${id}`));
  }

  describe(): Filters {
    const { since, until, agents, sessions, sample } = this.#options;
    return {
      ...(since === undefined ? {} : { since: formatTime(since) }),
      ...(until === undefined ? {} : { until: formatTime(until) }),
      ...(agents === undefined ? {} : { agents }),
      ...(sessions === undefined ? {} : { sessions }),
      ...(sample === undefined ? {} : { sample }),
      leftOut: this.#leftOut,
    };
  }
}

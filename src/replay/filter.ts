import { formatTime } from "../text/time.ts";
import { stringMember, type JsonObject } from "../request/json.ts";
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

/** Whether a sample takes a session, or an event that has none, by its name: always the same ones. */
export function isSampled(name: string, share: number): boolean {
  return hash(name) < share;
}

/** Whether a call is of the time that is asked for; one without a time is before and after none. */
export function isInTime(
  time: number | undefined,
  { since = -Infinity, until = Infinity }: Pick<FilterOptions, "since" | "until">,
): boolean {
  const isAsked = since !== -Infinity || until !== Infinity;
  return !isAsked || (time !== undefined && time >= since && time <= until);
}

/** Whether a subject is one of these, by its id or as `type:id`. */
export function isOfAgents(subject: JsonObject | undefined, agents: readonly string[]): boolean {
  const [id, type] = [stringMember(subject, "id"), stringMember(subject, "type")];
  return id !== undefined && (agents.includes(id) || agents.includes(`${type ?? ""}:${id}`));
}

/** What a document says of filters, but for how many calls they left out. */
export function describeFilters(options: FilterOptions | undefined): Omit<Filters, "leftOut"> {
  if (options === undefined) return {};
  const { since, until, agents, sessions, sample } = options;
  return {
    ...(since === undefined ? {} : { since: formatTime(since) }),
    ...(until === undefined ? {} : { until: formatTime(until) }),
    ...(agents === undefined ? {} : { agents }),
    ...(sessions === undefined ? {} : { sessions }),
    ...(sample === undefined ? {} : { sample }),
  };
}

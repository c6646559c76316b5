import type { CallPlace } from "../documents/report-part.ts";
import type { SeenEvent } from "./seen-call.ts";

/** Where an event stands in a trace, wherever parts of it are. */
export function placeOf({ time, id }: Pick<SeenEvent, "time" | "id">): CallPlace {
  return { time: time ?? null, id: id() };
}

/** Whether a call comes before another one: by time, those without one last; then by id. */
export function isBefore(a: CallPlace, b: CallPlace): boolean {
  if (a.time === b.time) return a.id < b.id;
  if (a.time === null || b.time === null) return b.time === null;
  return a.time < b.time;
}

/** The order of {@link isBefore}, for sorting. */
export function byPlace(a: CallPlace, b: CallPlace): number {
  return isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0;
}

/** The first of two calls; undefined: there is only one. */
export function firstOf(a: CallPlace | undefined, b: CallPlace): CallPlace {
  return a === undefined || isBefore(b, a) ? b : a;
}

/** A point in time as it was written, and in milliseconds since 1970, UTC. */
export interface Instant {
  readonly text: string;
  readonly time: number;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

/** A century: what is longer is a slip. */
const LONGEST = 36_525 * 86_400_000;

/**
 * Milliseconds of `90d`, `1h`, `30m`, `30s`, `500ms` (1d = 24h; design 2.1); undefined where it is
 * none.
 */
export function parseDuration(text: string): number | undefined {
  const found = /^(\d{1,15})(ms|s|m|h|d)$/.exec(text);
  const milliseconds = Number(found?.[1]) * (UNITS.get(found?.[2] ?? "") ?? NaN);
  return milliseconds <= LONGEST ? milliseconds : undefined;
}

/**
 * A duration as people write it: in the largest unit of which it is a whole number, `1h` and not
 * `3600s`.
 */
export function durationText(milliseconds: number): string {
  const [unit, size] = [...UNITS].findLast(
    ([, one]) => milliseconds !== 0 && milliseconds % one === 0,
  ) ?? ["ms", 1];
  return `${milliseconds / size}${unit}`;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** Midnight of a real calendar day, or undefined: there is no 30 February. */
function midnight(text: string): number | undefined {
  const found = DATE.exec(text);
  if (found === null) return undefined;
  const [year, month, day] = found.slice(1).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year ?? 0, (month ?? 0) - 1, day ?? 0);
  return date.toISOString().startsWith(text) ? date.getTime() : undefined;
}

function timeOfDay(found: RegExpExecArray): number | undefined {
  const [hours, minutes, seconds, offsetHours, offsetMinutes] = [2, 3, 4, 7, 8].map((group) =>
    Number(found[group] ?? 0),
  );
  if (
    (hours ?? 0) > 23 ||
    (minutes ?? 0) > 59 ||
    (seconds ?? 0) > 59 ||
    (offsetHours ?? 0) > 23 ||
    (offsetMinutes ?? 0) > 59
  )
    return undefined;
  const offset = ((offsetHours ?? 0) * 60 + (offsetMinutes ?? 0)) * (found[6] === "-" ? -1 : 1);
  const milliseconds = Number((found[5] ?? "").padEnd(3, "0").slice(0, 3));
  return (
    (((hours ?? 0) * 60 + (minutes ?? 0) - offset) * 60 + (seconds ?? 0)) * 1000 + milliseconds
  );
}

/**
 * A date, taken as its last millisecond in UTC, or an RFC 3339 time with its offset; undefined
 * where it is neither.
 */
export function parseInstant(text: string): Instant | undefined {
  const day = midnight(text);
  if (day !== undefined) return { text, time: day + 86_400_000 - 1 };
  const found = TIME.exec(text);
  const start = midnight(found?.[1] ?? "");
  const within = found === null ? undefined : timeOfDay(found);
  return start === undefined || within === undefined ? undefined : { text, time: start + within };
}

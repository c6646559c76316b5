/** Milliseconds of a minute, an hour and a day. */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** The time of calls for which nobody says one, in tests and where an analysis makes them up. */
export const DEFAULT_NOW = Date.UTC(2026, 0, 1);
/** The shortest form, `2026-05-18T09:12:04Z`. */
const SHORTEST = 20;
const [DASH, PLUS, DOT, COLON, ZERO] = [45, 43, 46, 58, 48];

/**
 * Milliseconds since 1970 (UTC) of an RFC 3339 time with a zone; parts of a millisecond stay as the
 * fraction, so that microseconds still order events. A leap second counts as the first moment of
 * the next minute. Undefined for any other text: a missing zone, a day that the month does not
 * have.
 */
export function parseTime(text: string): number | undefined {
  // WHY by hand: it runs once for each event of a trace, where a regular expression costs as much
  // as half of JSON.parse
  if (text.length < SHORTEST || !hasSeparators(text)) return undefined;
  const date = dayStart(
    twoDigits(text, 0) * 100 + twoDigits(text, 2),
    twoDigits(text, 5),
    twoDigits(text, 8),
  );
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  if (!(hour <= 23 && minute <= 59 && second <= 60)) return undefined;
  const zoneAt = endOfFraction(text);
  const time =
    date +
    hour * HOUR +
    minute * MINUTE +
    second * 1000 +
    fraction(text, zoneAt) -
    zoneOffset(text, zoneAt);
  return Number.isNaN(time) ? undefined : time;
}

/** `time` as text in UTC, to the millisecond: `2026-05-18T09:12:04.120Z`. */
export function formatTime(time: number): string {
  return new Date(Math.floor(time)).toISOString();
}

/** The day of a time (milliseconds), UTC: `2026-05-18`. */
export function dayText(time: number): string {
  return Number.isNaN(new Date(time).getTime()) ? "no day" : formatTime(time).slice(0, 10);
}

/** A point in time as it was written, and in milliseconds since 1970, UTC. */
export interface Instant {
  readonly text: string;
  readonly time: number;
}

/**
 * A date, taken as its last millisecond in UTC, or a time as {@link parseTime} reads it, down to
 * the millisecond; undefined where it is neither, or a leap second (design 2.1).
 */
export function parseInstant(text: string): Instant | undefined {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const time = parseTime(isDate ? `${text}T23:59:59.999Z` : text);
  const isLeap = !isDate && text.slice(17, 19) === "60";
  return time === undefined || isLeap ? undefined : { text, time: Math.floor(time) };
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", MINUTE],
  ["h", HOUR],
  ["d", DAY],
]);

/** A century: what is longer is a slip. */
const LONGEST = 36_525 * DAY;

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

function hasSeparators(text: string): boolean {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return false;
  if (text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return false;
  const between = text[10];
  return between === "T" || between === "t" || between === " ";
}

/** NaN where they are no digits. */
function twoDigits(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - ZERO, text.charCodeAt(at + 1) - ZERO];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** Milliseconds from 1970 to midnight; NaN for a date that does not exist. */
function dayStart(year: number, month: number, day: number): number {
  const [length, before] = [MONTH_DAYS[month - 1], DAYS_BEFORE[month - 1]];
  if (length === undefined || before === undefined) return NaN;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (!(day >= 1 && day <= length + (leap && month === 2 ? 1 : 0))) return NaN;
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400) - 477;
  return ((year - 1970) * 365 + leapDays + before + (leap && month > 2 ? 1 : 0) + day - 1) * DAY;
}

function endOfFraction(text: string): number {
  let at = 19;
  if (text.charCodeAt(at) !== DOT) return at;
  do at++;
  while (text.charCodeAt(at) >= ZERO && text.charCodeAt(at) <= ZERO + 9);
  return at;
}

/** The digits after the second, in milliseconds; NaN for a dot without digits. */
function fraction(text: string, end: number): number {
  if (end === 19) return 0;
  let thousandths = 0;
  for (let at = 20, weight = 100; at < end; at++, weight /= 10)
    thousandths += (text.charCodeAt(at) - ZERO) * weight;
  return end === 20 ? NaN : Math.round(thousandths * 1e6) / 1e6;
}

/** Milliseconds east of UTC; NaN where `text` does not end with a zone at `at`. */
function zoneOffset(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  if (text[at] === "Z" || text[at] === "z") return text.length === at + 1 ? 0 : NaN;
  if (
    (sign !== PLUS && sign !== DASH) ||
    text.length !== at + 6 ||
    text.charCodeAt(at + 3) !== COLON
  )
    return NaN;
  const [hours, minutes] = [twoDigits(text, at + 1), twoDigits(text, at + 4)];
  return hours <= 23 && minutes <= 59
    ? (sign === DASH ? -1 : 1) * (hours * HOUR + minutes * MINUTE)
    : NaN;
}

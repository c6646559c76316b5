import { DAY, HOUR, MINUTE } from "../../text/time.ts";
import { INT } from "../types.ts";
import { Failure, type Duration, type Timestamp } from "../value.ts";
import { binary, duration, string, timestamp, unary, type Overload } from "./overload.ts";

const NO_ZONE = new Failure("there is no such time zone");
const MILLISECOND = 1_000_000n;

function floorMilliseconds(nanos: bigint): number {
  return Number(nanos >= 0n ? nanos / MILLISECOND : (nanos - MILLISECOND + 1n) / MILLISECOND);
}

const MAX_ZONES = 100;
const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/**
 * WHY: making a formatter costs about 50 us and using one 1 us, so the zones seen last are kept.
 */
function zoneFormat(zone: string): Intl.DateTimeFormat | undefined {
  if (formats.has(zone)) return formats.get(zone);
  if (formats.size >= MAX_ZONES) formats.clear();
  let format: Intl.DateTimeFormat | undefined;
  try {
    const parts = {
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    } as const;
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      era: "short",
      ...parts,
    });
  } catch {
    format = undefined;
  }
  formats.set(zone, format);
  return format;
}

function wallClock(format: Intl.DateTimeFormat, instant: number): number {
  const fields = new Map(format.formatToParts(instant).map((part) => [part.type, part.value]));
  const number = (name: Intl.DateTimeFormatPartTypes): number => Number(fields.get(name) ?? "0");
  const year = fields.get("era") === "BC" ? 1 - number("year") : number("year");
  const date = new Date(0);
  date.setUTCFullYear(year, number("month") - 1, number("day"));
  date.setUTCHours(
    number("hour"),
    number("minute"),
    number("second"),
    ((instant % 1000) + 1000) % 1000,
  );
  return date.getTime();
}

/**
 * `instant` as the wall clock of `zone` shows it, as if that were UTC; undefined where there is no
 * such zone.
 */
function inZone(instant: number, zone: string): number | undefined {
  const offset = /^([+-]?)(\d{2}):(\d{2})$/.exec(zone);
  if (offset !== null) {
    const [hours, minutes] = [Number(offset[2]), Number(offset[3])];
    return hours > 23 || minutes > 59
      ? undefined
      : instant + (offset[1] === "-" ? -1 : 1) * (hours * HOUR + minutes * MINUTE);
  }
  const format = zone.length > 64 || !/^[A-Za-z]/.test(zone) ? undefined : zoneFormat(zone);
  return format === undefined ? undefined : wallClock(format, instant);
}

/**
 * Whether the calendar functions know a zone: a name of the IANA database, or an offset such as
 * `+02:00`.
 */
export function isTimeZone(zone: string): boolean {
  return inZone(0, zone) !== undefined;
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY);
}

type Field = (date: Date) => number;

const FIELDS: readonly (readonly [string, Field])[] = [
  [".getFullYear", (date) => date.getUTCFullYear()],
  [".getMonth", (date) => date.getUTCMonth()],
  [".getDate", (date) => date.getUTCDate()],
  [".getDayOfMonth", (date) => date.getUTCDate() - 1],
  [".getDayOfWeek", (date) => date.getUTCDay()],
  [".getDayOfYear", dayOfYear],
  [".getHours", (date) => date.getUTCHours()],
  [".getMinutes", (date) => date.getUTCMinutes()],
  [".getSeconds", (date) => date.getUTCSeconds()],
  [".getMilliseconds", (date) => date.getUTCMilliseconds()],
];

/** The methods that take a zone. */
export const ZONED: ReadonlySet<string> = new Set(FIELDS.map(([name]) => name));

function fieldOf(field: Field, local: number | undefined): bigint | Failure {
  return local === undefined ? NO_ZONE : BigInt(field(new Date(local)));
}

function getters([name, field]: readonly [string, Field]): readonly Overload[] {
  const instant = (value: Timestamp): number => floorMilliseconds(value.nanos);
  return [
    unary(name, timestamp, INT, (value) => fieldOf(field, instant(value))),
    binary(name, [timestamp, string], INT, (value, zone) =>
      fieldOf(field, inZone(instant(value), zone)),
    ),
  ];
}

function total(name: string, unit: bigint): Overload {
  return unary(name, duration, INT, (value: Duration) => value.nanos / unit);
}

/**
 * What a timestamp shows on the calendar (UTC, an offset like `+02:00` or a zone's name), and
 * totals of durations.
 */
export const CALENDAR: readonly Overload[] = [
  ...FIELDS.flatMap(getters),
  total(".getHours", 3_600_000_000_000n),
  total(".getMinutes", 60_000_000_000n),
  total(".getSeconds", 1_000_000_000n),
  unary(
    ".getMilliseconds",
    duration,
    INT,
    (value: Duration) => (value.nanos / MILLISECOND) % 1000n,
  ),
];

import { parseTime } from "../text/time.ts";

/** Nanoseconds since 1970, UTC; between the years 1 and 9999. */
export class Timestamp {
  constructor(readonly nanos: bigint) {}
}

/** A span in nanoseconds. */
export class Duration {
  constructor(readonly nanos: bigint) {}
}

const SECOND = 1_000_000_000n;
const MILLISECOND = 1_000_000n;
const FIRST = -62_135_596_800n * SECOND;
const LAST = 253_402_300_800n * SECOND - 1n;
const LONGEST = 2n ** 63n - 1n;

/** The timestamp, or undefined outside the years 1 to 9999 (cel-spec, timestamps). */
export function timestampOf(nanos: bigint): Timestamp | undefined {
  return nanos < FIRST || nanos > LAST ? undefined : new Timestamp(nanos);
}

/** The duration, or undefined beyond about 290 years, what 64 bits hold (cel-spec, durations). */
export function durationOf(nanos: bigint): Duration | undefined {
  return nanos < -LONGEST || nanos > LONGEST ? undefined : new Duration(nanos);
}

const RFC3339 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:(?!60)\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/**
 * The timestamp that an RFC 3339 text names; undefined where it names none: 30 February, a leap
 * second, no zone.
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  const [, second = "", fraction = "", zone = ""] = RFC3339.exec(text) ?? [];
  const time = parseTime(second + zone);
  return time === undefined
    ? undefined
    : timestampOf(BigInt(time) * MILLISECOND + BigInt(fraction.padEnd(9, "0")));
}

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ["h", 3600n * SECOND],
  ["m", 60n * SECOND],
  ["s", SECOND],
  ["ms", MILLISECOND],
  ["us", 1000n],
  ["µs", 1000n],
  ["μs", 1000n],
  ["ns", 1n],
]);

const MAX_DURATION_TEXT = 200;

function pieceNanos(whole: string, decimals: string, unit: string): bigint {
  const scale = UNITS.get(unit) ?? 0n;
  return (
    BigInt(whole || "0") * scale +
    (BigInt(decimals || "0") * scale) / 10n ** BigInt(decimals.length)
  );
}

/**
 * The duration that a text like `1h30m`, `-1.5s`, `0` names; undefined where it names none or one
 * out of range.
 */
export function parseDuration(text: string): Duration | undefined {
  const parts = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|µs|μs|ns))+|0)$/.exec(
    text.slice(0, MAX_DURATION_TEXT + 1),
  );
  if (parts === null || text.length > MAX_DURATION_TEXT) return undefined;
  let nanos = 0n;
  for (const [, whole, decimals, unit] of (parts[2] ?? "").matchAll(
    /(\d*)\.?(\d*)(ms|us|µs|μs|ns|h|m|s)/g,
  )) {
    nanos += pieceNanos(whole ?? "", decimals ?? "", unit ?? "");
  }
  return durationOf(parts[1] === "-" ? -nanos : nanos);
}

function decimals(nanos: bigint): string {
  const text = nanos.toString().padStart(9, "0").replace(/0+$/, "");
  return text === "" ? "" : `.${text}`;
}

function floorSeconds(nanos: bigint): bigint {
  return nanos >= 0n ? nanos / SECOND : -((-nanos + SECOND - 1n) / SECOND);
}

/** Whole seconds since 1970, rounded down. */
export function epochSeconds(timestamp: Timestamp): bigint {
  return floorSeconds(timestamp.nanos);
}

/** RFC 3339 in UTC with as many decimals as it takes. */
export function timestampText(timestamp: Timestamp): string {
  const seconds = floorSeconds(timestamp.nanos);
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${whole}${decimals(timestamp.nanos - seconds * SECOND)}Z`;
}

/** Seconds with as many decimals as it takes: `5400s`, `-0.5s`. */
export function durationText(duration: Duration): string {
  const size = duration.nanos < 0n ? -duration.nanos : duration.nanos;
  return `${duration.nanos < 0n ? "-" : ""}${size / SECOND}${decimals(size % SECOND)}s`;
}

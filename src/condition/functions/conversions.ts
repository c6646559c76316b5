import { int as intRange, uint as uintRange } from "../arithmetic.ts";
import { BOOL, BYTES, DOUBLE, DURATION, INT, STRING, TIMESTAMP, UINT } from "../types.ts";
import {
  durationText,
  epochSeconds,
  parseDuration,
  parseTimestamp,
  timestampOf,
  timestampText,
} from "../time.ts";
import { Failure, Uint } from "../value.ts";
import { eachWord } from "./strings.ts";
import {
  bool,
  bytes,
  double,
  duration,
  int,
  string,
  timestamp,
  uint,
  unary,
  type Overload,
} from "./overload.ts";

const NO_INT = new Failure("no such conversion: this text is not a whole number");
const NO_DOUBLE = new Failure("no such conversion: this text is not a number");
const NO_BOOL = new Failure("no such conversion: this text is neither true nor false");
const NO_TIME = new Failure("no such conversion: this is not a time in RFC 3339");
const NO_DURATION = new Failure("no such conversion: this is not a duration like `1h30m`");
const NO_TEXT = new Failure("no such conversion: these bytes are not UTF-8");
const RANGE = new Failure("out of range of a 64-bit integer");
/** Longest text read as a number: hostile digits must not cost quadratic time. */
const MAX_DIGITS = 400;

function intFromText(text: string): bigint | Failure {
  return /^[+-]?\d{1,30}$/.test(text) ? intRange(BigInt(text.replace(/^\+/, ""))) : NO_INT;
}

function uintFromText(text: string): Uint | Failure {
  return /^\d{1,30}$/.test(text) ? uintRange(BigInt(text)) : NO_INT;
}

function intFromDouble(value: number): bigint | Failure {
  return Number.isFinite(value) && value > -(2 ** 63) && value < 2 ** 63
    ? BigInt(Math.trunc(value))
    : RANGE;
}

function uintFromDouble(value: number): Uint | Failure {
  return Number.isFinite(value) && value >= 0 && value < 2 ** 64
    ? new Uint(BigInt(Math.trunc(value)))
    : RANGE;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const WORDS: ReadonlyMap<string, number> = new Map([
  ["nan", NaN],
  ["inf", Infinity],
  ["+inf", Infinity],
  ["-inf", -Infinity],
  ["infinity", Infinity],
  ["+infinity", Infinity],
  ["-infinity", -Infinity],
]);

function doubleFromText(text: string): number | Failure {
  const word = text.length < 10 ? WORDS.get(text.toLowerCase()) : undefined;
  if (word !== undefined) return word;
  return text.length <= MAX_DIGITS && NUMBER.test(text) ? Number(text) : NO_DOUBLE;
}

const TRUE: ReadonlySet<string> = new Set(["1", "t", "true", "TRUE", "True"]);
const FALSE: ReadonlySet<string> = new Set(["0", "f", "false", "FALSE", "False"]);

function boolFromText(text: string): boolean | Failure {
  return TRUE.has(text) ? true : FALSE.has(text) ? false : NO_BOOL;
}

function textFromBytes(value: Uint8Array): string | Failure {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    return NO_TEXT;
  }
}

/** A double as CEL writes it: no `.0`, exponents as in Go. */
function doubleText(value: number): string {
  if (Object.is(value, -0)) return "-0";
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return String(value).replace(/e([+-])(\d)$/, "e$10$2");
}

/**
 * The conversions between CEL's types (cel-spec, conversions); out of range is an error, never a
 * wrapped number.
 */
export const CONVERSIONS: readonly Overload[] = [
  unary("int", int, INT, (value) => value),
  unary("int", uint, INT, (value) => intRange(value.value)),
  unary("int", double, INT, intFromDouble),
  unary("int", string, INT, intFromText),
  unary("int", timestamp, INT, (value) => epochSeconds(value)),
  unary("uint", uint, UINT, (value) => value),
  unary("uint", int, UINT, (value) => uintRange(value)),
  unary("uint", double, UINT, uintFromDouble),
  unary("uint", string, UINT, uintFromText),
  unary("double", double, DOUBLE, (value) => value),
  unary("double", int, DOUBLE, (value) => Number(value)),
  unary("double", uint, DOUBLE, (value) => Number(value.value)),
  unary("double", string, DOUBLE, doubleFromText),
  unary(
    "string",
    string,
    eachWord((word) => word),
    (value) => value,
  ),
  unary("string", bool, STRING, (value) => String(value)),
  unary("string", int, STRING, (value) => value.toString()),
  unary("string", uint, STRING, (value) => value.value.toString()),
  unary("string", double, STRING, doubleText),
  unary("string", bytes, STRING, textFromBytes),
  unary("string", timestamp, STRING, timestampText),
  unary("string", duration, STRING, durationText),
  unary("bytes", bytes, BYTES, (value) => value),
  unary("bytes", string, BYTES, (value) => new TextEncoder().encode(value)),
  unary("bool", bool, BOOL, (value) => value),
  unary("bool", string, BOOL, boolFromText),
  unary("timestamp", timestamp, TIMESTAMP, (value) => value),
  unary("timestamp", string, TIMESTAMP, (text) => parseTimestamp(text) ?? NO_TIME),
  unary("timestamp", int, TIMESTAMP, (seconds) => timestampOf(seconds * 1_000_000_000n) ?? NO_TIME),
  unary("duration", duration, DURATION, (value) => value),
  unary("duration", string, DURATION, (text) => parseDuration(text) ?? NO_DURATION),
];

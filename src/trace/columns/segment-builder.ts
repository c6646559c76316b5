import type { Json, JsonObject } from "../../request/json.ts";
import { decodeEvent } from "../event.ts";
import { parseJson } from "../parse-json.ts";
import { MAX_LINE_BYTES } from "../read-lines.ts";
import { LISTED } from "../read-report.ts";
import { parseTime } from "../time.ts";
import { DictionaryBuilder } from "./dictionary.ts";
import { COLUMN, type Layout } from "./layout.ts";
import { HAS, LineScanner } from "./line-scanner.ts";
import type { Segment } from "./segment.ts";

const NEWLINE = 10;
const BACKSLASH = 92;
const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What the host brings: whether bytes are UTF-8, and a run of ASCII bytes as text. */
export interface ByteHost {
  readonly isUtf8: (bytes: Uint8Array) => boolean;
  readonly ascii: (bytes: Uint8Array, from: number, to: number) => string;
}

/** Columns whose distinct values are checked as a reader of the event would check them. */
const VALIDATED: ReadonlyMap<number, (value: Json) => JsonObject> = new Map<number, (value: Json) => JsonObject>([
  [COLUMN.subjectRest, (value) => ({ subject: value })],
  [COLUMN.actionRest, (value) => ({ action: value })],
  [COLUMN.resourceRest, (value) => ({ resource: value })],
  [COLUMN.labels, (value) => ({ type: "x", labels: value })],
  [COLUMN.complete, (value) => ({ type: "x", complete: value })],
  [COLUMN.unrecorded, (value) => ({ type: "x", unrecorded: value })],
  [COLUMN.effect, (value) => ({ type: "x", decision: { effect: value } })],
  [COLUMN.type, (value) => ({ type: value, subject: {} })],
]);
/** Columns whose texts are compared as they stand: an escape in one would make one value two. */
const COMPARED: ReadonlySet<number> = new Set([COLUMN.session, COLUMN.type, COLUMN.parent, COLUMN.id]);
/** An empty text of these is as if it were not there. */
const NAMING: ReadonlySet<number> = new Set([COLUMN.session, COLUMN.parent, COLUMN.id]);

class Rows {
  times = new Float64Array(1024);
  has = new Uint16Array(1024);
  whole = new Uint8Array(1024);
  starts = new Uint32Array(1024);
  ends = new Uint32Array(1024);
  lines = new Uint32Array(1024);
  codes: Uint32Array[];
  length = 0;

  constructor(columns: number) {
    this.codes = Array.from({ length: columns }, () => new Uint32Array(1024));
  }

  grow(): void {
    const size = 2 * this.times.length;
    const wider = <T extends Float64Array | Uint16Array | Uint8Array | Uint32Array>(old: T, fresh: T): T => (fresh.set(old), fresh);
    this.times = wider(this.times, new Float64Array(size));
    this.has = wider(this.has, new Uint16Array(size));
    this.whole = wider(this.whole, new Uint8Array(size));
    this.starts = wider(this.starts, new Uint32Array(size));
    this.ends = wider(this.ends, new Uint32Array(size));
    this.lines = wider(this.lines, new Uint32Array(size));
    this.codes = this.codes.map((codes) => wider(codes, new Uint32Array(size)));
  }
}

/**
 * Reads whole lines into columns. Lines that are not usual are read by `JSON.parse` and `decodeEvent`, as every reader
 * of traces does: a row of such a line is marked `whole`. What is no event is counted, and listed with its line.
 */
export class SegmentBuilder {
  readonly #layout: Layout;
  readonly #host: ByteHost;
  readonly #scanner: LineScanner;
  #dictionaries: DictionaryBuilder[];
  /** For each column: 1 usual, 2 unusual, by code; undefined where nothing is checked. */
  #verdicts: (Uint8Array | undefined)[];
  #rows: Rows;
  #malformed: { line: number; cause: string }[] = [];
  #malformedCount = 0;
  #line = 0;
  /** The day that the last time named, as text and as milliseconds. */
  #day = "";
  #dayStart = 0;

  constructor(layout: Layout, host: ByteHost) {
    this.#layout = layout;
    this.#host = host;
    this.#scanner = new LineScanner(layout);
    this.#dictionaries = layout.columns.map(() => new DictionaryBuilder());
    this.#verdicts = layout.columns.map((_, i) => (VALIDATED.has(i) || COMPARED.has(i) ? new Uint8Array(256) : undefined));
    this.#rows = new Rows(layout.columns.length);
  }

  /** Reads `bytes`, whole lines, which stand at `offset` of their file; `first`: they are its first ones. */
  build(bytes: Uint8Array, offset: number, first: boolean): Segment {
    const text = this.#host.isUtf8(bytes);
    let start = first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    while (start < bytes.length) {
      const found = bytes.indexOf(NEWLINE, start);
      const end = found < 0 ? bytes.length : found;
      const readable = text || this.#host.isUtf8(bytes.subarray(start, end));
      if (!readable || found < 0 || end - start > MAX_LINE_BYTES || !this.#usual(bytes, start, end)) this.#unusual(bytes, start, end);
      this.#line++;
      start = end + 1;
    }
    return this.#take(offset, bytes.length);
  }

  #usual(bytes: Uint8Array, start: number, end: number): boolean {
    const scanner = this.#scanner;
    if (!scanner.scan(bytes, start, end)) return false;
    const { has } = scanner;
    const time = this.#time(bytes);
    if (time === undefined) return false;
    const rows = this.#rows;
    if (rows.length === rows.times.length) rows.grow();
    const row = rows.length;
    const { columns } = this.#layout;
    const { depths } = scanner;
    for (let column = 0; column < columns.length; column++) {
      const code = depths[column] === 0 ? 0 : this.#code(bytes, column);
      if (code < 0) return false;
      const codes = rows.codes[column];
      if (codes !== undefined) codes[row] = code;
    }
    if ((has & HAS.decision) !== 0 && scanner.depths[COLUMN.effect] !== 2) return false;
    if ((has & SAYING) === 0 && this.#isCall(row)) return false;
    rows.times[row] = time;
    rows.has[row] = has;
    rows.whole[row] = 0;
    this.#close(row, start, end);
    return true;
  }

  #isCall(row: number): boolean {
    const code = this.#rows.codes[COLUMN.type]?.[row] ?? 0;
    return code === 0 || this.#callCode() === code;
  }

  #call = 0;
  #callCode(): number {
    if (this.#call === 0) this.#call = this.#dictionaries[COLUMN.type]?.intern(CALL, 0, CALL.length, 1) ?? 0;
    return this.#call;
  }

  #close(row: number, start: number, end: number): void {
    const rows = this.#rows;
    rows.starts[row] = start;
    rows.ends[row] = end;
    rows.lines[row] = this.#line;
    rows.length = row + 1;
  }

  /** The code of what the scanner found for a column; -1: the line is not usual. */
  #code(bytes: Uint8Array, column: number): number {
    const scanner = this.#scanner;
    const depth = scanner.depths[column] ?? 0;
    const spec = this.#layout.columns[column];
    if (spec === undefined) return -1;
    const [from, to] = [scanner.from[column] ?? 0, scanner.to[column] ?? 0];
    const dictionary = this.#dictionaries[column];
    if (dictionary === undefined) return -1;
    // a path that every layout has is there or not; of one that a condition reads it matters how far it could be followed
    if (column <= COLUMN.id && depth < spec.path.length) return 0;
    if (spec.keep === "presence") return 1;
    if (to - from === 2 && NAMING.has(column)) return 0;
    const code = dictionary.intern(bytes, from, to, depth);
    const verdicts = this.#verdicts[column];
    if (verdicts === undefined) return code;
    return (verdicts[code] ?? 0) === 1 ? code : this.#judge(column, code, bytes.subarray(from, to)) ? code : -1;
  }

  /** Whether a value is what a reader of events takes; remembered. */
  #judge(column: number, code: number, text: Uint8Array): boolean {
    let verdicts = this.#verdicts[column] ?? new Uint8Array(256);
    if (code >= verdicts.length) {
      const grown = new Uint8Array(2 * code);
      grown.set(verdicts);
      verdicts = grown;
      this.#verdicts[column] = verdicts;
    }
    if (verdicts[code] !== 0) return verdicts[code] === 1;
    const wrapped = VALIDATED.get(column);
    const bad = (COMPARED.has(column) && text.includes(BACKSLASH)) || (wrapped !== undefined && typeof decodeEvent(wrapped(JSON.parse(decoder.decode(text))), { file: "", line: 0 }) === "string");
    verdicts[code] = bad ? 2 : 1;
    return !bad;
  }

  /** The event's time; NaN where it has none; undefined where it cannot be read here. */
  #time(bytes: Uint8Array): number | undefined {
    const { timeFrom, timeTo } = this.#scanner;
    if (timeFrom === 0) return NaN;
    const text = this.#host.ascii(bytes, timeFrom, timeTo);
    // WHY the day apart: events of a trace share theirs, and a day is most of the work
    if (text.length === 24 && text.charCodeAt(23) === 90 && text.charCodeAt(10) === 84 && text.startsWith(this.#day) && this.#day !== "") {
      const inDay = millisOfDay(text);
      if (inDay >= 0) return this.#dayStart + inDay;
    }
    const time = parseTime(text);
    if (time === undefined) return undefined;
    const inDay = text.length === 24 && text.charCodeAt(23) === 90 && text.charCodeAt(10) === 84 ? millisOfDay(text) : -1;
    if (inDay >= 0) [this.#day, this.#dayStart] = [text.slice(0, 10), time - inDay];
    return time;
  }

  /** Reads a line as every reader of traces does. */
  #unusual(bytes: Uint8Array, start: number, end: number): void {
    const event = this.#decode(bytes.subarray(start, end));
    if (event === undefined) return;
    if (typeof event === "string") {
      this.#malformedCount++;
      if (this.#malformed.length < LISTED) this.#malformed.push({ line: this.#line, cause: event });
      return;
    }
    const rows = this.#rows;
    if (rows.length === rows.times.length) rows.grow();
    const row = rows.length;
    for (let column = 0; column < rows.codes.length; column++) {
      const codes = rows.codes[column];
      if (codes !== undefined) codes[row] = 0;
    }
    const put = (column: number, value: string | undefined): void => {
      const text = value === undefined ? NOTHING : encoder.encode(JSON.stringify(value));
      const codes = rows.codes[column];
      if (value !== undefined && codes !== undefined) codes[row] = this.#dictionaries[column]?.intern(text, 0, text.length, 1) ?? 0;
    };
    put(COLUMN.session, event.session);
    put(COLUMN.parent, event.parent);
    put(COLUMN.type, event.type);
    if (this.#layout.columns[COLUMN.id]?.keep === "value") put(COLUMN.id, event.id);
    rows.times[row] = event.time ?? NaN;
    rows.has[row] = 0;
    rows.whole[row] = 1;
    this.#close(row, start, end);
  }

  /** The event of a line, why it is none, or undefined for a line of white space. */
  #decode(bytes: Uint8Array): ReturnType<typeof decodeEvent> | undefined {
    if (bytes.length > MAX_LINE_BYTES) return `the line is longer than ${MAX_LINE_BYTES} bytes`;
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      return "the line is not valid UTF-8";
    }
    if (text.length <= 256 && text.trim() === "") return undefined;
    const parsed = parseJson(text);
    return "reason" in parsed ? parsed.reason : decodeEvent(parsed.value, { file: "", line: 0 });
  }

  #take(offset: number, bytes: number): Segment {
    const { length, times, has, whole, starts, ends, lines, codes } = this.#rows;
    const segment: Segment = {
      layout: this.#layout,
      rows: length,
      codes: codes.map((column) => column.slice(0, length)),
      dictionaries: this.#dictionaries.map((dictionary) => dictionary.freeze()),
      times: times.slice(0, length),
      has: has.slice(0, length),
      whole: whole.slice(0, length),
      starts: starts.slice(0, length),
      ends: ends.slice(0, length),
      lines: lines.slice(0, length),
      offset,
      bytes,
      lineCount: this.#line,
      malformed: this.#malformed,
      malformedCount: this.#malformedCount,
    };
    this.#reset();
    return segment;
  }

  #reset(): void {
    this.#dictionaries = this.#layout.columns.map(() => new DictionaryBuilder());
    this.#verdicts = this.#verdicts.map((verdicts) => (verdicts === undefined ? undefined : new Uint8Array(256)));
    this.#rows.length = 0;
    this.#malformed = [];
    this.#malformedCount = 0;
    this.#line = 0;
    this.#call = 0;
  }
}

const SAYING = HAS.action | HAS.subject | HAS.resource | HAS.args | HAS.unrecorded;
const CALL = encoder.encode('"call"');

/** Milliseconds into the day of `....-..-..THH:MM:SS.mmmZ`; -1 where it is not of that form. */
function millisOfDay(text: string): number {
  const digit = (at: number): number => {
    const value = text.charCodeAt(at) - 48;
    return value >= 0 && value <= 9 ? value : NaN;
  };
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58 || text.charCodeAt(19) !== 46) return -1;
  const hours = digit(11) * 10 + digit(12);
  const minutes = digit(14) * 10 + digit(15);
  const seconds = digit(17) * 10 + digit(18);
  const millis = digit(20) * 100 + digit(21) * 10 + digit(22);
  // a leap second, and what is none of this, is left to the reader of any time
  if (!(hours <= 23 && minutes <= 59 && seconds <= 59 && millis >= 0)) return -1;
  return hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + millis;
}

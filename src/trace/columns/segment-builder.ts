import { MAX_LINE_BYTES } from "../read-lines.ts";
import { parseTime } from "../../text/time.ts";
import { DictionaryBuilder } from "./dictionary.ts";
import { COLUMN, type Layout } from "./layout.ts";
import { HAS, LineScanner, SAYING } from "./line-scanner.ts";
import { Malformed, Rows, segmentOf } from "./rows.ts";
import type { Segment } from "./segment.ts";
import {
  CALL,
  COMPARED,
  decodeLine,
  isTaken,
  keptTexts,
  NAMING,
  VALIDATED,
} from "./unusual-line.ts";

const NEWLINE = 10;
const BACKSLASH = 92;

/** What the host brings: whether bytes are UTF-8, and a run of ASCII bytes as text. */
export interface ByteHost {
  readonly isUtf8: (bytes: Uint8Array) => boolean;
  readonly ascii: (bytes: Uint8Array, from: number, to: number) => string;
}

/**
 * Reads whole lines into columns. Lines that are not usual are read by `JSON.parse` and
 * `decodeEvent`, as every reader of traces does: a row of such a line is marked `whole`. What is no
 * event is counted, and listed with its line.
 */
export class SegmentBuilder {
  readonly #layout: Layout;
  readonly #host: ByteHost;
  readonly #scanner: LineScanner;
  #dictionaries: DictionaryBuilder[];
  /** For each column: 1 usual, 2 unusual, by code; undefined where nothing is checked. */
  #verdicts: (Uint8Array | undefined)[];
  #rows: Rows;
  #malformed = new Malformed();
  #line = 0;
  /** The day that the last time named, as text and as milliseconds. */
  #day = "";
  #dayStart = 0;

  constructor(layout: Layout, host: ByteHost) {
    this.#layout = layout;
    this.#host = host;
    this.#scanner = new LineScanner(layout);
    this.#dictionaries = layout.columns.map(() => new DictionaryBuilder());
    this.#verdicts = layout.columns.map((_, i) =>
      VALIDATED.has(i) || COMPARED.has(i) ? new Uint8Array(256) : undefined,
    );
    this.#rows = new Rows(layout.columns.length);
  }

  /**
   * Reads `bytes`, whole lines, which stand at `offset` of their file; `first`: they are its first
   * ones.
   */
  build(bytes: Uint8Array, offset: number, first: boolean): Segment {
    const text = this.#host.isUtf8(bytes);
    let start = first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    while (start < bytes.length) {
      const found = bytes.indexOf(NEWLINE, start);
      const end = found < 0 ? bytes.length : found;
      const readable = text || this.#host.isUtf8(bytes.subarray(start, end));
      if (!readable || found < 0 || end - start > MAX_LINE_BYTES || !this.#usual(bytes, start, end))
        this.#unusual(bytes, start, end);
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
    if (rows.length === rows.times.length) rows.reserve(rows.length + 1);
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
    if (this.#call === 0)
      this.#call = this.#dictionaries[COLUMN.type]?.intern(CALL, 0, CALL.length, 1) ?? 0;
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
    // a path that every layout has is there or not; of one that a condition reads it matters how
    // far it could be followed
    if (column <= COLUMN.id && depth < spec.path.length) return 0;
    if (spec.keep === "presence") return 1;
    if (to - from === 2 && NAMING.has(column)) return 0;
    const code = dictionary.intern(bytes, from, to, depth);
    const verdicts = this.#verdicts[column];
    if (verdicts === undefined) return code;
    return (verdicts[code] ?? 0) === 1
      ? code
      : this.#judge(column, code, bytes.subarray(from, to))
        ? code
        : -1;
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
    const bad =
      (COMPARED.has(column) && text.includes(BACKSLASH)) ||
      (VALIDATED.has(column) && !isTaken(column, text));
    verdicts[code] = bad ? 2 : 1;
    return !bad;
  }

  /** The event's time; NaN where it has none; undefined where it cannot be read here. */
  #time(bytes: Uint8Array): number | undefined {
    const { timeFrom, timeTo } = this.#scanner;
    if (timeFrom === 0) return NaN;
    const text = this.#host.ascii(bytes, timeFrom, timeTo);
    // WHY the day apart: events of a trace share theirs, and a day is most of the work
    if (
      text.length === 24 &&
      text.charCodeAt(23) === 90 &&
      text.charCodeAt(10) === 84 &&
      text.startsWith(this.#day) &&
      this.#day !== ""
    ) {
      const inDay = millisOfDay(text);
      if (inDay >= 0) return this.#dayStart + inDay;
    }
    const time = parseTime(text);
    if (time === undefined) return undefined;
    const inDay =
      text.length === 24 && text.charCodeAt(23) === 90 && text.charCodeAt(10) === 84
        ? millisOfDay(text)
        : -1;
    if (inDay >= 0) [this.#day, this.#dayStart] = [text.slice(0, 10), time - inDay];
    return time;
  }

  /** Reads a line as every reader of traces does. */
  #unusual(bytes: Uint8Array, start: number, end: number): void {
    const event = decodeLine(bytes.subarray(start, end));
    if (event === undefined) return;
    if (typeof event === "string") {
      this.#malformed.add(this.#line, event);
      return;
    }
    const rows = this.#rows;
    if (rows.length === rows.times.length) rows.reserve(rows.length + 1);
    const row = rows.length;
    for (const codes of rows.codes) codes[row] = 0;
    for (const [column, text] of keptTexts(event, this.#layout)) {
      const codes = rows.codes[column];
      if (codes !== undefined)
        codes[row] = this.#dictionaries[column]?.intern(text, 0, text.length, 1) ?? 0;
    }
    rows.times[row] = event.time ?? NaN;
    rows.has[row] = event.request.action === undefined ? 0 : HAS.action;
    rows.whole[row] = 1;
    this.#close(row, start, end);
  }

  #take(offset: number, bytes: number): Segment {
    const dictionaries = this.#dictionaries.map((dictionary) => dictionary.freeze());
    const segment = segmentOf(this.#rows, {
      layout: this.#layout,
      dictionaries,
      offset,
      bytes,
      lineCount: this.#line,
      malformed: this.#malformed,
    });
    this.#reset();
    return segment;
  }

  #reset(): void {
    this.#dictionaries = this.#layout.columns.map(() => new DictionaryBuilder());
    this.#verdicts = this.#verdicts.map((verdicts) =>
      verdicts === undefined ? undefined : new Uint8Array(256),
    );
    this.#rows.length = 0;
    this.#malformed = new Malformed();
    this.#line = 0;
    this.#call = 0;
  }
}

/** Milliseconds into the day of `....-..-..THH:MM:SS.mmmZ`; -1 where it is not of that form. */
function millisOfDay(text: string): number {
  const digit = (at: number): number => {
    const value = text.charCodeAt(at) - 48;
    return value >= 0 && value <= 9 ? value : NaN;
  };
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58 || text.charCodeAt(19) !== 46)
    return -1;
  const hours = digit(11) * 10 + digit(12);
  const minutes = digit(14) * 10 + digit(15);
  const seconds = digit(17) * 10 + digit(18);
  const millis = digit(20) * 100 + digit(21) * 10 + digit(22);
  // a leap second, and what is none of this, is left to the reader of any time
  if (!(hours <= 23 && minutes <= 59 && seconds <= 59 && millis >= 0)) return -1;
  return hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + millis;
}

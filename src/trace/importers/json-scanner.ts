import { joined, lateMembers, splitDocument, type SplitRule } from "./split-document.ts";

/** A part of a JSON document: the bytes of one value, and where it stands. */
export interface ScannedValue {
  /** Undefined: the value is longer than the scanner's bound. */
  readonly bytes: readonly Uint8Array[] | undefined;
  /** The line of its first byte, from 1. */
  readonly line: number;
  /** Which top-level list of the document holds it, from 0; undefined: it stands by itself. */
  readonly list: number | undefined;
  /** False: the document ended inside the value. */
  readonly complete: boolean;
  /** Members that tell of elements which were given before as values of their own. */
  readonly late: readonly string[];
}

const [NEWLINE, SPACE, QUOTE, COMMA, BACKSLASH] = [10, 32, 34, 44, 92];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];
/** The bytes of a byte order mark count as white space: outside strings they mean nothing else. */
const MARK = [0xef, 0xbb, 0xbf];
/** A document is read in parts from so many bytes on, where it may be. */
const SPLIT_BYTES = 256 * 1024;

/**
 * Cuts a JSON document into values without parsing them: each top-level value, and of a top-level
 * list each element, so that a list of any length is read with one element held at a time; a longer
 * document is given in parts where its rule allows. It finds where values end and checks nothing
 * else: a broken value is for the parser to refuse. Text
 * outside lists and objects is one value up to its line's end.
 */
export class JsonScanner {
  readonly #onValue: (value: ScannedValue) => void;
  readonly #maxBytes: number;
  #line = 1;
  #atLineStart = true;
  #lists = 0;
  #inList = false;
  /**
   * Of the value being read: whether there is one, its nesting, whether the place is inside a
   * string.
   */
  #inValue = false;
  #isScalar = false;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #valueLine = 1;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  readonly #rule: SplitRule | undefined;
  /** From how many bytes on a value is split, and how many of its bytes were read before. */
  #splitAt = SPLIT_BYTES;
  #head = 0;

  constructor(onValue: (value: ScannedValue) => void, maxBytes: number, rule?: SplitRule) {
    this.#onValue = onValue;
    this.#maxBytes = maxBytes;
    this.#rule = rule;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    let at = 0;
    while (at < chunk.length) {
      if (!this.#inValue) {
        const byte = chunk[at] ?? 0;
        if (byte === NEWLINE) this.#line++;
        if (this.#startsValue(byte)) start = at;
        at++;
      } else if (this.#isScalar) {
        at = this.#endOfScalar(chunk, at);
        if (at < chunk.length) this.#close(chunk.subarray(start, at), true);
      } else {
        at = this.#endOfContainer(chunk, at);
        if (this.#depth === 0) this.#close(chunk.subarray(start, at), true);
      }
    }
    if (chunk.length > 0) this.#atLineStart = chunk[chunk.length - 1] === NEWLINE;
    if (!this.#inValue) return;
    this.#keep(chunk.subarray(start));
    this.#splitOff();
  }

  /** Ends the document: how many lines it had, and whether a list was still open. */
  end(): { readonly lines: number; readonly cutOff: boolean } {
    if (this.#inValue) this.#close(new Uint8Array(0), this.#depth === 0 && !this.#inString);
    return { lines: this.#atLineStart ? this.#line - 1 : this.#line, cutOff: this.#inList };
  }

  /** Steps over a byte between values; true if a value starts with it. */
  #startsValue(byte: number): boolean {
    if (byte <= SPACE || byte === COMMA || MARK.includes(byte)) return false;
    if (byte === OPEN_LIST && !this.#inList) {
      this.#inList = true;
      return false;
    }
    if (byte === CLOSE_LIST && this.#inList) {
      this.#inList = false;
      this.#lists++;
      return false;
    }
    this.#inValue = true;
    this.#valueLine = this.#line;
    this.#isScalar = byte !== OPEN_LIST && byte !== OPEN_OBJECT;
    this.#depth = this.#isScalar ? 0 : 1;
    this.#inString = byte === QUOTE;
    return true;
  }

  /** Where a value ends that is no list or object; behind the chunk where it goes on. */
  #endOfScalar(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#inString) at = this.#endOfString(chunk, at);
      else if (this.#inList ? byte === COMMA || byte === CLOSE_LIST : byte === NEWLINE) return at;
      else if (byte === QUOTE) this.#inString = true;
      else if (byte === NEWLINE) this.#line++;
    }
    return chunk.length;
  }

  /** Where the list or object ends that is read: behind its bracket, or the chunk. */
  #endOfContainer(chunk: Uint8Array, from: number): number {
    // WHY locals: this loop sees every byte of a file
    let [depth, line] = [this.#depth, 0];
    let at = from;
    if (this.#inString) at = this.#endOfString(chunk, at) + 1;
    while (at < chunk.length) {
      const byte = chunk[at++];
      if (byte === QUOTE) {
        this.#inString = true;
        at = this.#endOfString(chunk, at) + 1;
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        if (--depth === 0) break;
      } else if (byte === NEWLINE) line++;
    }
    this.#depth = depth;
    this.#line += line;
    return Math.min(at, chunk.length);
  }

  /** Where the text ends that is read: its quote, or behind the chunk. */
  #endOfString(chunk: Uint8Array, from: number): number {
    let at = this.#escaped ? from + 1 : from;
    this.#escaped = false;
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === QUOTE) {
        this.#inString = false;
        return at;
      }
      if (byte === BACKSLASH) at++;
      else if (byte === NEWLINE) this.#line++;
    }
    this.#escaped = at > chunk.length;
    return chunk.length;
  }

  /** Gives the elements of a document too long to hold that may be read by themselves. */
  #splitOff(): void {
    const rule = this.#rule;
    if (rule === undefined || this.#bytes <= this.#splitAt || this.#parts.length === 0) return;
    let bytes = joined(this.#parts);
    for (
      let split = splitDocument(bytes, rule, this.#head);
      split !== undefined;
      split = bytes.length > SPLIT_BYTES ? splitDocument(bytes, rule, this.#head) : undefined
    ) {
      this.#give(split.part, true, lateMembers(bytes, rule, this.#head));
      bytes = split.rest;
      this.#head = split.head;
    }
    this.#parts = [bytes];
    this.#bytes = bytes.length;
    this.#splitAt = Math.max(SPLIT_BYTES, 2 * bytes.length);
  }

  #keep(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) this.#parts = [];
    else this.#parts.push(part);
  }

  #close(rest: Uint8Array, complete: boolean): void {
    this.#keep(rest);
    const [rule, head] = [this.#rule, this.#head];
    const late =
      head === 0 || rule === undefined ? [] : lateMembers(joined(this.#parts), rule, head);
    this.#give(this.#bytes > this.#maxBytes ? undefined : this.#parts, complete, late);
    this.#inValue = this.#isScalar = this.#inString = this.#escaped = false;
    this.#depth = this.#bytes = this.#head = 0;
    this.#parts = [];
    this.#splitAt = SPLIT_BYTES;
  }

  #give(
    bytes: readonly Uint8Array[] | undefined,
    complete: boolean,
    late: readonly string[],
  ): void {
    const list = this.#inList ? this.#lists : undefined;
    this.#onValue({ bytes, line: this.#valueLine, list, complete, late });
  }
}

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
}

const [NEWLINE, SPACE, QUOTE, COMMA, BACKSLASH] = [10, 32, 34, 44, 92];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];
/** The bytes of a byte order mark count as white space: outside strings they mean nothing else. */
const MARK = [0xef, 0xbb, 0xbf];

/**
 * Cuts a JSON document into values without parsing them: each top-level value, and of a top-level
 * list each element, so that a list of any length is read with one element held at a time. It finds
 * where values end and checks nothing else: a broken value is for the parser to refuse. Text
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
  #depth = 0;
  #inString = false;
  #escaped = false;
  #valueLine = 1;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(onValue: (value: ScannedValue) => void, maxBytes: number) {
    this.#onValue = onValue;
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === NEWLINE) this.#line++;
      if (!this.#inValue) {
        if (this.#startsValue(byte)) start = at;
      } else if (this.#inString) this.#stepInString(byte);
      else if (this.#depth === 0 && this.#endsScalar(byte)) {
        this.#close(chunk.subarray(start, at), true);
        this.#startsValue(byte);
      } else if (this.#stepOutsideString(byte)) this.#close(chunk.subarray(start, at + 1), true);
    }
    if (chunk.length > 0) this.#atLineStart = chunk[chunk.length - 1] === NEWLINE;
    if (this.#inValue) this.#keep(chunk.subarray(start));
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
    this.#depth = byte === OPEN_LIST || byte === OPEN_OBJECT ? 1 : 0;
    this.#inString = byte === QUOTE;
    return true;
  }

  #stepInString(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
  }

  /** True if the value ends with this byte. */
  #stepOutsideString(byte: number): boolean {
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#depth++;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) return --this.#depth === 0;
    return false;
  }

  #endsScalar(byte: number): boolean {
    return this.#inList ? byte === COMMA || byte === CLOSE_LIST : byte === NEWLINE;
  }

  #keep(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) this.#parts = [];
    else this.#parts.push(part);
  }

  #close(rest: Uint8Array, complete: boolean): void {
    this.#keep(rest);
    const list = this.#inList ? this.#lists : undefined;
    this.#onValue({
      bytes: this.#bytes > this.#maxBytes ? undefined : this.#parts,
      line: this.#valueLine,
      list,
      complete,
    });
    this.#inValue = this.#inString = this.#escaped = false;
    this.#depth = this.#bytes = 0;
    this.#parts = [];
  }
}

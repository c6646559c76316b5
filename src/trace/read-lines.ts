/** Longer lines are not read: 64 MiB. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** What a line reader tells: each line's text and number (from 1), and what cannot be text. */
export interface LineSink {
  readonly onLine: (text: string, line: number) => void;
  readonly onUnreadable: (line: number, cause: string) => void;
}

const NEWLINE = 10;
/**
 * INVARIANT: a line inside one piece is shorter than `MAX_LINE_BYTES`, so only lines that span
 * pieces are measured.
 */
const PIECE_BYTES = 1024 * 1024;

/**
 * Cuts bytes into lines of text: UTF-8, with or without a byte order mark, ended by LF or CRLF, the
 * last one with or without an end. Lines of white space are skipped (but numbered). Told as
 * unreadable: what is not UTF-8, and a line longer than `maxBytes`, of which no more than that is
 * ever held. The sink is called before `push` or `end` returns; bytes must not change after they
 * were pushed.
 */
export class LineReader {
  readonly #sink: LineSink;
  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** The unfinished line so far. */
  #open: Uint8Array[] = [];
  #openBytes = 0;
  #line = 1;

  constructor(sink: LineSink, maxBytes = MAX_LINE_BYTES) {
    this.#sink = sink;
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): void {
    for (let start = 0; start < chunk.length; start += PIECE_BYTES)
      this.#pushPiece(chunk.subarray(start, start + PIECE_BYTES));
  }

  /** Ends the last line. Returns how many lines there were. */
  end(): number {
    if (this.#openBytes === 0) return this.#line - 1;
    this.#closeLine(new Uint8Array(0));
    return this.#line - 1;
  }

  #pushPiece(piece: Uint8Array): void {
    const first = piece.indexOf(NEWLINE);
    if (first < 0) return this.#keep(piece);
    let start = 0;
    if (this.#openBytes > 0) {
      this.#closeLine(piece.subarray(0, first));
      start = first + 1;
    }
    const last = piece.lastIndexOf(NEWLINE);
    if (last >= start) this.#readBlock(piece.subarray(start, last));
    if (last + 1 < piece.length) this.#keep(piece.subarray(last + 1));
  }

  #keep(part: Uint8Array): void {
    this.#openBytes += part.length;
    if (this.#openBytes > this.#maxBytes) this.#open = [];
    else this.#open.push(part);
  }

  #closeLine(rest: Uint8Array): void {
    this.#keep(rest);
    const bytes =
      this.#openBytes > this.#maxBytes ? undefined : concatenate(this.#open, this.#openBytes);
    this.#open = [];
    this.#openBytes = 0;
    if (bytes === undefined)
      this.#sink.onUnreadable(this.#line++, `the line is longer than ${this.#maxBytes} bytes`);
    else this.#readLine(bytes);
  }

  /** Whole lines, the last one without its end. */
  #readBlock(bytes: Uint8Array): void {
    const text = this.#decode(bytes);
    if (text === undefined) return this.#readLineByLine(bytes);
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.#tell(text.slice(start, end));
      start = end + 1;
    }
    this.#tell(text.slice(start));
  }

  /** WHY: one bad byte must cost its own line only, so the block is taken apart before decoding. */
  #readLineByLine(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.#readLine(bytes.subarray(start, end));
      start = end + 1;
    }
    this.#readLine(bytes.subarray(start));
  }

  #readLine(bytes: Uint8Array): void {
    const text = this.#decode(bytes);
    if (text === undefined) this.#sink.onUnreadable(this.#line++, "the line is not valid UTF-8");
    else this.#tell(text);
  }

  #tell(text: string): void {
    const line = this.#line++;
    const whole = line === 1 && text.startsWith("\uFEFF") ? text.slice(1) : text;
    if (whole.length > 256 || whole.trim() !== "") this.#sink.onLine(whole, line);
  }

  #decode(bytes: Uint8Array): string | undefined {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      return undefined;
    }
  }
}

function concatenate(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

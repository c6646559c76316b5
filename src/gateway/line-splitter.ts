const NEWLINE = 10;
const RETURN = 13;

/** What is told of a stream of lines. */
export interface LineReader {
  /** A line with its end, byte for byte as it came. */
  readonly line: (bytes: Buffer) => void;
  /** A line that is longer than the limit, of which nothing is kept. */
  readonly tooLong: () => void;
  /** How many bytes come after the last line end, once the stream is over; not called if none do. */
  readonly torn: (bytes: number) => void;
}

/** Cuts a stream of bytes into lines of at most `limit` bytes. */
export class LineSplitter {
  readonly #limit: number;
  readonly #reader: LineReader;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(limit: number, reader: LineReader) {
    this.#limit = limit;
    this.#reader = reader;
  }

  /** Takes the next bytes of the stream. */
  push(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#add(chunk.subarray(from, at + 1));
      this.#endLine();
      from = at + 1;
    }
    if (from < chunk.length) this.#add(chunk.subarray(from));
  }

  /** Ends the stream. */
  end(): void {
    if (this.#length > 0) this.#reader.torn(this.#length);
    this.#clear();
  }

  #add(part: Buffer): void {
    this.#length += part.length;
    if (this.#length <= this.#limit) this.#parts.push(part);
    else this.#parts = [];
  }

  #endLine(): void {
    const [first] = this.#parts;
    const isTooLong = this.#length > this.#limit;
    const line = this.#parts.length === 1 && first ? first : Buffer.concat(this.#parts);
    this.#clear();
    if (isTooLong) this.#reader.tooLong();
    else this.#reader.line(line);
  }

  #clear(): void {
    this.#parts = [];
    this.#length = 0;
  }
}

/** A line without its end (`\n` or `\r\n`). */
export function lineText(line: Buffer): Buffer {
  const end = line.at(-1) === NEWLINE ? line.length - 1 : line.length;
  return line.subarray(0, end > 0 && line[end - 1] === RETURN ? end - 1 : end);
}

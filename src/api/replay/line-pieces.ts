import { MAX_LINE_BYTES } from "../../trace/read-lines.ts";

/** Whole lines of a stream, and where the first of them starts. */
export interface LinePiece {
  readonly bytes: Uint8Array;
  readonly offset: number;
}

const NEWLINE = 10;

/** Cuts bytes that come in chunks into pieces of whole lines. */
class LineCutter {
  #parts: Uint8Array[] = [];
  #offset = 0;
  /** How many bytes wait, and where the last newline among them is; -1: there is none. */
  length = 0;
  #newline = -1;
  /** Whether what comes belongs to a line of which enough was given to tell that it is too long. */
  #skips = false;

  /** Whether a line ended. */
  get isCut(): boolean {
    return this.#newline >= 0;
  }

  push(chunk: Uint8Array): void {
    const end = this.#skips ? chunk.indexOf(NEWLINE) + 1 : 0;
    if (this.#skips && end === 0) return void (this.#offset += chunk.length);
    this.#skips = false;
    this.#offset += end;
    this.#keep(chunk.subarray(end));
  }

  #keep(chunk: Uint8Array): void {
    const newline = chunk.lastIndexOf(NEWLINE);
    if (newline >= 0) this.#newline = this.length + newline;
    this.#parts.push(chunk);
    this.length += chunk.length;
  }

  /**
   * The lines that ended so far; of one that is longer than any may be, enough to tell that it is;
   * undefined: none ended.
   */
  cut(): LinePiece | undefined {
    if (this.#newline < 0) {
      this.#skips = this.length > MAX_LINE_BYTES;
      return this.#skips ? this.rest() : undefined;
    }
    const all = Buffer.concat(this.#parts);
    const [bytes, rest] = [all.subarray(0, this.#newline + 1), all.subarray(this.#newline + 1)];
    const piece = { bytes, offset: this.#offset };
    this.#offset += bytes.length;
    this.#clear();
    if (rest.length > 0) this.#keep(rest);
    return piece;
  }

  /** All that waits, whether its last line ended or not; undefined: nothing does. */
  rest(): LinePiece | undefined {
    if (this.length === 0) return undefined;
    const piece = { bytes: Buffer.concat(this.#parts), offset: this.#offset };
    this.#offset += piece.bytes.length;
    this.#clear();
    return piece;
  }

  #clear(): void {
    this.#parts = [];
    this.length = 0;
    this.#newline = -1;
  }
}

/** Whether more comes within some milliseconds. */
async function comesWithin(next: Promise<unknown>, patience: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const wait = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), patience);
  });
  try {
    return await Promise.race([next.then(() => true), wait]);
  } finally {
    clearTimeout(timer);
  }
}

/** How a stream is cut. */
export interface PieceCut {
  /** How many bytes a piece has at least, but for the last one. */
  readonly least: number;
  /** Set: lines that waited so many milliseconds for more are given as they are. */
  readonly patience?: number | undefined;
}

/**
 * A stream as pieces of whole lines. Holds no more than a piece, or the longest line that is read.
 */
export async function* linePieces(
  chunks: AsyncIterable<Uint8Array>,
  { least, patience }: PieceCut,
): AsyncGenerator<LinePiece> {
  const cutter = new LineCutter();
  const stream = chunks[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = stream.next();
      const isIdle = patience !== undefined && cutter.isCut && !(await comesWithin(next, patience));
      const waiting = isIdle ? cutter.cut() : undefined;
      if (waiting !== undefined) yield waiting;
      const { done, value } = await next;
      if (done === true) break;
      cutter.push(value);
      const piece = cutter.length < least ? undefined : cutter.cut();
      if (piece !== undefined) yield piece;
    }
  } finally {
    // WHY not awaited: a stream that is asked for more ends only when more comes
    stream.return?.().catch(() => undefined);
  }
  const rest = cutter.rest();
  if (rest !== undefined) yield rest;
}

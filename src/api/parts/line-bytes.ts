const NEWLINE = 0x0a;

/** A line, in bytes that are the next one's as soon as that is asked for. */
export interface LineBytes {
  readonly bytes: Uint8Array;
  /** From 1. */
  readonly line: number;
}

/**
 * Cuts bytes into lines, the last one with or without an end. `tooLong`: makes what is thrown where a
 * line is longer than `most` bytes. WHY one buffer: the collector leaves many large ones behind.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  most: number,
  tooLong: (line: number) => Error,
): AsyncGenerator<LineBytes> {
  let held = new Uint8Array(0);
  let length = 0;
  let line = 1;
  const add = (bytes: Uint8Array): void => {
    const needed = length + bytes.length;
    if (needed > most) throw tooLong(line);
    if (needed > held.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * held.length));
      grown.set(held.subarray(0, length));
      held = grown;
    }
    held.set(bytes, length);
    length = needed;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      add(chunk.subarray(start, end));
      yield { bytes: held.subarray(0, length), line: line++ };
      length = 0;
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  yield { bytes: held.subarray(0, length), line };
}

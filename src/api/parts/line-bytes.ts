const NEWLINE = 0x0a;

/** A line, in bytes that are the next one's as soon as that is asked for. */
export interface LineBytes {
  readonly bytes: Uint8Array;
  /** From 1. */
  readonly line: number;
}

/**
 * Cuts bytes into lines, the last one with or without an end, each in `held` while it is looked at.
 * `tooLong`: makes what is thrown where a line does not fit.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  held: Uint8Array,
  tooLong: (line: number) => Error,
): AsyncGenerator<LineBytes> {
  let length = 0;
  let line = 1;
  const add = (bytes: Uint8Array): void => {
    if (length + bytes.length > held.length) throw tooLong(line);
    held.set(bytes, length);
    length += bytes.length;
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

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);
const BLANK: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Bytes without the blanks around them. */
function trimmed(bytes: Buffer): Buffer {
  let [from, to] = [0, bytes.length];
  while (from < to && BLANK.has(bytes[from] ?? 0)) from++;
  while (to > from && BLANK.has(bytes[to - 1] ?? 0)) to--;
  return bytes.subarray(from, to);
}

/** Where a text that begins at `at` ends: the place of its closing quote. */
function endOfText(bytes: Buffer, at: number): number {
  for (let i = at + 1; i < bytes.length; i++) {
    if (bytes[i] === BACKSLASH) i++;
    else if (bytes[i] === QUOTE) return i;
  }
  return bytes.length;
}

/** The elements of a list, as they are written. INVARIANT: the bytes are a list in JSON. */
export function elementsOf(bytes: Buffer): readonly Buffer[] {
  const list = trimmed(bytes);
  const found: Buffer[] = [];
  let [depth, from] = [0, 1];
  for (let i = 1; i < list.length - 1; i++) {
    const byte = list[i] ?? 0;
    if (byte === QUOTE) i = endOfText(list, i);
    else if (OPENING.has(byte)) depth++;
    else if (CLOSING.has(byte)) depth--;
    else if (byte === COMMA && depth === 0) {
      found.push(trimmed(list.subarray(from, i)));
      from = i + 1;
    }
  }
  const last = trimmed(list.subarray(from, -1));
  return last.length === 0 ? found : [...found, last];
}

/** Elements as one list, with a line end. */
export function listOf(elements: readonly Buffer[]): Buffer {
  const parts = elements.flatMap((one, at) =>
    at === 0 ? [trimmed(one)] : [Buffer.from(","), trimmed(one)],
  );
  return Buffer.concat([Buffer.from("["), ...parts, Buffer.from("]\n")]);
}

/** The elements of a line that is a list, or the line itself. */
export function flattened(line: Buffer): readonly Buffer[] {
  const text = trimmed(line);
  return text[0] === 0x5b ? elementsOf(text) : [text];
}

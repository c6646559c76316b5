const [QUOTE, BACKSLASH, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST, COMMA] = [
  34, 92, 123, 125, 91, 93, 44,
];
const SPACE = 32;

/** Where a value stands in a line, in bytes. */
export interface LineValue {
  readonly from: number;
  readonly to: number;
}

/**
 * Where the value of one of the event's own members stands; undefined: the event has none. For lines
 * that a scanner found to be usual: JSON, no escape in a key, no member twice. INVARIANT: it never
 * reads behind the end, whatever stands there.
 */
export function lineMember(line: Uint8Array, key: Uint8Array): LineValue | undefined {
  let at = afterSpace(line, 0) + 1;
  while (at < line.length) {
    const name = afterSpace(line, at);
    if (line[name] !== QUOTE) return undefined;
    const end = afterText(line, name);
    const from = afterSpace(line, afterSpace(line, end) + 1);
    const to = afterValue(line, from);
    if (end - name - 2 === key.length && stands(line, name + 1, key)) return { from, to };
    at = afterSpace(line, to) + 1;
  }
  return undefined;
}

function stands(line: Uint8Array, at: number, key: Uint8Array): boolean {
  for (let i = 0; i < key.length; i++) if (line[at + i] !== key[i]) return false;
  return true;
}

function afterSpace(line: Uint8Array, from: number): number {
  let at = from;
  while (at < line.length && (line[at] ?? 0) <= SPACE) at++;
  return at;
}

/** `from`: the opening quote. */
function afterText(line: Uint8Array, from: number): number {
  for (let at = from + 1; at < line.length; at++) {
    const byte = line[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at++;
  }
  return line.length;
}

function afterValue(line: Uint8Array, from: number): number {
  const first = line[from];
  if (first === QUOTE) return afterText(line, from);
  if (first === OPEN || first === OPEN_LIST) return afterNested(line, from);
  let at = from;
  for (; at < line.length; at++) {
    const byte = line[at] ?? 0;
    if (byte <= SPACE || byte === COMMA || byte === CLOSE) return at;
  }
  return at;
}

function afterNested(line: Uint8Array, from: number): number {
  let depth = 0;
  for (let at = from; at < line.length; at++) {
    const byte = line[at];
    if (byte === QUOTE) at = afterText(line, at) - 1;
    else if (byte === OPEN || byte === OPEN_LIST) depth++;
    else if ((byte === CLOSE || byte === CLOSE_LIST) && --depth === 0) return at + 1;
  }
  return line.length;
}

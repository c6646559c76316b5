const [SPACE, QUOTE, BACKSLASH, COMMA, COLON] = [0x20, 0x22, 0x5c, 0x2c, 0x3a];
const [LIST, LIST_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Where a list stands: at its opening bracket, and at its closing one. */
export interface ListPlace {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the list at a path of members stands in the bytes of a JSON object; undefined: it has none
 * there. The bytes are not checked: whoever reads them parses the list's elements, and the rest.
 */
export function listAt(bytes: Uint8Array, path: readonly string[]): ListPlace | undefined {
  let start = afterSpace(bytes, 0);
  for (const name of path) {
    const found = memberAt(bytes, start, name);
    if (found === undefined) return undefined;
    start = found;
  }
  if (bytes[start] !== LIST) return undefined;
  let end = start;
  do end = endOfValue(bytes, end + 1);
  while (bytes[end] === COMMA);
  return bytes[end] === LIST_END ? { start, end } : undefined;
}

/** The bytes of a list's elements, in their order. */
export function* elementsOf(bytes: Uint8Array, { start, end }: ListPlace): Generator<Uint8Array> {
  if (afterSpace(bytes, start + 1) === end) return;
  for (let at = start; at !== end; ) {
    const next = endOfValue(bytes, at + 1);
    yield bytes.subarray(at + 1, next);
    at = next;
  }
}

/** Where the value of a member of the object at `object` begins. */
function memberAt(bytes: Uint8Array, object: number, name: string): number | undefined {
  if (bytes[object] !== OBJECT) return undefined;
  const key = encoder.encode(JSON.stringify(name));
  let at = object;
  do {
    const own = afterSpace(bytes, at + 1);
    if (key.every((byte, i) => bytes[own + i] === byte))
      return afterSpace(bytes, bytes.indexOf(COLON, own + key.length) + 1);
    at = endOfValue(bytes, at + 1);
  } while (bytes[at] === COMMA);
  return undefined;
}

/** The members of an object that the bytes hold, in their order. Throws where a name is no JSON. */
export function* membersOf(
  bytes: Uint8Array,
): Generator<{ readonly name: string; readonly value: Uint8Array }> {
  let at = afterSpace(bytes, 0);
  if (bytes[at] !== OBJECT) return;
  do {
    const key = afterSpace(bytes, at + 1);
    const colon = bytes.indexOf(COLON, endOfString(bytes, key));
    at = endOfValue(bytes, at + 1);
    const name: unknown = JSON.parse(decoder.decode(bytes.subarray(key, colon)));
    yield { name: String(name), value: bytes.subarray(colon + 1, at) };
  } while (bytes[at] === COMMA);
}

function afterSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while ((bytes[at] ?? QUOTE) <= SPACE) at++;
  return at;
}

/** Where the comma or the bracket stands that ends what begins at `from`. */
function endOfValue(bytes: Uint8Array, from: number): number {
  let depth = 0;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === OBJECT || byte === LIST) depth++;
    else if (depth === 0 && (byte === COMMA || byte === OBJECT_END || byte === LIST_END)) return at;
    else if (byte === OBJECT_END || byte === LIST_END) depth--;
  }
  return bytes.length;
}

/** Where the quote stands that ends the string at `start`. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) return at;
    if (bytes[at] === BACKSLASH) at++;
  }
  return bytes.length;
}

/** Why bytes are no UTF-8 text, as a clause, and where the first bad byte stands (from 0). */
export interface NotUtf8 {
  readonly fault: string;
  readonly at: number;
  /** In another encoding: how to go on. */
  readonly help: string;
}

const HELP = "save it as UTF-8";
/** How many bytes {@link otherEncoding} looks at. */
const ENCODING_BYTES = 256;

function decode(bytes: Uint8Array, whole: boolean): string | undefined {
  try {
    // a decoder that is told of more to come takes a text that ends within a character
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, {
      stream: !whole,
    });
  } catch {
    return undefined;
  }
}

/**
 * The encoding that bytes are in by their mark, or by where their NUL bytes stand; undefined: it
 * may be UTF-8.
 */
export function otherEncoding(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (
    (a === 0xff && b === 0xfe && c === 0 && d === 0) ||
    (a === 0 && b === 0 && c === 0xfe && d === 0xff)
  )
    return "UTF-32";
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return "UTF-16";
  const start = bytes.subarray(0, ENCODING_BYTES);
  const nul = (parity: number): number =>
    start.filter((byte, i) => i % 2 === parity && byte === 0).length;
  const [even, odd] = [nul(0), nul(1)];
  const half = Math.floor(start.length / 2);
  // of text in Latin letters every second byte is NUL
  return half > 0 && Math.max(even, odd) * 2 > half && Math.min(even, odd) === 0
    ? "UTF-16"
    : undefined;
}

/** The offset of the first byte that begins no character. */
function firstBad(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (middle <= bytes.length && decode(bytes.subarray(0, middle), false) !== undefined)
      good = middle;
    else bad = middle;
  }
  // the character that this byte breaks begins before it
  let at = good;
  for (let back = 1; back <= 3 && at === good; back++) {
    const byte = bytes[good - back] ?? 0;
    if (byte >= 0xc0 && decode(bytes.subarray(0, good), true) === undefined) at = good - back;
    else if (byte < 0x80) break;
  }
  return at;
}

function placeOf(bytes: Uint8Array, at: number): string {
  const before = bytes.subarray(0, at);
  const line = before.filter((byte) => byte === 10).length + 1;
  return `line ${line}, byte ${at - before.lastIndexOf(10)} (offset ${at})`;
}

/**
 * The text of UTF-8 bytes, its byte order mark included; or why they are none. Nothing is replaced.
 */
export function utf8Text(bytes: Uint8Array): { readonly text: string } | NotUtf8 {
  const other = otherEncoding(bytes);
  if (other !== undefined) return { fault: `it is ${other}, not UTF-8`, at: 0, help: HELP };
  const text = decode(bytes, true);
  if (text !== undefined) return { text };
  const at = firstBad(bytes);
  return { fault: `it is not valid UTF-8 at ${placeOf(bytes, at)}`, at, help: HELP };
}

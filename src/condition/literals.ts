/** Why a literal cannot be read, with the offsets of the part at fault. */
export class LiteralFault {
  constructor(
    readonly message: string,
    readonly start: number,
    readonly end: number,
  ) {}
}

const SIMPLE: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["b", 8],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
  ["\\", 92],
  ["?", 63],
  ['"', 34],
  ["'", 39],
  ["`", 96],
]);

interface Escape {
  readonly value: number;
  readonly length: number;
}

const HEX_LENGTHS: ReadonlyMap<string, number> = new Map([
  ["x", 2],
  ["X", 2],
  ["u", 4],
  ["U", 8],
]);

/** The escape sequence at `at` (a backslash) of `body`; undefined where CEL knows none such. */
function readEscape(body: string, at: number, bytes: boolean): Escape | undefined {
  const letter = body.charAt(at + 1);
  const simple = SIMPLE.get(letter);
  if (simple !== undefined) return { value: simple, length: 2 };
  const digits = HEX_LENGTHS.get(letter);
  if (digits !== undefined) {
    if (bytes && digits > 2) return undefined;
    const hex = body.slice(at + 2, at + 2 + digits);
    return /^[0-9a-fA-F]+$/.test(hex) && hex.length === digits
      ? { value: parseInt(hex, 16), length: digits + 2 }
      : undefined;
  }
  const octal = body.slice(at + 1, at + 4);
  return /^[0-3][0-7]{2}$/.test(octal) ? { value: parseInt(octal, 8), length: 4 } : undefined;
}

function isCodePoint(value: number): boolean {
  return value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
}

/** Splits `body` at its escapes; `onText` and `onEscape` are called in order. */
function eachPart(
  body: string,
  bytes: boolean,
  sink: { text(part: string): void; escape(value: number): void },
): LiteralFault | undefined {
  let from = 0;
  for (let at = body.indexOf("\\"); at >= 0; at = body.indexOf("\\", from)) {
    sink.text(body.slice(from, at));
    const escape = readEscape(body, at, bytes);
    if (escape === undefined)
      return new LiteralFault(
        `\`${body.slice(at, at + 2)}\` is not an escape sequence of CEL`,
        at,
        at + 2,
      );
    if (!bytes && !isCodePoint(escape.value)) {
      return new LiteralFault(
        "this escape sequence names no Unicode character",
        at,
        at + escape.length,
      );
    }
    sink.escape(escape.value);
    from = at + escape.length;
  }
  sink.text(body.slice(from));
  return undefined;
}

/**
 * The text that the inside of a quoted string stands for; fault offsets count from the start of
 * `body`.
 */
export function decodeString(body: string, raw: boolean): string | LiteralFault {
  const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.exec(body);
  if (lone !== null)
    return new LiteralFault(
      "half of a surrogate pair is not a character",
      lone.index,
      lone.index + 1,
    );
  if (raw || !body.includes("\\")) return body;
  const parts: string[] = [];
  const fault = eachPart(body, false, {
    text: (part) => parts.push(part),
    escape: (value) => parts.push(String.fromCodePoint(value)),
  });
  return fault ?? parts.join("");
}

/**
 * The bytes that the inside of a `b''` literal stands for: text as UTF-8, `\xHH` and octal escapes
 * as single bytes.
 */
export function decodeBytes(body: string, raw: boolean): Uint8Array | LiteralFault {
  const encoder = new TextEncoder();
  if (raw) return encoder.encode(body);
  const bytes: number[] = [];
  const push = (part: string): void => {
    for (const byte of encoder.encode(part)) bytes.push(byte);
  };
  const fault = eachPart(body, true, { text: push, escape: (value) => bytes.push(value) });
  return fault ?? Uint8Array.from(bytes);
}

const PREFIX = "xn--";
const BASE = 36;
const [LOWEST, HIGHEST, SKEW, DAMP] = [1, 26, 38, 700];
const LAST_CODE_POINT = 0x10ffff;

/**
 * The label of a domain, in lower case, in Unicode; one that is no punycode (RFC 3492) as it is.
 */
export function unicodeLabel(label: string): string {
  if (!label.startsWith(PREFIX)) return label;
  const code = label.slice(PREFIX.length);
  const end = code.lastIndexOf("-");
  return decoded(code.slice(0, Math.max(end, 0)), code.slice(end + 1)) ?? label;
}

function digitOf(character: string): number | undefined {
  if (/^[a-z]$/.test(character)) return character.charCodeAt(0) - 97;
  return /^\d$/.test(character) ? character.charCodeAt(0) - 22 : undefined;
}

/** RFC 3492, 6.1. */
function adapted(delta: number, count: number, isFirst: boolean): number {
  let rest = isFirst ? Math.floor(delta / DAMP) : Math.floor(delta / 2);
  rest += Math.floor(rest / count);
  let bias = 0;
  for (; rest > ((BASE - LOWEST) * HIGHEST) / 2; bias += BASE) {
    rest = Math.floor(rest / (BASE - LOWEST));
  }
  return bias + Math.floor(((BASE - LOWEST + 1) * rest) / (rest + SKEW));
}

interface CodeNumber {
  readonly value: number;
  /** Where the next one starts. */
  readonly end: number;
}

/** The number that starts at a digit; undefined: it is none (RFC 3492, 6.2). */
function readNumber(digits: string, start: number, bias: number): CodeNumber | undefined {
  let value = 0;
  let weight = 1;
  for (let [at, step] = [start, BASE]; at < digits.length; at++, step += BASE) {
    const digit = digitOf(digits.charAt(at));
    if (digit === undefined) return undefined;
    value += digit * weight;
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
    const threshold = Math.min(Math.max(step - bias, LOWEST), HIGHEST);
    if (digit < threshold) return { value, end: at + 1 };
    weight *= BASE - threshold;
  }
  return undefined;
}

function decoded(basic: string, digits: string): string | undefined {
  const output = [...basic];
  let [codePoint, position, bias] = [128, 0, 72];
  for (let at = 0; at < digits.length; ) {
    const number = readNumber(digits, at, bias);
    if (number === undefined) return undefined;
    const count = output.length + 1;
    bias = adapted(number.value, count, at === 0);
    position += number.value;
    codePoint += Math.floor(position / count);
    if (codePoint > LAST_CODE_POINT) return undefined;
    position %= count;
    output.splice(position++, 0, String.fromCodePoint(codePoint));
    at = number.end;
  }
  return output.join("");
}

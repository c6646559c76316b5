const DECIMAL = /^[+-]?(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;

/** A written number as its digits without zeros around them, and the power of ten of the last one. */
function digitsOf(text: string): string | undefined {
  const [, whole = "", fraction = "", exponent = "0"] = DECIMAL.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  if (digits === "") return "0";
  const plain = digits.replace(/0+$/, "");
  return `${plain}e${Number(exponent) - fraction.length + digits.length - plain.length}`;
}

/**
 * Whether a double holds the number that a text writes, as it is written back: 9007199254740993, 1e400 and
 * 1.00000000000000001 would be rounded (design 3.4).
 */
export function isExactNumber(text: string): boolean {
  if (text.length < 16 && !/[eE]/.test(text)) return true;
  const value = Number(text);
  if (!Number.isFinite(value)) return false;
  if (/^[+-]?0[xob]/i.test(text)) return BigInt(text.replace(/^[+-]/, "")) === BigInt(Math.abs(value));
  return digitsOf(text) === digitsOf(String(value));
}

const NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs;

/** Where a JSON text writes the first number that no double holds; undefined where it writes none. */
export function inexactNumber(json: string): { readonly start: number; readonly end: number } | undefined {
  if (!/\d{16}|\d[eE]|\.\d{15}/.test(json)) return undefined;
  for (const { 0: token, index } of json.matchAll(NUMBERS)) {
    if (!token.startsWith('"') && !isExactNumber(token)) return { start: index, end: index + token.length };
  }
  return undefined;
}

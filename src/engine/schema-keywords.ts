import { canonicalJson } from "../request/canonical-json.ts";
import type { Json } from "../request/json.ts";

/** What a keyword asks of values, by what stands under it. */
export type KeywordRule = (stated: Json) => (value: Json) => boolean;

const isEqual: KeywordRule = (stated) => {
  const text = canonicalJson(stated);
  return (value) => canonicalJson(value) === text;
};

const isMember: KeywordRule = (stated) => {
  const texts = new Set(
    Array.isArray(stated) ? stated.map((item: Json) => canonicalJson(item)) : [],
  );
  return (value) => texts.has(canonicalJson(value));
};

const isUnique: KeywordRule = (stated) => (value) => {
  if (stated !== true || !Array.isArray(value)) return true;
  return new Set(value.map((item: Json) => canonicalJson(item))).size === value.length;
};

/** A number as `digits` times ten to the power of `exponent`, exactly as it is written. */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

function decimal(value: number): Decimal {
  const [mantissa = "0", power = "0"] = value.toExponential().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

/**
 * Division of what the numbers say in decimal: 0.3 is three times 0.1, whatever their doubles are.
 */
const isMultiple: KeywordRule = (stated) => (value) => {
  if (typeof stated !== "number" || typeof value !== "number") return true;
  if (!Number.isFinite(stated) || !Number.isFinite(value) || stated === 0) return false;
  const [step, amount] = [decimal(stated), decimal(value)];
  const shared = Math.min(step.exponent, amount.exponent);
  const scaled = ({ digits, exponent }: Decimal): bigint =>
    digits * 10n ** BigInt(exponent - shared);
  return scaled(amount) % scaled(step) === 0n;
};

/**
 * Keywords that are not left to the library: it compares objects by methods that arguments may
 * carry, and divides doubles. Values are compared by their canonical text (RFC 8785), so only their
 * own members count (design 3.8).
 */
export const OWN_KEYWORDS: readonly { readonly name: string; readonly rule: KeywordRule }[] = [
  { name: "const", rule: isEqual },
  { name: "enum", rule: isMember },
  { name: "uniqueItems", rule: isUnique },
  { name: "multipleOf", rule: isMultiple },
];

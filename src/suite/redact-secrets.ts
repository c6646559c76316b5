import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";

/** Names of members whose values are secret whatever they look like. */
const SECRET_NAME = /(^|[_-])(pass(word|wd|phrase)?|secret|token|api[_-]?key|apikey|authorization|cookie|private[_-]?key|client[_-]?secret|access[_-]?key|credentials?|cvv|cvc)($|[_-])/i;

/** `accessToken` as `access_Token`: people write names either way. */
function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2"));
}

/** What secrets look like wherever they stand: keys of large vendors, JSON Web Tokens, private keys, passwords in URLs, numbers of payment cards. */
const SECRET_TEXT: readonly RegExp[] = [
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,})/g,
  /\b(AIza[A-Za-z0-9_-]{35}|glpat-[A-Za-z0-9_-]{20,}|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,})/g,
  /\b(sk|pk|rk)[-_](live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{20,}/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^]{0,20000}?(-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
  /(?<=\b(Bearer|Basic) )[A-Za-z0-9._~+/-]{16,}=*/g,
  /(?<=[a-z]:\/\/[^\s/:@]{1,200}:)[^\s/@]{1,200}(?=@)/g,
];

/** Digits in a row or in groups, as payment cards have them. */
const DIGITS = /\b\d(?:[ -]?\d){12,18}\b/g;

/** Whether the last digit is the check digit that payment cards have (ISO/IEC 7812-1). */
function isCardNumber(text: string): boolean {
  const digits = text.replaceAll(/\D/g, "");
  const sum = [...digits].reverse().reduce((total, digit, i) => total + (i % 2 === 0 ? Number(digit) : ((Number(digit) * 2) % 10) + (digit >= "5" ? 1 : 0)), 0);
  return sum % 10 === 0 && !/^0+$/.test(digits);
}

export const REDACTED = "REDACTED";

function redactText(text: string): string {
  return SECRET_TEXT.reduce((kept, pattern) => kept.replace(pattern, REDACTED), text).replace(DIGITS, (found) => (isCardNumber(found) ? REDACTED : found));
}

/** A value with the secrets in it replaced by a word; everything else stays as it is. */
export function redactSecrets(value: Json): Json {
  if (typeof value === "string") return redactText(value);
  if (Array.isArray(value)) return value.map(redactSecrets);
  return isJsonObject(value) ? redactMembers(value) : value;
}

/** As {@link redactSecrets}, for a map. */
export function redactMembers(object: JsonObject): JsonObject {
  const entries = Object.entries(object).flatMap(([key, value]): readonly (readonly [string, Json])[] => {
    if (value === undefined || value === null) return [];
    return [[key, isSecretName(key) && typeof value !== "boolean" ? REDACTED : redactSecrets(value)]];
  });
  return Object.fromEntries(entries);
}

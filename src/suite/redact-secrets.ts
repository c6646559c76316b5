import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";

/** Names of members whose values are secret whatever they look like. */
const SECRET_NAME = /(^|[_-])(pass(word|wd|phrase)?|secret|token|api[_-]?key|apikey|authorization|cookie|private[_-]?key|client[_-]?secret|access[_-]?key)($|[_-])/i;

/** What secrets look like wherever they stand: keys of large vendors, JSON Web Tokens, private keys, passwords in URLs. */
const SECRET_TEXT: readonly RegExp[] = [
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,})/g,
  /\b(sk|pk|rk)[-_](live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{20,}/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^]{0,20000}?(-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
  /(?<=\bBearer )[A-Za-z0-9._~+/-]{16,}=*/g,
  /(?<=[a-z]:\/\/[^\s/:@]{1,200}:)[^\s/@]{1,200}(?=@)/g,
];

export const REDACTED = "REDACTED";

function redactText(text: string): string {
  return SECRET_TEXT.reduce((kept, pattern) => kept.replace(pattern, REDACTED), text);
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
    return [[key, SECRET_NAME.test(key) && typeof value !== "boolean" ? REDACTED : redactSecrets(value)]];
  });
  return Object.fromEntries(entries);
}

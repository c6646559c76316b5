import { RE2JS } from "@bufbuild/re2";
import { Failure } from "./value.ts";

/** Longest text that a regular expression is run on, and longest expression. */
const MAX_INPUT = 65_536;
const MAX_PATTERN = 4096;
const TOO_LONG = new Failure(`a text of more than ${MAX_INPUT} characters is not matched`);

export type Matcher = (text: string) => boolean | Failure;

const LITERAL = /^(\^?)((?:[^\\^$.|?*+()[\]{}]|\\[^a-zA-Z0-9\s])*)(\$?)$/;

/**
 * WHY: `^lit`, `lit$` and their kin are most patterns of real policies, and string operations are
 * ten times faster.
 */
function literalMatcher(pattern: string): Matcher | undefined {
  const parts = LITERAL.exec(pattern);
  if (parts === null) return undefined;
  const text = (parts[2] ?? "").replace(/\\(.)/gu, "$1");
  if (parts[1] === "^")
    return parts[3] === "$" ? (input) => input === text : (input) => input.startsWith(text);
  return parts[3] === "$" ? (input) => input.endsWith(text) : (input) => input.includes(text);
}

function compile(pattern: string): Matcher | string {
  if (pattern.length > MAX_PATTERN) return `it is longer than ${MAX_PATTERN} characters`;
  const literal = literalMatcher(pattern);
  if (literal !== undefined) return (text) => (text.length > MAX_INPUT ? TOO_LONG : literal(text));
  try {
    const compiled = RE2JS.compile(pattern);
    return (text) => (text.length > MAX_INPUT ? TOO_LONG : compiled.test(text));
  } catch (error) {
    return error instanceof Error
      ? error.message.replace(/^error parsing regexp: /, "")
      : "it is malformed";
  }
}

/** Why RE2 does not accept `pattern`; undefined where it does. */
export function patternFault(pattern: string): string | undefined {
  const compiled = compile(pattern);
  return typeof compiled === "string" ? compiled : undefined;
}

const BAD_PATTERN: Matcher = () => new Failure("a regular expression is malformed");
const CACHE_SIZE = 200;
const cache = new Map<string, Matcher>();

/**
 * The matcher of an RE2 `pattern`, in linear time; one that RE2 refuses fails on every text. The
 * last 200 are kept.
 */
export function matcher(pattern: string): Matcher {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const compiled = compile(pattern);
  const result = typeof compiled === "string" ? BAD_PATTERN : compiled;
  if (cache.size >= CACHE_SIZE) cache.clear();
  if (pattern.length <= MAX_PATTERN) cache.set(pattern, result);
  return result;
}

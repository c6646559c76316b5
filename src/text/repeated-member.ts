import { jsonFacts } from "./json-facts.ts";
import { endOfString } from "./json-string.ts";

const [QUOTE, COLON] = [34, 58];

/**
 * Where a member of an object stands a second time in a JSON text: the offset of its key's quote;
 * undefined where none does. Keys are compared as they are read, so `"\u0061"` is `"a"`. `value` is
 * what `JSON.parse` made of the text, `written` how many members the text has.
 *
 * WHY by counting: `JSON.parse` keeps the last of such members in silence, so the value has fewer
 * than were written. That costs a fraction of parsing; which one it is, is looked for only then.
 */
export function repeatedMember(
  text: string,
  value: unknown,
  written = jsonFacts(text).members,
): number | undefined {
  return written === membersOf(value) ? undefined : secondKey(text);
}

/**
 * How many members a value has, with those of all that it holds. INVARIANT: it was parsed, so none
 * is inherited.
 */
function membersOf(value: unknown): number {
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === "object") count += membersOf(item);
    return count;
  }
  if (!isRecord(value)) return 0;
  // WHY not `Object.values`: this sees every member of a trace, and a list for each object is slow
  for (const key in value) {
    count++;
    const inner = value[key];
    if (typeof inner === "object") count += membersOf(inner);
  }
  return count;
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null;
}

function afterSpace(text: string, from: number): number {
  let at = from;
  for (
    let char = text.charCodeAt(at);
    char === 32 || char === 10 || char === 13 || char === 9;
    char = text.charCodeAt(at)
  )
    at++;
  return at;
}

/** The first key that its object has already. */
function secondKey(text: string): number | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "{") open.push(new Set());
    else if (char === "}") open.pop();
    if (text.charCodeAt(at) !== QUOTE) continue;
    const end = endOfString(text, at);
    if (text.charCodeAt(afterSpace(text, end + 1)) === COLON) {
      const key = String(JSON.parse(text.slice(at, end + 1)));
      const keys = open.at(-1);
      if (keys?.has(key) === true) return at;
      keys?.add(key);
    }
    at = end;
  }
  return undefined;
}

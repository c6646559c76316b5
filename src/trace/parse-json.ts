import { repeatedMember } from "../text/repeated-member.ts";
import { keepNumbers } from "../text/exact-number.ts";
import { jsonFacts, type JsonFacts } from "../text/json-facts.ts";

/** Deeper values are refused, so that whatever walks one later cannot run out of stack. */
const MAX_DEPTH = 1000;

/** A parsed value, or why the text is none. */
export type ParsedJson = { readonly value: unknown } | { readonly reason: string };

/**
 * Why a text with a member that stands twice is refused: readers take one or the other, so nobody
 * knows what was meant.
 */
export const REPEATED = "an object has a member twice";

/**
 * `text` as JSON in which no object has a member twice. The reason why not is a sentence without
 * final period that quotes nothing of the text.
 */
export function parseJson(text: string): ParsedJson {
  const value = nativelyParsed(text);
  return value === undefined ? { reason: whyNotJson(text) } : checked(text, value, jsonFacts(text));
}

/**
 * As {@link parseJson}; a number that no double holds comes as `keepNumbers` keeps it, for an event
 * that is written anew. `facts`: those of the text, where somebody knows them already.
 */
export function parseKeepingNumbers(text: string, facts?: JsonFacts): ParsedJson {
  return parseIfJson(text, facts) ?? { reason: whyNotJson(text) };
}

/** As {@link parseKeepingNumbers}; undefined for a text that is no JSON at all. */
export function parseIfJson(text: string, known?: JsonFacts): ParsedJson | undefined {
  const value = nativelyParsed(text);
  if (value === undefined) return undefined;
  const facts = known ?? jsonFacts(text);
  const parsed = checked(text, value, facts);
  const isKept = "reason" in parsed || !facts.hasInexactNumber;
  return isKept ? parsed : { value: JSON.parse(keepNumbers(text)) };
}

/** Undefined for a text that is no JSON: no JSON says that. */
function nativelyParsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checked(text: string, value: unknown, { members, depth }: JsonFacts): ParsedJson {
  if (depth > MAX_DEPTH) return { reason: `the value is nested deeper than ${MAX_DEPTH} levels` };
  const again = repeatedMember(text, value, members);
  return again === undefined
    ? { value }
    : { reason: `${REPEATED}, the second time at character ${again + 1}` };
}

/**
 * The engine's own message may quote the text (secrets, control characters), so ours says where,
 * and no more.
 */
function whyNotJson(text: string): string {
  if (text.includes("\u0000")) return "the text has a NUL byte";
  return looksCutOff(text) ? "the JSON text is truncated" : "the text is not JSON";
}

/** True if a string, list or object is still open at the end. */
function looksCutOff(text: string): boolean {
  let [depth, inString] = [0, false];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === "\\") at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]") depth--;
  }
  return inString || depth > 0;
}

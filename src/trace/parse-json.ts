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
  try {
    const value: unknown = JSON.parse(text);
    return checked(text, value, jsonFacts(text));
  } catch {
    return { reason: whyNotJson(text) };
  }
}

/**
 * As {@link parseJson}; a number that no double holds comes as `keepNumbers` keeps it, for an event
 * that is written anew.
 */
export function parseKeepingNumbers(text: string): ParsedJson {
  try {
    const value: unknown = JSON.parse(text);
    const facts = jsonFacts(text);
    const parsed = checked(text, value, facts);
    if ("reason" in parsed || !facts.hasLongNumber) return parsed;
    const kept = keepNumbers(text);
    return kept === text ? parsed : { value: JSON.parse(kept) };
  } catch {
    return { reason: whyNotJson(text) };
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

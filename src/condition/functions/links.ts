import { listOf, STRING } from "../types.ts";
import { Failure } from "../value.ts";
import { string, unary, type Overload } from "./overload.ts";

const MAX_TEXT = 1 << 20;
const TOO_LONG = new Failure("`links` reads texts of up to 1,048,576 characters");

/**
 * Where a link starts: any `scheme://`, what browsers take for it (`https:\\`, `https:/x`), `mailto:`, `www.`, and `//host` where HTML
 * and Markdown may have one. INVARIANT: bounded repetition, so that one pass is linear.
 */
const START =
  /[a-z][a-z0-9+.-]{0,30}:\/\/(?=[^\s])|(?:https?|ftp|wss?):[/\\]+|mailto:(?=[^\s])|(?<![a-z0-9.@/_-])www\.(?=[^\s.])|(?<![^\s"'(=<[>`])\/\/(?=[^\s/.][^\s/]{0,255}\.)/giu;
const END = /[\s<>"`\u0000-\u001f\u007f]|[,;|'()[\]{}*](?=[a-z][a-z0-9+.-]{0,30}:\/\/|www\.)/giu;
const TRAILING = new Set(".,;:!?'\"*_~|、。，；：！？）】》」』");
const PAIRS: ReadonlyMap<string, string> = new Map([[")", "("], ["]", "["], ["}", "{"]]);

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** Drops what belongs to the sentence rather than to the link: final punctuation and brackets that were opened before it. */
function trimEnd(link: string): string {
  const surplus = new Map([...PAIRS].map(([close, open]) => [close, count(link, close) - count(link, open)]));
  let end = link.length;
  for (; end > 0; end--) {
    const last = link.charAt(end - 1);
    const extra = surplus.get(last) ?? 0;
    if (extra > 0) surplus.set(last, extra - 1);
    else if (!TRAILING.has(last)) break;
  }
  return link.slice(0, end);
}

/** The links of a text in order, as they are written; each once. */
export function linksOf(text: string): readonly string[] {
  const found = new Set<string>();
  START.lastIndex = 0;
  for (let start = START.exec(text); start !== null; start = START.exec(text)) {
    END.lastIndex = start.index + start[0].length;
    const end = END.exec(text)?.index ?? text.length;
    const link = trimEnd(text.slice(start.index, end));
    if (link.length > start[0].length) found.add(link);
    START.lastIndex = Math.max(end, start.index + start[0].length);
  }
  return [...found];
}

/** `links(text)` (design 3.7). */
export const LINKS: readonly Overload[] = [
  unary("links", string, listOf(STRING), (text) => (text.length > MAX_TEXT ? TOO_LONG : linksOf(text))),
];

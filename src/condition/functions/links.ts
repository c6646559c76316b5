import { listOf, STRING } from "../types.ts";
import { Failure } from "../value.ts";
import { string, unary, type Overload } from "./overload.ts";
import { hostOf } from "./places.ts";

const MAX_TEXT = 1 << 20;
const TOO_LONG = new Failure("`links` reads texts of up to 1,048,576 characters");
const UNCLEAR = new Failure(
  "`links` cannot read this text: some programs would find other links in it",
);

/**
 * Where a link starts: any `scheme://`, what browsers take for it (`https:\\`, `https:/x`,
 * `https:x`), `mailto:`, `www.`, and `//host` where HTML and Markdown may have one. INVARIANT:
 * bounded repetition, so that one pass is linear.
 */
const START = new RegExp(
  String.raw`[a-z][a-z0-9+.-]{0,30}:\/\/(?=[^\s])|(?:https?|ftp|wss?):[/\\]+` +
    String.raw`|(?<![a-z0-9+.-])(?:https?|ftp|wss?):(?=[^\s/\\])|mailto:(?=[^\s])` +
    String.raw`|(?<![a-z0-9.@/_-])www\.(?=[^\s.])` +
    String.raw`|(?<![^\s"'(=<[>\x60])\/\/(?=[^\s/.][^\s/]{0,255}\.)`,
  "giu",
);
const END = /[\s<>"`\u0000-\u001f\u007f]|[,;|'()[\]{}*](?=[a-z][a-z0-9+.-]{0,30}:\/\/|www\.)/giu;
const TRAILING = new Set(".,;:!?'\"*_~|、。，；：！？）】》」』");
const PAIRS: ReadonlyMap<string, string> = new Map([
  [")", "("],
  ["]", "["],
  ["}", "{"],
]);

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/**
 * Drops what belongs to the sentence rather than to the link: final punctuation and brackets that
 * were opened before it.
 */
function trimEnd(link: string): string {
  const surplus = new Map(
    [...PAIRS].map(([close, open]) => [close, count(link, close) - count(link, open)]),
  );
  let end = link.length;
  for (; end > 0; end--) {
    const last = link.charAt(end - 1);
    const extra = surplus.get(last) ?? 0;
    if (extra > 0) surplus.set(last, extra - 1);
    else if (!TRAILING.has(last)) break;
  }
  return link.slice(0, end);
}

interface FoundLinks {
  /** In order, as they are written; each once. */
  readonly links: readonly string[];
  /** Whether one stands in an attribute and a line ends in it: browsers read on, others do not. */
  readonly broken: boolean;
}

function findLinks(text: string): FoundLinks {
  const found = new Set<string>();
  let broken = false;
  START.lastIndex = 0;
  for (let start = START.exec(text); start !== null; start = START.exec(text)) {
    END.lastIndex = start.index + start[0].length;
    const end = END.exec(text)?.index ?? text.length;
    const link = trimEnd(text.slice(start.index, end));
    if (link.length > start[0].length) found.add(link);
    broken ||= /["'=]/.test(text.charAt(start.index - 1)) && /[\t\r\n]/.test(text.charAt(end));
    START.lastIndex = Math.max(end, start.index + start[0].length);
  }
  return { links: [...found], broken };
}

/** `ht<newline>tps://`: browsers drop tabs and line ends from an address. */
const BROKEN_SCHEME = new RegExp(
  String.raw`(?:h[\t\r\n]*t[\t\r\n]*t[\t\r\n]*p(?:[\t\r\n]*s)?|f[\t\r\n]*t[\t\r\n]*p` +
    String.raw`|w[\t\r\n]*s(?:[\t\r\n]*s)?)[\t\r\n]*:[\t\r\n]*[/\\]`,
  "giu",
);

function hasBrokenScheme(text: string): boolean {
  return [...text.matchAll(BROKEN_SCHEME)].some(([scheme]) => /[\t\r\n]/.test(scheme));
}

/** What HTML writes for the characters of a link. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ["colon", ":"],
  ["sol", "/"],
  ["bsol", "\\"],
  ["period", "."],
  ["commat", "@"],
  ["num", "#"],
  ["quest", "?"],
  ["percnt", "%"],
  ["amp", "&"],
  ["tab", "\t"],
  ["newline", "\n"],
  ["lowbar", "_"],
  ["dash", "-"],
  ["hyphen", "-"],
]);
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));?/gi;

function withoutReferences(text: string): string {
  return text.replace(REFERENCE, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED.get(name.toLowerCase()) ?? whole;
    const code = decimal === undefined ? parseInt(hex ?? "", 16) : Number(decimal);
    return code > 0x10_ffff || code === 0 ? whole : String.fromCodePoint(code);
  });
}

function hostsOf(links: readonly string[]): ReadonlySet<string> {
  return new Set(links.map((link) => hostOf(link) ?? ""));
}

/**
 * The links of a text in order, as they are written, each once; undefined where renderers may see
 * others (design 3.7).
 */
function linksOf(text: string): readonly string[] | undefined {
  const { links, broken } = findLinks(text);
  if (broken || hasBrokenScheme(text)) return undefined;
  const plain = withoutReferences(text);
  if (plain === text) return links;
  const hosts = hostsOf(links);
  const rendered = findLinks(plain);
  const isNew =
    rendered.broken ||
    hasBrokenScheme(plain) ||
    [...hostsOf(rendered.links)].some((host) => !hosts.has(host));
  return isNew ? undefined : links;
}

/** `links(text)` (design 3.7). */
export const LINKS: readonly Overload[] = [
  unary("links", string, listOf(STRING), (text) =>
    text.length > MAX_TEXT ? TOO_LONG : (linksOf(text) ?? UNCLEAR),
  ),
];

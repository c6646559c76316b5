import { normalizeDomain, parseAuthority } from "../normalize.ts";
import { normalizePath } from "../normalize-path.ts";
import { BOOL, STRING } from "../types.ts";
import { Failure } from "../value.ts";
import { binary, string, unary, type Overload } from "./overload.ts";

const NO_HOST = new Failure("`host` finds no host here, or programs disagree about it");
const NOT_COMPARABLE = new Failure("`under` cannot compare these two paths or domains");

/**
 * `Ann <ann@x>`, `"Lee, Ann" <ann@x>`: a name that holds nothing which a mailer might take for an
 * address or a comment.
 */
const NAMED_ADDRESS = /^(?:"[^"\\<>@]*"|[^"<>@,;:\\()]*) *<([^<>]*)>$/;
/**
 * Letters of a local part that every mailer takes as they are, or quoted ones with blanks. Nothing
 * that routes (`%`, `!`, `@`), ends an address (`>`), or is another alphabet's.
 */
const LOCAL_PART = /^(?:"[\w.+ -]+"|[\w.+*$&'{}~^`|#?=-]+)$/;
/** What mail programs decode before they look for addresses: `=?utf-8?q?...?=`. */
const ENCODED_WORD = /=\?/;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Longest text read as an address: names are free text, and the pattern for them is not linear. */
const MAX_ADDRESS = 1024;

function bareAddressDomain(address: string): string | undefined {
  const at = address.lastIndexOf("@");
  return at > 0 && LOCAL_PART.test(address.slice(0, at))
    ? normalizeDomain(address.slice(at + 1))
    : undefined;
}

/** The domain of one e-mail address, with or without a name before it. */
function addressDomain(text: string): string | undefined {
  if (text.length > MAX_ADDRESS || ENCODED_WORD.test(text) || CONTROL.test(text)) return undefined;
  return bareAddressDomain(NAMED_ADDRESS.exec(text)?.[1] ?? text);
}

/** Fields of a `mailto:` link that name nobody. */
const MAILTO_FIELD = /^(?:subject|body)=(?!.*%(?:0[ad]|26))/is;

/**
 * The domain of `mailto:ann@x?subject=...`. Other fields may add recipients, and so may what is
 * encoded (RFC 6068).
 */
function mailtoDomain(link: string): string | undefined {
  const [address = "", ...query] = link.split("?");
  const fields = query.length === 0 ? [] : query.join("?").split(/[&;]/);
  const isPlain =
    !ENCODED_WORD.test(address) &&
    address.length <= MAX_ADDRESS &&
    fields.every((field) => MAILTO_FIELD.test(field));
  return isPlain ? bareAddressDomain(address) : undefined;
}

function looksLikeDomain(name: string): boolean {
  return name.includes(".") || name === "localhost" || name.startsWith("[");
}

/**
 * The host of `example.com`, `example.com:8080`, `example.com/path`: a domain to which no scheme
 * was written.
 */
function bareHost(text: string): string | undefined {
  const host = text.includes("@") ? undefined : parseAuthority(`//${text}`)?.host;
  return host !== undefined && looksLikeDomain(host) ? host : undefined;
}

/** Schemes whose `//` is followed by no host, or by one that only some systems ask. */
const HOSTLESS = /^(?:javascript|vbscript|data|about|blob|file):/i;

function trimBlanks(text: string): string {
  let [start, end] = [0, text.length];
  while (text.charAt(start) === " ") start++;
  while (end > start && text.charAt(end - 1) === " ") end--;
  return text.slice(start, end);
}

/**
 * The host of a URL, the domain of an e-mail address or a bare domain, normalised (design 3.7);
 * undefined where there is none, and where a mailer or browser might read another one than this
 * function.
 */
export function hostOf(text: string): string | undefined {
  const bare = trimBlanks(text);
  if (/^mailto:/i.test(bare)) return mailtoDomain(bare.slice("mailto:".length));
  if (HOSTLESS.test(bare)) return undefined;
  if (/^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?\/\//.test(bare)) return parseAuthority(bare)?.host;
  return bare.includes("@") ? addressDomain(bare) : bareHost(bare);
}

/** What a normal path counts from: `/`, `c:`, `~user` or nothing. */
function anchor(path: string): string {
  if (path.startsWith("/")) return "/";
  return /^(?:[a-z]:(?=\/)|~[^/]*)/.exec(path)?.[0] ?? "";
}

function comparable(a: string, b: string): boolean {
  const [x, y] = [anchor(a), anchor(b)];
  return x === y || (x.endsWith(":") && y.endsWith(":"));
}

function pathUnder(a: string, b: string): boolean | undefined {
  const [path, base] = [normalizePath(a), normalizePath(b)];
  if (path === undefined || base === undefined || !comparable(path, base)) return undefined;
  if (base === "." || path === base) return true;
  return path.startsWith(base.endsWith("/") ? base : `${base}/`);
}

function domainUnder(a: string, b: string): boolean | undefined {
  const [domain, base] = [normalizeDomain(a), normalizeDomain(b)];
  if (domain === undefined || base === undefined) return undefined;
  return domain === base || domain.endsWith(`.${base}`);
}

/** Whether `under` reads a text as a path, whatever it is held against. */
export function isPath(text: string): boolean {
  return (
    /[/\\]/.test(text) ||
    text.startsWith("~") ||
    text === "." ||
    text === ".." ||
    /%2f|%5c/i.test(text)
  );
}

/**
 * `a` is `b` or below it: undefined where that is unknown. Without slashes and dots, both
 * readings must agree.
 */
export function isUnder(a: string, b: string): boolean | undefined {
  if (isPath(a) || isPath(b)) return pathUnder(a, b);
  const base = normalizeDomain(b);
  if (base === undefined) return pathUnder(a, b);
  if (base.includes(".")) return domainUnder(a, b);
  const [asDomain, asPath] = [domainUnder(a, b), pathUnder(a, b)];
  return asDomain === undefined || asDomain === asPath ? asPath : undefined;
}

/**
 * agentz's functions on hosts and places (design 3.7). What is unknown is an error, never true
 * or false.
 */
export const PLACES: readonly Overload[] = [
  unary("host", string, STRING, (text) => hostOf(text) ?? NO_HOST),
  binary("under", [string, string], BOOL, (a, b) => isUnder(a, b) ?? NOT_COMPARABLE),
];

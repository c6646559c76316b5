import { addressText, readAddress } from "./address.ts";
import { percentReadings } from "./percent.ts";

/** Longest text that is normalised. */
const MAX_LENGTH = 65_536;
const CONTROL = /[\u0000-\u001f\u007f]/;

/** What nearly every path of a URL looks like, and is its normal form already. */
const PLAIN_PATH = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;
/** What nearly every host looks like, and is its normal form already. */
const PLAIN_HOST = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)*[a-z]+$/;
const LONGEST_LABEL = 63;

const HOST_NAME =
  /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;
/**
 * Characters that the older rules of internationalised domains map and the newer ones keep, or the
 * reverse.
 */
const DEVIATIONS = /[ßẞς\u200c\u200d]/u;
/** An octal part of an IPv4 address, which some read as decimal. */
const OCTAL = /(?:^|\.)0\d/;

/**
 * The host of `http://<text>/` by the WHATWG URL rules: lower case, punycode, IPv4 in four decimal
 * parts, no final dot. Undefined where it has none, or where resolvers disagree: percent-encoding,
 * octal, an IPv4 address in IPv6 by a way that not every network goes. An IPv4 address in IPv6 is
 * that of IPv4 (design 3.7).
 */
function urlHost(text: string): string | undefined {
  if (text.length <= LONGEST_LABEL && PLAIN_HOST.test(text)) return text;
  if (text.includes("%") || DEVIATIONS.test(text)) return undefined;
  let host: string;
  try {
    host = new URL(`http://${text}/`).hostname;
  } catch {
    return undefined;
  }
  if (host.startsWith("[")) return bracketedHost(host);
  const bare = host.endsWith(".") ? host.slice(0, -1) : host;
  if (readAddress(bare) !== undefined && OCTAL.test(text.normalize("NFKC"))) return undefined;
  return bare.length <= 253 && HOST_NAME.test(bare) ? bare : undefined;
}

function bracketedHost(host: string): string | undefined {
  const address = readAddress(host);
  if (address === undefined || address === "unclear") return undefined;
  return address.family === 4 ? addressText(address) : `[${addressText(address)}]`;
}

/**
 * A domain in lower case and punycode without a final dot; undefined where the text is anything
 * else: a URL, a port, an address, an empty label.
 */
export function normalizeDomain(text: string): string | undefined {
  if (text === "" || text.length > 1024 || /[\s/\\?#@:%[\]]/.test(text) || CONTROL.test(text))
    return undefined;
  return urlHost(text);
}

/** What stands before the path of a URL. */
export interface Authority {
  /** In lower case, with its `:`; empty for `//host`. */
  readonly scheme: string;
  readonly host: string;
  /** Digits, or empty. */
  readonly port: string;
  /** Path, query and fragment as written. */
  readonly rest: string;
}

function splitPort(hostPort: string): { readonly name: string; readonly port: string } | undefined {
  const parts = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{0,5}))?$/.exec(hostPort);
  const [, name, port = ""] = parts ?? [];
  return name === undefined || Number(port) > 65_535
    ? undefined
    : { name, port: port.replace(/^0+(?=\d)/, "") };
}

/**
 * The parts of `scheme://user@host:port/...` or `//host`. Undefined where readers of URLs disagree
 * about the host: blanks, control characters, backslashes, two `@`, a missing or third slash.
 */
export function parseAuthority(text: string): Authority | undefined {
  const parts = /^((?:[a-zA-Z][a-zA-Z0-9+.-]*:)?)\/\/([^/?#]+)(.*)$/s.exec(text);
  if (parts === null || text.length > MAX_LENGTH || /\s/.test(text) || CONTROL.test(text))
    return undefined;
  const [, scheme = "", authority = "", rest = ""] = parts;
  const pieces = authority.split("@");
  if (pieces.length > 2 || authority.includes("\\") || rest.startsWith("\\")) return undefined;
  const hostPort = splitPort(pieces[pieces.length - 1] ?? "");
  const host = hostPort === undefined ? undefined : urlHost(hostPort.name);
  return hostPort === undefined || host === undefined
    ? undefined
    : { scheme: scheme.toLowerCase(), host, port: hostPort.port, rest };
}

const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([
  ["http:", "80"],
  ["https:", "443"],
  ["ws:", "80"],
  ["wss:", "443"],
  ["ftp:", "21"],
  ["ssh:", "22"],
]);

/**
 * The path of what follows the host, percent-encoded dots undone: every reader of URLs takes those
 * for dots.
 */
function pathOf(rest: string): string {
  return (rest.split(/[?#]/, 1)[0] ?? "").replace(/%2e/gi, ".");
}

/**
 * Whether servers differ about the folder: on whether `//` is one slash where `..` follows, on what
 * stands behind a `;`, on encoded slashes and backslashes, on characters that are encoded twice, on
 * bytes that are not UTF-8.
 */
function isAmbiguousPath(rest: string): boolean {
  const path = pathOf(rest);
  if (
    path.includes("\\") ||
    /\/\.{1,2};/.test(path) ||
    (/\/\//.test(path) && /\/\.{1,2}(?:\/|$)/.test(path))
  )
    return true;
  const readings = percentReadings(path);
  const slashes = path.split("/").length;
  return (
    readings === undefined ||
    readings.some(
      (one) =>
        CONTROL.test(one) || one.split(/[/\\]/).length !== slashes || hasOtherDots(one, path),
    )
  );
}

/** Whether a segment of dots comes out of an encoding. */
function hasOtherDots(decoded: string, path: string): boolean {
  const dots = (text: string): number =>
    text.split("/").filter((segment) => segment === "." || segment === "..").length;
  return dots(decoded) !== dots(path);
}

function decodeUnreserved(path: string): string {
  return path.replace(/%[0-9a-fA-F]{2}/g, (code) => {
    const character = String.fromCharCode(parseInt(code.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : code.toUpperCase();
  });
}

/**
 * A URL in its one normal form: scheme and host in lower case, punycode, no user, no default port,
 * dot segments resolved, single slashes, needless percent-encoding undone, no fragment. Undefined
 * where it has no host or where readers of URLs disagree (design 3.6).
 */
export function normalizeUrl(text: string): string | undefined {
  const authority = parseAuthority(text);
  if (authority === undefined || authority.scheme === "" || isAmbiguousPath(authority.rest))
    return undefined;
  const { scheme, host, rest } = authority;
  const port =
    authority.port === "" || DEFAULT_PORTS.get(scheme) === authority.port
      ? ""
      : `:${authority.port}`;
  if (PLAIN_PATH.test(rest)) return `${scheme}//${host}${port}${rest}`;
  const url = new URL(`http://h${/^[?#]/.test(rest) ? "/" : ""}${rest}`);
  const path = decodeUnreserved(url.pathname.replace(/\/{2,}/g, "/"));
  return `${scheme}//${host}${port}${path}${decodeUnreserved(url.search)}`;
}

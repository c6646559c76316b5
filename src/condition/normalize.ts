/** Longest text that is normalised. */
const MAX_LENGTH = 65_536;
const CONTROL = /[\u0000-\u001f\u007f]/;
/** What Windows reads otherwise than it is written: stripped ends, streams, wildcards, short names. */
const WINDOWS_ODD = /[. ]$|[:*?"<>|]|~\d/;

/** What nearly every path looks like, and is its normal form already: no dot begins a segment, nothing is encoded or doubled. */
const PLAIN_PATH = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;
/** What nearly every host looks like, and is its normal form already. */
const PLAIN_HOST = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)*[a-z]+$/;
const LONGEST_LABEL = 63;

interface Rooted {
  /** `/`, `c:/`, `~`, or the empty string for a relative path. */
  readonly root: string;
  readonly rest: string;
}

function decodeOnce(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function splitRoot(path: string): Rooted | undefined {
  if (/^[a-zA-Z]:[/\\]/.test(path)) return { root: `${path.charAt(0).toLowerCase()}:/`, rest: path.slice(3).replaceAll("\\", "/").toLowerCase() };
  if (path.includes("\\") || /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//.test(path) || /^[a-zA-Z]:/.test(path)) return undefined;
  if (path.startsWith("/")) return { root: "/", rest: path };
  const home = /^~[^/]*/.exec(path)?.[0];
  return home === undefined ? { root: "", rest: path } : { root: home, rest: path.slice(home.length) };
}

/** The segments with dots resolved; undefined where `..` leaves what has no parent that can be told. */
function resolveDots(rest: string, atRoot: boolean): readonly string[] | undefined {
  const segments: string[] = [];
  for (const segment of rest.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") segments.push(segment);
    else if (segments.pop() === undefined && !atRoot) return undefined;
  }
  return segments;
}

/**
 * A file path in its one normal form: percent-decoded once, dot segments resolved (at the root they stop), doubled and
 * final slashes dropped. A Windows path with a drive comes out in lower case with forward slashes. Undefined where it
 * cannot be told what the path names: `..` out of a relative path or of `~`, backslashes without a drive, control
 * characters, broken percent-encoding, a URL, Windows' odd names (design 3.6).
 */
export function normalizePath(text: string): string | undefined {
  if (text === "" || text.length > MAX_LENGTH) return undefined;
  if (PLAIN_PATH.test(text)) return text;
  const decoded = decodeOnce(text);
  if (decoded === undefined || CONTROL.test(decoded)) return undefined;
  const rooted = splitRoot(decoded);
  if (rooted === undefined) return undefined;
  const { root } = rooted;
  const segments = resolveDots(rooted.rest, root.endsWith("/"));
  if (segments === undefined || (root.endsWith(":/") && segments.some((segment) => WINDOWS_ODD.test(segment)))) return undefined;
  const joined = segments.join("/");
  if (root === "" && /^(?:~|[a-zA-Z]:)/.test(joined)) return undefined;
  if (root.startsWith("~")) return joined === "" ? root : `${root}/${joined}`;
  return root + joined || ".";
}

const HOST_NAME = /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;

/** The host of `http://<text>/` by the WHATWG URL rules: lower case, punycode, IPv4 in four decimal parts, no final dot. */
function urlHost(text: string): string | undefined {
  if (text.length <= LONGEST_LABEL && PLAIN_HOST.test(text)) return text;
  let host: string;
  try {
    host = new URL(`http://${text}/`).hostname;
  } catch {
    return undefined;
  }
  if (host.startsWith("[")) return host;
  const bare = host.endsWith(".") ? host.slice(0, -1) : host;
  return bare.length <= 253 && HOST_NAME.test(bare) ? bare : undefined;
}

/**
 * A domain in lower case and punycode without a final dot; undefined where the text is anything else: a URL, a port,
 * an address, an empty label.
 */
export function normalizeDomain(text: string): string | undefined {
  if (text === "" || text.length > 1024 || /[\s/\\?#@:%[\]]/.test(text) || CONTROL.test(text)) return undefined;
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
  return name === undefined || Number(port) > 65_535 ? undefined : { name, port: port.replace(/^0+(?=\d)/, "") };
}

/**
 * The parts of `scheme://user@host:port/...` or `//host`. Undefined where readers of URLs disagree about the host:
 * blanks, control characters, backslashes, two `@`, a missing or third slash.
 */
export function parseAuthority(text: string): Authority | undefined {
  const parts = /^((?:[a-zA-Z][a-zA-Z0-9+.-]*:)?)\/\/([^/?#]+)(.*)$/s.exec(text);
  if (parts === null || text.length > MAX_LENGTH || /\s/.test(text) || CONTROL.test(text)) return undefined;
  const [, scheme = "", authority = "", rest = ""] = parts;
  const pieces = authority.split("@");
  if (pieces.length > 2 || authority.includes("\\") || rest.startsWith("\\")) return undefined;
  const hostPort = splitPort(pieces[pieces.length - 1] ?? "");
  const host = hostPort === undefined ? undefined : urlHost(hostPort.name);
  return hostPort === undefined || host === undefined ? undefined : { scheme: scheme.toLowerCase(), host, port: hostPort.port, rest };
}

const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([
  ["http:", "80"], ["https:", "443"], ["ws:", "80"], ["wss:", "443"], ["ftp:", "21"], ["ssh:", "22"],
]);

/** WHY: servers differ on whether `//` is one slash, and `..` after it then leaves another folder. */
function isAmbiguousPath(rest: string): boolean {
  const [path = ""] = rest.split(/[?#]/, 1);
  return path.includes("\\") || (/\/\//.test(path) && /\/(?:\.|%2e){1,2}(?:\/|$)/i.test(path));
}

function decodeUnreserved(path: string): string {
  return path.replace(/%[0-9a-fA-F]{2}/g, (code) => {
    const character = String.fromCharCode(parseInt(code.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : code.toUpperCase();
  });
}

/**
 * A URL in its one normal form: scheme and host in lower case, punycode, no user, no default port, dot segments
 * resolved, single slashes, needless percent-encoding undone, no fragment. Undefined where it has no host or where
 * readers of URLs disagree (design 3.6).
 */
export function normalizeUrl(text: string): string | undefined {
  const authority = parseAuthority(text);
  if (authority === undefined || authority.scheme === "" || isAmbiguousPath(authority.rest)) return undefined;
  const { scheme, host, rest } = authority;
  const port = authority.port === "" || DEFAULT_PORTS.get(scheme) === authority.port ? "" : `:${authority.port}`;
  if (PLAIN_PATH.test(rest)) return `${scheme}//${host}${port}${rest}`;
  const url = new URL(`http://h${/^[?#]/.test(rest) ? "/" : ""}${rest}`);
  const path = decodeUnreserved(url.pathname.replace(/\/{2,}/g, "/"));
  return `${scheme}//${host}${port}${path}${decodeUnreserved(url.search)}`;
}

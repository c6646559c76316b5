import { percentReadings } from "./percent.ts";

/** Longest text that is normalised. */
const MAX_LENGTH = 65_536;
const CONTROL = /[\u0000-\u001f\u007f]/;
/**
 * What Windows reads otherwise than it is written: stripped ends, streams, wildcards, short names.
 */
const WINDOWS_ODD = /[. ]$|[:*?"<>|]|~\d/;
/** `http://x`, `file:/x`, `file:x`: a URL, and no path. */
const URL_LIKE = /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:\/|file:)/i;
/**
 * What nearly every path looks like, and is its normal form already: no dot begins a segment,
 * nothing is encoded or doubled.
 */
const PLAIN_PATH = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;

interface Rooted {
  /** `/`, `c:/`, `~`, or the empty string for a relative path. */
  readonly root: string;
  readonly rest: string;
}

function splitRoot(path: string): Rooted | undefined {
  if (/^[a-zA-Z]:[/\\]/.test(path)) {
    return {
      root: `${path.charAt(0).toLowerCase()}:/`,
      rest: path.slice(3).replaceAll("\\", "/").toLowerCase(),
    };
  }
  if (path.includes("\\") || URL_LIKE.test(path) || /^[a-zA-Z]:/.test(path)) return undefined;
  if (path.startsWith("/")) return { root: "/", rest: path };
  const home = /^~[^/]*/.exec(path)?.[0];
  return home === undefined
    ? { root: "", rest: path }
    : { root: home, rest: path.slice(home.length) };
}

/**
 * The segments with dots resolved; undefined where `..` leaves what has no parent that can be told.
 */
function resolveDots(rest: string, atRoot: boolean): readonly string[] | undefined {
  const segments: string[] = [];
  for (const segment of rest.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") segments.push(segment);
    else if (segments.pop() === undefined && !atRoot) return undefined;
  }
  return segments;
}

/** A path taken as it is written: what it counts from, and its segments. */
interface ResolvedPath {
  readonly root: string;
  readonly segments: readonly string[];
}

function resolvePath(text: string): ResolvedPath | undefined {
  if (CONTROL.test(text)) return undefined;
  const rooted = splitRoot(text);
  if (rooted === undefined || isUnclear(rooted.rest)) return undefined;
  const { root } = rooted;
  const segments = resolveDots(rooted.rest, root.endsWith("/"));
  if (
    segments === undefined ||
    (root.endsWith(":/") && segments.some((segment) => WINDOWS_ODD.test(segment)))
  )
    return undefined;
  return root === "" && hasRoot(segments.join("/")) ? undefined : { root, segments };
}

/** Whether a path that came out as relative would be read as something else. */
function hasRoot(path: string): boolean {
  return /^(?:~|[a-zA-Z]:)/.test(path) || URL_LIKE.test(path);
}

/** What stands for slashes and dots once compatibility forms are folded. */
function structureOf(text: string): string {
  return text.replace(/[^/\\]+/g, (segment) => (/^\.{1,2}$/.test(segment) ? segment : "x"));
}

/**
 * Where file systems take names for others: dots and blanks alone, decomposed characters, wide
 * slashes and dots.
 */
function isUnclear(path: string): boolean {
  if (path.split("/").some(isOddDots)) return true;
  if (/^[\u0000-\u007f]*$/.test(path)) return false;
  return (
    path.normalize("NFC") !== path || structureOf(path.normalize("NFKC")) !== structureOf(path)
  );
}

/**
 * Dots and blanks alone, which some file systems take for `.` or `..`; those two themselves apart.
 */
function isOddDots(segment: string): boolean {
  return segment.length > 1 && segment !== ".." && segment.includes(".") && /^[. ]+$/.test(segment);
}

/** The folder that a path lies in, and whether it is a root itself. */
function folderOf({ root, segments }: ResolvedPath): string {
  return `${segments.length}\u0000${root}\u0000${segments.slice(0, -1).join("/")}`;
}

function pathText({ root, segments }: ResolvedPath): string {
  const joined = segments.join("/");
  if (root.startsWith("~")) return joined === "" ? root : `${root}/${joined}`;
  return root + joined || ".";
}

/**
 * A file path in its one normal form: percent-decoded once, dot segments resolved (at the root they
 * stop), doubled and final slashes dropped. A Windows path with a drive comes out in lower case
 * with forward slashes. Undefined where it is unknown what the path names: it lies in another
 * folder where it is not decoded, or decoded once more; `..` out of a relative path or of `~`,
 * backslashes without a drive, control characters, bytes that are not UTF-8, a URL, Windows' odd
 * names, names that file systems take for others (design 3.6).
 */
export function normalizePath(text: string): string | undefined {
  if (text === "" || text.length > MAX_LENGTH) return undefined;
  if (PLAIN_PATH.test(text)) return text;
  const readings = percentReadings(text)?.map(resolvePath);
  const [written, decoded = written] = readings ?? [];
  if (readings === undefined || decoded === undefined) return undefined;
  const folder = folderOf(decoded);
  return readings.every((one) => one !== undefined && folderOf(one) === folder)
    ? pathText(decoded)
    : undefined;
}

/** What a pattern of files may stand for at most: `{a,b}` twenty times would be a million. */
const MAX_ALTERNATIVES = 1000;
/** Of how many characters a pattern may have. */
const MAX_LENGTH = 4096;

/** A pattern that is not taken: the message says why, `help` the way out. */
export class PatternError extends Error {
  readonly help: string;

  constructor(message: string, help: string) {
    super(message);
    this.name = "PatternError";
    this.help = help;
  }
}

/** A part of a segment: a character, any one character, any number of them, or one of a class. */
type Token =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "one" }
  | { readonly kind: "many" }
  | CharacterClass;

interface CharacterClass {
  readonly kind: "class";
  readonly negated: boolean;
  readonly ranges: readonly (readonly [from: string, to: string])[];
}

/** One name of a path: what it has to be, or any number of folders (`**`). */
type Segment = "folders" | readonly Token[];

/** A pattern without alternatives. */
export type PathPattern = readonly Segment[];

/**
 * True where a path is a pattern: it holds `*`, `?`, `[` or `{` that no backslash stands before.
 */
export function isPattern(path: string): boolean {
  return /[*?[{]/.test(path.replace(/\\./gs, ""));
}

const PLAIN = "a pattern may contain *, ?, **, [abc] and {a,b}";

function refuseUnknown(pattern: string): void {
  if (pattern.length > MAX_LENGTH)
    throw new PatternError(`a pattern of ${pattern.length} characters is too long`, PLAIN);
  const [extended] = /[@!+*?]\(|\[:[a-z]+:\]|\[=[^\]]=\]|\[\.[^\]]\.\]/.exec(pattern) ?? [];
  if (extended !== undefined)
    throw new PatternError(`\`${extended}\` in the pattern \`${pattern}\` is not supported`, PLAIN);
  if (pattern.startsWith("!"))
    throw new PatternError(`the pattern \`${pattern}\` is negated, which is not supported`, PLAIN);
}

/**
 * The end of the braces that open at `from`, and where their parts begin and end; undefined where
 * they are not closed.
 */
function bracesAt(
  pattern: string,
  from: number,
): { readonly end: number; readonly parts: readonly string[] } | undefined {
  const parts: string[] = [];
  let depth = 0;
  let start = from + 1;
  for (let at = from; at < pattern.length; at++) {
    const char = pattern[at];
    if (char === "\\") at++;
    else if (char === "{") depth++;
    else if (char === "," && depth === 1) {
      parts.push(pattern.slice(start, at));
      start = at + 1;
    } else if (char === "}" && --depth === 0)
      return { end: at + 1, parts: [...parts, pattern.slice(start, at)] };
  }
  return undefined;
}

/**
 * `1..31` and `01..31`: the numbers, the smaller ones with zeros in front where one of the ends has
 * them.
 */
function numbersOf(part: string, limit: number): readonly string[] | undefined {
  const [, from = "", to = ""] = /^(-?\d{1,9})\.\.(-?\d{1,9})$/.exec(part) ?? [];
  if (from === "") return undefined;
  const [low, high] = [Math.min(Number(from), Number(to)), Math.max(Number(from), Number(to))];
  const width = /^-?0\d/.test(from) || /^-?0\d/.test(to) ? Math.max(from.length, to.length) : 0;
  return Array.from({ length: Math.min(high - low + 1, limit + 1) }, (_, i) =>
    String(low + i).padStart(width, "0"),
  );
}

class Expansion {
  readonly found: string[] = [];

  /** Adds every pattern that `head` and the alternatives of `rest` make, in the order written. */
  add(head: string, rest: string): void {
    const open = this.#nextBraces(rest);
    if (open === undefined) {
      this.found.push(head + rest);
      if (this.found.length > MAX_ALTERNATIVES)
        throw new PatternError(
          `the pattern expands to more than ${MAX_ALTERNATIVES.toLocaleString("en")} paths`,
          "pass folders, or several patterns",
        );
      return;
    }
    const before = head + rest.slice(0, open.at);
    // WHY joined: a part may hold braces of its own, and each of its alternatives is followed by
    // what comes behind
    for (const part of open.parts) this.add(before, part + rest.slice(open.end));
  }

  #nextBraces(
    text: string,
  ): { readonly at: number; readonly end: number; readonly parts: readonly string[] } | undefined {
    for (let at = 0; at < text.length; at++) {
      if (text[at] === "\\") at++;
      else if (text[at] === "{") {
        const found = bracesAt(text, at);
        const parts =
          found === undefined || found.parts.length > 1
            ? found?.parts
            : numbersOf(found.parts[0] ?? "", MAX_ALTERNATIVES);
        if (found !== undefined && parts !== undefined) return { at, end: found.end, parts };
      }
    }
    return undefined;
  }
}

function classAt(
  text: string,
  from: number,
): { readonly end: number; readonly token: CharacterClass } | undefined {
  const negated = text[from + 1] === "!" || text[from + 1] === "^";
  const start = from + (negated ? 2 : 1);
  const ranges: (readonly [string, string])[] = [];
  for (let at = start; at < text.length; at++) {
    if (text[at] === "]" && at > start)
      return { end: at + 1, token: { kind: "class", negated, ranges } };
    if (text[at] === "\\") at++;
    const low = text[at] ?? "";
    const high = text[at + 1] === "-" && text[at + 2] !== "]" ? text[at + 2] : undefined;
    if (high !== undefined) at += 2;
    ranges.push([low, high ?? low]);
  }
  return undefined;
}

function tokensOf(segment: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < segment.length; at++) {
    const char = segment[at] ?? "";
    const found = char === "[" ? classAt(segment, at) : undefined;
    if (char === "*") tokens.push({ kind: "many" });
    else if (char === "?") tokens.push({ kind: "one" });
    else if (found !== undefined) {
      tokens.push(found.token);
      at = found.end - 1;
    } else if (char === "\\" && at + 1 < segment.length)
      tokens.push({ kind: "literal", text: segment[++at] ?? "" });
    else tokens.push({ kind: "literal", text: char });
  }
  return tokens;
}

function segmentsOf(pattern: string): PathPattern {
  const segments = pattern.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes(".."))
    throw new PatternError(
      `the pattern \`${pattern}\` has \`..\` after a wildcard`,
      "write the folder before the first wildcard",
    );
  // any number of folders, twice, is any number of folders
  const once = segments.filter((segment, i) => segment !== "**" || segments[i - 1] !== "**");
  return once.map((segment) => (segment === "**" ? "folders" : tokensOf(segment)));
}

/**
 * What a pattern stands for: `{a,b}` and `{1..9}` written out. One that is not known, or stands for
 * too much, is a {@link PatternError}.
 */
export function readPattern(pattern: string): readonly PathPattern[] {
  refuseUnknown(pattern);
  const expansion = new Expansion();
  expansion.add("", pattern);
  const found = [...new Set(expansion.found)];
  const rooted = found.find((one) => one.startsWith("/"));
  if (rooted !== undefined)
    throw new PatternError(
      `the pattern \`${pattern}\` expands to \`${rooted}\`, which begins at the root`,
      "pass several patterns",
    );
  return found.map(segmentsOf);
}

function fitsClass({ negated, ranges }: CharacterClass, char: string): boolean {
  return ranges.some(([from, to]) => from <= char && char <= to) !== negated;
}

function fitsOne(token: Token | undefined, char: string): boolean {
  if (token === undefined || token.kind === "many") return false;
  if (token.kind === "literal") return token.text === char;
  return token.kind === "one" || fitsClass(token, char);
}

/**
 * Whether a name is what a segment says; a wildcard does not stand for a dot at its beginning. WHY
 * no regular expression: this takes at most as many steps as the two lengths multiplied, whatever
 * the pattern.
 */
export function fitsName(tokens: readonly Token[], name: string): boolean {
  if (name.startsWith(".") && tokens[0]?.kind !== "literal") return false;
  let [token, at, star, mark] = [0, 0, -1, 0];
  while (at < name.length) {
    if (tokens[token]?.kind === "many") [star, mark, token] = [token, at, token + 1];
    else if (fitsOne(tokens[token], name[at] ?? "")) [token, at] = [token + 1, at + 1];
    else if (star >= 0) [token, at, mark] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  return tokens.slice(token).every(({ kind }) => kind === "many");
}

type Place = readonly [pattern: PathPattern, segment: number];

/** Where a walk stands in patterns: what the names below a folder may still be. */
export class PatternState {
  /** Each place once. */
  readonly #places = new Map<PathPattern, Set<number>>();

  constructor(places: readonly Place[]) {
    for (const [pattern, segment] of places) {
      const known = this.#places.get(pattern) ?? new Set();
      this.#places.set(pattern, known.add(segment));
      // `**` stands for no folder too
      if (pattern[segment] === "folders") known.add(segment + 1);
    }
  }

  /** The state at the beginning of patterns. */
  static of(patterns: readonly PathPattern[]): PatternState {
    return new PatternState(patterns.map((pattern) => [pattern, 0]));
  }

  /** The state below an entry of that name. */
  below(name: string): PatternState {
    return new PatternState(
      [...this.#places].flatMap(([pattern, segments]) =>
        [...segments].flatMap((segment) => step(pattern, segment, name)),
      ),
    );
  }

  /** True where a file here is one that the patterns mean. */
  get isEnd(): boolean {
    return [...this.#places].some(([pattern, segments]) => segments.has(pattern.length));
  }

  /** True where nothing below can be meant. */
  get isOver(): boolean {
    return [...this.#places].every(([pattern, segments]) =>
      [...segments].every((segment) => segment === pattern.length),
    );
  }
}

function step(pattern: PathPattern, at: number, name: string): readonly Place[] {
  const segment = pattern[at];
  if (segment === undefined) return [];
  if (segment !== "folders") return fitsName(segment, name) ? [[pattern, at + 1]] : [];
  return name.startsWith(".") ? [] : [[pattern, at]];
}

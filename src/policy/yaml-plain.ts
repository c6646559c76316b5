import { isExactNumber } from "../text/exact-number.ts";
import type { Source, Span } from "../text/span.ts";
import type { Place } from "./place.ts";
import { commentBehind, memberPath, type Entry, type Node } from "./node.ts";
import { scalarOffsets, type ScalarStyle } from "./scalar-offsets.ts";

/** Deeper documents are the parser's. */
const DEPTH = 40;

/**
 * Text in which nothing stands that this reader does not know: no tabs, carriage returns, controls
 * or surrogates.
 */
const STRANGE = /[^\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe]/;

/** A key and its colon: a word, or text in double quotes without escapes. */
const KEY = /(?:"([^"\\\n]*)"|([A-Za-z_$][\w$./*-]*)):(?=[ \n]|$)/y;
const WORDS: ReadonlyMap<string, null | boolean> = new Map<string, null | boolean>([
  ...["null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?$/;
/** What the core schema may take for a number, or for nothing, in another way of writing. */
const OTHER_NUMBER =
  /^(?:[-+]?\d*\.?\d*(?:[eE][-+]?\d+)?|[-+]?0[oO][0-7]+|[-+]?0[xX][\da-fA-F]+|[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)|~)$/;
/** A plain scalar starts with none of these; a `-` only where a digit follows. */
const INDICATORS = new Set("?:,[]{}#&*!|>'\"%@`");

/** What stands at a line's end: spaces, a comment after a space. */
const LINE_END = /(?: +#[^\n]*| *)(?:\n|$)/y;
const BLANK_REST = /(?:#[^\n]*)?(?:\n|$)/y;
const SPACES = / */y;
const DOUBLE = /"([^"\\\n]*)"/y;
const SINGLE = /'([^'\n]*)'(?!')/y;
/** A line of a folded scalar: how far it is indented, and its text, with no space at its end. */
const FOLDED_LINE = /( *)([^ \n](?:[^\n]*[^ \n])?)(?:\n|$)/y;
/**
 * A plain scalar up to its line's end or a comment, and within brackets up to a comma or a bracket.
 */
const BLOCK_PLAIN = /(?:[^\n #]|#| +(?![ #\n]|$))+/y;
const FLOW_PLAIN = /(?:[^\n #,[\]{}]|#| +(?![ #\n,[\]{}]|$))+/y;

interface Walk {
  readonly path: string;
  readonly depth: number;
}

/**
 * Reads one document in the plain YAML that suites are written in: block maps and lists, flow maps
 * and lists, scalars of one line and folded ones. INVARIANT: what it gives is what the parser
 * gives, node by node and place by place; whatever is unusual, or wrong, is undefined, and the
 * parser's to read and to report. So it need not be clever, only strict.
 */
class PlainReader {
  readonly #file: string;
  readonly #text: string;
  readonly #end: number;
  #at: number;

  constructor(source: Source, span: Span) {
    this.#file = source.file;
    // WHY cut: a line's end and the document's end are then the same for every pattern
    this.#text = span.end === source.text.length ? source.text : source.text.slice(0, span.end);
    this.#end = span.end;
    this.#at = span.start;
  }

  document(): Node | undefined {
    if (this.#nextLine() !== 0) return undefined;
    if (this.#text.startsWith("---\n", this.#at)) {
      this.#at += 4;
      if (this.#nextLine() !== 0) return undefined;
    }
    const root = this.#blockMap(0, { path: "$", depth: 0 });
    return root !== undefined && this.#nextLine() === -1 ? root : undefined;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }

  #place(start: number, end: number, path: string): Place {
    return { file: this.#file, span: { start, end }, path };
  }

  /**
   * Goes to the next line that says something and gives how far it is indented, -1 at the end of
   * the document; undefined where a comment on the way is indented otherwise: what it belongs to
   * moves the ends of blocks.
   */
  #nextLine(): number | undefined {
    let comments: number | undefined;
    for (;;) {
      const start = this.#at;
      if (start >= this.#end) return (comments ?? 0) === 0 ? -1 : undefined;
      this.#match(SPACES);
      const indent = this.#at - start;
      const char = this.#text[this.#at];
      if (char === "#") {
        if (comments !== undefined && comments !== indent) return undefined;
        comments = indent;
      } else if (char !== "\n" && char !== undefined)
        return comments === undefined || comments === indent ? indent : undefined;
      this.#match(BLANK_REST);
    }
  }

  #map(entries: readonly Entry[], start: number, path: string): Node {
    return { kind: "map", entries, place: this.#place(start, this.#at, path) };
  }

  #list(items: readonly Node[], start: number, path: string): Node {
    return { kind: "list", items, place: this.#place(start, this.#at, path) };
  }

  /**
   * What follows a part of a block that is `indent` deep: whether the block goes on. A block that
   * ends leaves the next line to who is outside.
   */
  #goesOn(indent: number): boolean | undefined {
    const end = this.#at;
    const next = this.#nextLine();
    if (next === undefined || next > indent) return undefined;
    if (next < indent) this.#at = end;
    return next === indent;
  }

  /**
   * A map of which the first key stands here, `indent` from its line's start. Like all of a block,
   * it leaves the reader at the start of a line.
   */
  #blockMap(indent: number, walk: Walk): Node | undefined {
    const start = this.#at;
    const entries: Entry[] = [];
    const keys = new Set<string>();
    for (;;) {
      const key = this.#key(keys, walk.path);
      const value =
        key === undefined
          ? undefined
          : this.#blockValue(indent, { path: key.keyPlace.path, depth: walk.depth + 1 });
      if (key === undefined || value === undefined) return undefined;
      entries.push({ key: key.key, keyPlace: key.keyPlace, value });
      const more = this.#goesOn(indent);
      if (more === undefined) return undefined;
      if (!more) return this.#map(entries, start, walk.path);
    }
  }

  /** A list of which the first dash stands here. */
  #blockList(indent: number, walk: Walk): Node | undefined {
    const start = this.#at;
    const items: Node[] = [];
    for (;;) {
      const dash = this.#at;
      if (!this.#text.startsWith("- ", dash)) return undefined;
      this.#at += 2;
      this.#match(SPACES);
      const inner = { path: `${walk.path}[${items.length}]`, depth: walk.depth + 1 };
      KEY.lastIndex = this.#at;
      const item = KEY.test(this.#text)
        ? this.#blockMap(indent + this.#at - dash, inner)
        : this.#lineValue(indent, inner);
      if (item === undefined) return undefined;
      items.push(item);
      const more = this.#goesOn(indent);
      if (more === undefined) return undefined;
      if (!more) return this.#list(items, start, walk.path);
    }
  }

  /** A key, with its colon behind it; undefined also where it stands twice. */
  #key(keys: Set<string>, path: string): Pick<Entry, "key" | "keyPlace"> | undefined {
    const start = this.#at;
    const found = this.#match(KEY);
    const key = found?.[1] ?? found?.[2];
    if (
      found === null ||
      key === undefined ||
      (found[2] !== undefined && WORDS.has(key)) ||
      keys.has(key)
    )
      return undefined;
    keys.add(key);
    return { key, keyPlace: this.#place(start, this.#at - 1, memberPath(path, key)) };
  }

  /** What stands behind a key's colon, or below it. */
  #blockValue(indent: number, walk: Walk): Node | undefined {
    if (walk.depth > DEPTH) return undefined;
    if (this.#match(LINE_END) === null) {
      this.#match(SPACES);
      return this.#text[this.#at] === ">"
        ? this.#folded(indent, walk.path)
        : this.#lineValue(indent, walk);
    }
    const next = this.#nextLine();
    if (next === undefined || next <= indent) return undefined;
    const char = this.#text[this.#at];
    if (char === "-" && this.#text[this.#at + 1] === " ") return this.#blockList(next, walk);
    return char === "[" || char === "{"
      ? this.#lineValue(indent, walk)
      : this.#blockMap(next, walk);
  }

  /**
   * Folded text (`>-`) of lines that are indented alike, with no empty one between: how long
   * conditions are written.
   */
  #folded(indent: number, path: string): Node | undefined {
    const start = this.#at;
    if (!this.#text.startsWith(">-\n", start)) return undefined;
    this.#at += 3;
    const lines: string[] = [];
    let own = -1;
    for (;;) {
      const at = this.#at;
      const [, spaces, text] = this.#match(FOLDED_LINE) ?? [];
      if (spaces === undefined || text === undefined) break;
      if (own === -1) own = spaces.length;
      if (spaces.length !== own) {
        this.#at = at;
        break;
      }
      lines.push(text);
    }
    if (own <= indent) return undefined;
    const end = this.#at;
    // what says something next has to stand further out, and be no comment
    while (this.#text[this.#at] === "\n") this.#at++;
    const outside = this.#match(SPACES)?.[0].length ?? 0;
    const char = this.#text[this.#at];
    if (char === "#" || char === "\n" || (char === undefined ? outside > 0 : outside >= own))
      return undefined;
    this.#at = end;
    const value = lines.join(" ");
    const written = { source: this.#text, start, end, value };
    return {
      kind: "scalar",
      value,
      place: this.#place(start, start + this.#text.slice(start, end).trimEnd().length, path),
      source: value,
      toFile: scalarOffsets(written, "block"),
    };
  }

  /** A value that starts in this line and has the rest of its last one to itself. */
  #lineValue(indent: number, walk: Walk): Node | undefined {
    const node = this.#flowNode(indent, false, walk);
    return node === undefined || this.#match(LINE_END) === null ? undefined : node;
  }

  #flowNode(indent: number, inFlow: boolean, walk: Walk): Node | undefined {
    if (walk.depth > DEPTH) return undefined;
    switch (this.#text[this.#at]) {
      case "{":
        return this.#flowMap(indent, walk);
      case "[":
        return this.#flowList(indent, walk);
      case '"':
        return this.#quoted(DOUBLE, "double", walk.path);
      case "'":
        return this.#quoted(SINGLE, "single", walk.path);
      default:
        return this.#plain(inFlow ? FLOW_PLAIN : BLOCK_PLAIN, walk.path);
    }
  }

  /**
   * Spaces, comments and line breaks within brackets; false where a line is not indented as it has
   * to be.
   */
  #flowSpace(indent: number): boolean {
    this.#match(SPACES);
    let char = this.#text[this.#at];
    while (char === "\n" || char === "#") {
      if (this.#text[this.#at - 1] === " ") this.#at--;
      if (this.#match(LINE_END) === null) return false;
      const start = this.#at;
      this.#match(SPACES);
      char = this.#text[this.#at];
      if (char !== "\n" && this.#at - start <= indent) return false;
    }
    return char !== undefined;
  }

  #flowMap(indent: number, walk: Walk): Node | undefined {
    const start = this.#at++;
    const entries: Entry[] = [];
    const keys = new Set<string>();
    if (!this.#flowSpace(indent)) return undefined;
    if (this.#text[this.#at] === "}") return (this.#at++, this.#map(entries, start, walk.path));
    for (;;) {
      const key = this.#key(keys, walk.path);
      if (key === undefined || !this.#flowSpace(indent)) return undefined;
      const value = this.#flowNode(indent, true, {
        path: key.keyPlace.path,
        depth: walk.depth + 1,
      });
      if (value === undefined || !this.#flowSpace(indent)) return undefined;
      entries.push({ key: key.key, keyPlace: key.keyPlace, value });
      const char = this.#text[this.#at++];
      if (char === "}") return this.#map(entries, start, walk.path);
      if (char !== "," || !this.#flowSpace(indent)) return undefined;
      if (this.#text[this.#at] === "}") return (this.#at++, this.#map(entries, start, walk.path));
    }
  }

  #flowList(indent: number, walk: Walk): Node | undefined {
    const start = this.#at++;
    const items: Node[] = [];
    if (!this.#flowSpace(indent)) return undefined;
    if (this.#text[this.#at] === "]") return (this.#at++, this.#list(items, start, walk.path));
    for (;;) {
      const item = this.#flowNode(indent, true, {
        path: `${walk.path}[${items.length}]`,
        depth: walk.depth + 1,
      });
      if (item === undefined || !this.#flowSpace(indent)) return undefined;
      items.push(item);
      const char = this.#text[this.#at++];
      if (char === "]") return this.#list(items, start, walk.path);
      if (char !== "," || !this.#flowSpace(indent)) return undefined;
      if (this.#text[this.#at] === "]") return (this.#at++, this.#list(items, start, walk.path));
    }
  }

  #quoted(pattern: RegExp, style: ScalarStyle, path: string): Node | undefined {
    const start = this.#at;
    const value = this.#match(pattern)?.[1];
    return value === undefined
      ? undefined
      : this.#scalar(start, { value, source: value, style, path });
  }

  #plain(pattern: RegExp, path: string): Node | undefined {
    const start = this.#at;
    const source = this.#match(pattern)?.[0].trimEnd();
    if (source === undefined || source === "") return undefined;
    this.#at = start + source.length;
    const first = source.charAt(0);
    if (INDICATORS.has(first) || (first === "-" && !/^-\d/.test(source)) || /:(?: |$)/.test(source))
      return undefined;
    const word = WORDS.get(source);
    if (word !== undefined)
      return this.#scalar(start, { value: word, source, style: "plain", path });
    if (NUMBER.test(source) && !isExactNumber(source)) return undefined;
    if (NUMBER.test(source))
      return this.#scalar(start, { value: Number(source), source, style: "plain", path });
    return OTHER_NUMBER.test(source)
      ? undefined
      : this.#scalar(start, { value: source, source, style: "plain", path });
  }

  #scalar(
    start: number,
    {
      value,
      source,
      style,
      path,
    }: {
      readonly value: null | boolean | number | string;
      readonly source: string;
      readonly style: ScalarStyle;
      readonly path: string;
    },
  ): Node {
    const end = this.#at;
    const written = {
      source: this.#text,
      start,
      end,
      value: typeof value === "string" ? value : source,
    };
    const comment = style === "plain" ? commentBehind(this.#text, end) : {};
    return {
      kind: "scalar",
      value,
      place: this.#place(start, end, path),
      source,
      toFile: scalarOffsets(written, style),
      ...comment,
    };
  }
}

/** The root of one document in plain YAML; undefined where it has to be parsed. */
export function readPlainYaml(source: Source, span: Span): Node | undefined {
  return STRANGE.test(source.text.slice(span.start, span.end))
    ? undefined
    : new PlainReader(source, span).document();
}

import { endOfString } from "./json-string.ts";
import type { Span } from "./span.ts";

/** A member of an object in a JSON text. */
export interface PlacedMember {
  readonly key: string;
  /** Where its key begins, at the quote; its value ends the member. */
  readonly start: number;
  readonly value: PlacedJson;
}

/** A value of a JSON text, and its place there. */
export interface PlacedJson extends Span {
  /** What `JSON.parse` gives; of members of one name, the last. */
  readonly value: unknown;
  /** Of an object: its members as they are written, those of one name too. */
  readonly members?: readonly PlacedMember[];
  /** Of a list. */
  readonly items?: readonly PlacedJson[];
}

/** No more lists and objects may stand in each other: a file of settings has few. */
const MOST_DEPTH = 500;

const [LINE_COMMENT, BLOCK_COMMENT] = ["//", "/*"];
const NUMBER_OR_WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const BLANK = /[ \t\r\n]*/y;

/**
 * The value of a JSON text with the place of each part. Comments, a comma behind the last item and a
 * byte order mark are skipped, as editors that write such files do. `brokenAt`: it is no such text from
 * this offset on.
 */
export function placedJson(text: string): PlacedJson | { readonly brokenAt: number } {
  const reader = new Reader(text);
  try {
    return reader.whole();
  } catch (error) {
    if (error instanceof SyntaxError) return { brokenAt: reader.at };
    throw error;
  }
}

function broken(): SyntaxError {
  return new SyntaxError("no JSON");
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** How far it has read. */
  get at(): number {
    return this.#at;
  }

  whole(): PlacedJson {
    if (this.#text.startsWith("\uFEFF")) this.#at = 1;
    this.#skip();
    const value = this.#value(0);
    this.#skip();
    if (this.#at < this.#text.length) throw broken();
    return value;
  }

  /** Goes behind blanks and comments. */
  #skip(): void {
    for (;;) {
      BLANK.lastIndex = this.#at;
      BLANK.test(this.#text);
      this.#at = BLANK.lastIndex;
      const isBlock = this.#text.startsWith(BLOCK_COMMENT, this.#at);
      if (!isBlock && !this.#text.startsWith(LINE_COMMENT, this.#at)) return;
      const end = this.#text.indexOf(isBlock ? "*/" : "\n", this.#at + 2);
      if (isBlock && end < 0) throw broken();
      this.#at = end < 0 ? this.#text.length : end + (isBlock ? 2 : 1);
    }
  }

  /** Goes behind a character that stands next, if it does. */
  #takes(char: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #value(depth: number): PlacedJson {
    const char = this.#text[this.#at];
    if (depth > MOST_DEPTH) throw broken();
    if (char === "{") return this.#object(depth);
    if (char === "[") return this.#list(depth);
    const start = this.#at;
    if (char === '"') return { start, value: this.#string(), end: this.#at };
    NUMBER_OR_WORD.lastIndex = start;
    const [token] = NUMBER_OR_WORD.exec(this.#text) ?? [];
    if (token === undefined) throw broken();
    this.#at += token.length;
    return { start, value: JSON.parse(token), end: this.#at };
  }

  #string(): string {
    const start = this.#at;
    const end = endOfString(this.#text, start);
    if (this.#text[start] !== '"' || end < 0) throw broken();
    this.#at = end + 1;
    return String(JSON.parse(this.#text.slice(start, this.#at)));
  }

  #object(depth: number): PlacedJson {
    const start = this.#at++;
    const members: PlacedMember[] = [];
    for (let goesOn = true; !this.#takes("}"); goesOn = this.#takes(",")) {
      if (!goesOn) throw broken();
      const at = this.#at;
      const key = this.#string();
      if (!this.#takes(":")) throw broken();
      this.#skip();
      members.push({ key, start: at, value: this.#value(depth + 1) });
    }
    const value = Object.fromEntries(members.map((one) => [one.key, one.value.value]));
    return { start, end: this.#at, value, members };
  }

  #list(depth: number): PlacedJson {
    const start = this.#at++;
    const items: PlacedJson[] = [];
    for (let goesOn = true; !this.#takes("]"); goesOn = this.#takes(",")) {
      if (!goesOn) throw broken();
      items.push(this.#value(depth + 1));
    }
    return { start, end: this.#at, value: items.map(({ value }) => value), items };
  }
}

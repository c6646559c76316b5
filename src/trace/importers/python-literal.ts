import type { Json } from "../../request/json.ts";
import { keptNumber } from "../../text/exact-number.ts";

const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ["None", null],
  ["True", true],
  ["False", false],
]);
const TOKEN = new RegExp(
  String.raw`\s*(?:('(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*")` +
    String.raw`|(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(None|True|False)\b|([{}[\](),:]))`,
  "y",
);
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);
const MAX_DEPTH = 100;
/** Nothing that `str` prints for arguments is longer; JSON has no such bound. */
const MAX_LENGTH = 1024 * 1024;

/**
 * What `str()` of a Python dict or list prints (`{'query': 'x', 'n': None}`), as JSON: frameworks
 * log a tool's input so. Undefined for any other text.
 */
export function parsePythonLiteral(text: string): Json | undefined {
  if (text.length > MAX_LENGTH || !/^\s*[{[(]/.test(text)) return undefined;
  const reader = new LiteralReader(text);
  const value = reader.value(0);
  return reader.atEnd() ? value : undefined;
}

class LiteralReader {
  readonly #text: string;
  /** WHY here: one expression serves all texts, and compiling it takes longer than reading most. */
  #at = 0;
  #failed = false;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    return !this.#failed && this.#text.slice(this.#at).trim() === "";
  }

  value(depth: number): Json | undefined {
    const token = this.#next();
    if (token === undefined || depth > MAX_DEPTH) return this.#fail();
    const [, quoted, number, word, mark] = token;
    if (quoted !== undefined) return unquote(quoted);
    if (number !== undefined) return keptNumber(number);
    if (word !== undefined) return WORDS.get(word);
    if (mark === "{") return this.#map(depth);
    return mark === "[" || mark === "("
      ? this.#list(mark === "[" ? "]" : ")", depth)
      : this.#fail();
  }

  #map(depth: number): Json | undefined {
    const entries = new Map<string, Json>();
    while (!this.#closes("}")) {
      const key = this.value(depth + 1);
      if (typeof key !== "string" || this.#next()?.[4] !== ":") return this.#fail();
      const value = this.value(depth + 1);
      // a dictionary has no key twice, so `str` never prints one
      if (value === undefined || entries.has(key) || !this.#separates("}")) return this.#fail();
      entries.set(key, value);
    }
    return this.#failed ? undefined : Object.fromEntries(entries);
  }

  #list(end: string, depth: number): Json | undefined {
    const items: Json[] = [];
    while (!this.#closes(end)) {
      const value = this.value(depth + 1);
      if (value === undefined || !this.#separates(end)) return this.#fail();
      items.push(value);
    }
    return this.#failed ? undefined : items;
  }

  /** Steps over a comma; true also where the end follows. */
  #separates(end: string): boolean {
    const at = this.#at;
    const mark = this.#next()?.[4];
    if (mark === end) this.#at = at;
    return mark === end || mark === ",";
  }

  #closes(end: string): boolean {
    if (this.#failed) return true;
    const at = this.#at;
    if (this.#next()?.[4] === end) return true;
    this.#at = at;
    this.#failed = false;
    return false;
  }

  #next(): RegExpExecArray | undefined {
    TOKEN.lastIndex = this.#at;
    const found = TOKEN.exec(this.#text) ?? undefined;
    if (found !== undefined) this.#at = TOKEN.lastIndex;
    return found;
  }

  #fail(): undefined {
    this.#failed = true;
    return undefined;
  }
}

function unquote(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(
      /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|([\s\S]))/gi,
      (_all, hex?: string, unicode?: string, char?: string) => {
        const code = hex ?? unicode;
        if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
        return ESCAPES.get(char ?? "") ?? char ?? "";
      },
    );
}

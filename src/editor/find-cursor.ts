import type { Cursor, Step, Style } from "./cursor.ts";
import { FlowScanner } from "./flow-scanner.ts";

interface Level {
  readonly indent: number;
  readonly isItem: boolean;
  step: Step;
  start: number;
  readonly keys: string[];
}

/** The scalar that is being written. */
interface Scalar {
  readonly style: Style;
  readonly start: number;
  text: string;
}

const KEY =
  /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#[\]{},"'&*!|>%@`-][^:#]*?|-[^\s:][^:#]*?)\s*:(?=\s|$)/;
const HEADER = /^[|>][-+\d]*\s*(#.*)?$/;

/** A key without its quotes. */
function keyName(written: string): string {
  return /^["']/.test(written) ? written.slice(1, -1) : written;
}

function withoutQuotes(text: string, style: Style): string {
  if (style === "single") return text.slice(1).replaceAll("''", "'");
  return style === "double" ? text.slice(1).replace(/\\(.)/gs, "$1") : text;
}

/** Whether the quotes with which a text begins are closed in it. */
function isClosed(text: string): boolean {
  return text.startsWith('"')
    ? /^"(?:[^"\\]|\\.)*"/s.test(text)
    : /^'(?:[^']|'')*'(?!')/s.test(text);
}

/**
 * Reads block YAML line by line up to where somebody types. It never fails: half-typed text is what
 * it is made for, so it takes every line for what it most likely is.
 */
class BlockScanner {
  readonly #levels: Level[] = [];
  #scalar: Scalar | undefined;
  #flow: FlowScanner | undefined;
  #comment = false;
  /** Where the text of the current line starts, if nothing but blanks stands before it. */
  #ownLine = -1;

  line(line: string, at: number): void {
    this.#comment = false;
    if (this.#flow !== undefined) return this.#flowText(line, at);
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    const rest = line.slice(indent);
    this.#ownLine = at + indent;
    if (this.#continues(rest, indent)) return;
    this.#scalar = undefined;
    this.#entry(rest, indent, at + indent);
  }

  /** Whether the line belongs to a scalar of the lines before. */
  #continues(rest: string, indent: number): boolean {
    const scalar = this.#scalar;
    if (scalar === undefined || (scalar.style === "plain" && scalar.text === "")) return false;
    const open = scalar.style === "single" || scalar.style === "double";
    if (open && isClosed(scalar.text)) return false;
    const isBelow = indent > (this.#levels.at(-1)?.indent ?? -1);
    if (!open && rest !== "" && !isBelow) return false;
    if (!open && rest === "" && scalar.style === "plain" && !isBelow) return false;
    if (!open && scalar.style === "plain" && rest.startsWith("#")) return false;
    scalar.text += `\n${rest}`;
    return true;
  }

  #entry(rest: string, column: number, at: number): void {
    if (rest.startsWith("#")) {
      this.#comment = true;
      return;
    }
    const dash = /^-(?: +|$)/.exec(rest);
    if (dash !== null) {
      this.#item(column, at);
      const width = dash[0].length;
      if (rest.length > width) this.#entry(rest.slice(width), column + width, at + width);
      else this.#start("plain", at + rest.length);
      return;
    }
    const key = KEY.exec(rest);
    if (key === null) {
      if (at === this.#ownLine) this.#popTo(column, true);
      return this.#value(rest, at);
    }
    this.#member(keyName(key[1] ?? ""), column, at);
    const after = rest.slice(key[0].length);
    const blank = /^\s*/.exec(after)?.[0].length ?? 0;
    this.#value(after.slice(blank), at + key[0].length + blank);
  }

  #popTo(column: number, items: boolean): void {
    for (let top = this.#levels.at(-1); top !== undefined; top = this.#levels.at(-1)) {
      if (top.indent < column || (top.indent === column && !(items && top.isItem))) return;
      this.#levels.pop();
    }
  }

  #item(column: number, at: number): void {
    this.#popTo(column, false);
    const top = this.#levels.at(-1);
    if (top?.indent === column && top.isItem) {
      top.step = Number(top.step) + 1;
      top.start = at;
    } else this.#levels.push({ indent: column, isItem: true, step: 0, start: at, keys: [] });
  }

  #member(key: string, column: number, at: number): void {
    this.#popTo(column, true);
    const top = this.#levels.at(-1);
    if (top?.indent === column && !top.isItem) {
      top.step = key;
      top.start = at;
      top.keys.push(key);
    } else this.#levels.push({ indent: column, isItem: false, step: key, start: at, keys: [key] });
  }

  #start(style: Style, start: number, text = ""): void {
    this.#scalar = { style, start, text };
  }

  #value(text: string, at: number): void {
    if (HEADER.test(text)) return this.#start("block", at);
    if (/^[[{]/.test(text)) {
      this.#flow = new FlowScanner();
      return this.#flowText(text, at);
    }
    if (/^["']/.test(text)) return this.#quoted(text, at);
    const comment = text.startsWith("#") ? 0 : text.search(/\s#/);
    if (comment >= 0) this.#comment = true;
    this.#start("plain", at, text);
  }

  #quoted(text: string, at: number): void {
    this.#start(text.startsWith('"') ? "double" : "single", at, text);
    if (isClosed(text)) this.#comment = /\s#/.test(text.slice(text.lastIndexOf(text[0] ?? "")));
  }

  #flowText(text: string, at: number): void {
    this.#flow?.text(text, at);
    if (this.#flow?.isClosed === true) this.#flow = undefined;
  }

  /** Where the text ends; `column`: how far its last line is indented. */
  end(column: number): Cursor | undefined {
    if (this.#comment) return undefined;
    const path = this.#levels.map(({ step }) => step);
    const starts = this.#levels.map(({ start }) => start);
    if (this.#flow !== undefined) {
      const flow = this.#flow.end();
      const all = {
        path: [...path, ...(flow?.path ?? [])],
        starts: [...starts, ...(flow?.starts ?? [])],
      };
      return flow && { ...flow, ...all };
    }
    return this.#scalar && this.#blockEnd(this.#scalar, column, { path, starts });
  }

  #blockEnd(
    scalar: Scalar,
    column: number,
    { path, starts }: Pick<Cursor, "path" | "starts">,
  ): Cursor | undefined {
    const { style, start, text } = scalar;
    if ((style === "single" || style === "double") && isClosed(text)) return undefined;
    const top = this.#levels.at(-1);
    const typed = { typed: withoutQuotes(text, style), start, style };
    const isOwn = start === this.#ownLine;
    if (isOwn && (top === undefined || (column === top.indent && !top.isItem))) {
      const siblings = top?.keys ?? [];
      return {
        path: path.slice(0, -1),
        starts: starts.slice(0, -1),
        role: "key",
        ...typed,
        siblings,
      };
    }
    const role = isOwn || (top?.isItem === true && !text.includes("\n")) ? "open" : "value";
    return { path, starts, role: style === "block" ? "value" : role, ...typed, siblings: [] };
  }
}

/** Where a document begins that holds an offset: behind the marker before it. */
export function documentStart(text: string, offset: number): number {
  const before = text.slice(0, offset);
  let start = 0;
  for (const match of before.matchAll(/^(?:---|\.\.\.)(?:[ \t][^\n]*)?(?:\r?\n|$)/gm))
    start = match.index + match[0].length;
  return start;
}

/**
 * Where an offset of a text stands in its YAML; undefined: in a comment, behind a closed scalar, or
 * in a document's marker. Looks only at what stands before, so that nothing behind has to be
 * well-formed.
 */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  const from = documentStart(text, offset);
  const scanner = new BlockScanner();
  let at = from;
  let [column, line] = [0, ""];
  for (const written of text.slice(from, offset).split("\n")) {
    line = written.endsWith("\r") ? written.slice(0, -1) : written;
    column = /^ */.exec(line)?.[0].length ?? 0;
    scanner.line(line, at);
    at += written.length + 1;
  }
  return scanner.end(column);
}

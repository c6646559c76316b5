import type { Position, Range } from "vscode-languageserver/node";
import { lineStarts, positionAt } from "../text/line-index.ts";
import type { Span } from "../text/span.ts";

/** How clients count within a line (LSP 3.17, PositionEncodingKind). */
export type Encoding = "utf-16" | "utf-8";

/** How many bytes a unit of a text takes; half of a pair takes half of four. */
function bytesOf(unit: number): number {
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  return unit >= 0xd800 && unit <= 0xdfff ? 2 : 3;
}

/** Offsets of a text as a client counts them, and back. */
export class Positions {
  readonly #text: string;
  readonly #starts: readonly number[];
  readonly #encoding: Encoding;

  constructor(text: string, encoding: Encoding) {
    this.#text = text;
    this.#starts = lineStarts(text);
    this.#encoding = encoding;
  }

  /** Where an offset stands; one behind the text's end is taken for the end. */
  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.#text.length));
    const { line, column } = positionAt(this.#starts, at);
    if (this.#encoding === "utf-16") return { line: line - 1, character: column - 1 };
    let character = 0;
    for (let i = at - column + 1; i < at; i++) character += bytesOf(this.#text.charCodeAt(i));
    return { line: line - 1, character };
  }

  range({ start, end }: Span): Range {
    return { start: this.position(start), end: this.position(Math.max(start, end)) };
  }

  /** The offset of a position; one behind its line's end is taken for that end. */
  offset({ line, character }: Position): number {
    const start = this.#starts[line];
    if (start === undefined) return line < 0 ? 0 : this.#text.length;
    const end = this.#lineEnd(line);
    if (this.#encoding === "utf-16") return Math.min(start + Math.max(0, character), end);
    let at = start;
    for (let bytes = 0; at < end; at++) {
      bytes += bytesOf(this.#text.charCodeAt(at));
      if (bytes > character) break;
    }
    return at;
  }

  /** Where a line ends, without its line break. */
  #lineEnd(line: number): number {
    let end = this.#starts[line + 1] ?? this.#text.length;
    const start = this.#starts[line] ?? 0;
    while (end > start && /[\r\n]/.test(this.#text.charAt(end - 1))) end--;
    return end;
  }

  span({ start, end }: Range): Span {
    return { start: this.offset(start), end: this.offset(end) };
  }
}

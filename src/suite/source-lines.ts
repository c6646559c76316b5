import { lineStarts, positionAt } from "../text/line-index.ts";
import type { Place } from "../policy/model.ts";
import type { Source } from "../text/span.ts";
import type { LineRef } from "../documents/test-result.ts";

interface Indexed {
  readonly text: string;
  readonly starts: readonly number[];
}

/** Finds lines of the documents by offset; each text is indexed at its first question. */
export class SourceLines {
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #indexed = new Map<string, Indexed>();
  readonly #places = new WeakMap<Place, LineRef>();

  constructor(sources: readonly Source[]) {
    this.#sources = new Map(sources.map((source) => [source.file, source]));
  }

  text(file: string): string {
    return this.#sources.get(file)?.text ?? "";
  }

  files(): readonly string[] {
    return [...this.#sources.keys()];
  }

  #index(file: string): Indexed {
    const known = this.#indexed.get(file);
    if (known !== undefined) return known;
    const text = this.text(file);
    const indexed = { text, starts: lineStarts(text) };
    this.#indexed.set(file, indexed);
    return indexed;
  }

  /** The line at an offset; line and column from 1. */
  at(file: string, offset: number): LineRef {
    const { text, starts } = this.#index(file);
    const { line, column } = positionAt(starts, Math.min(offset, text.length));
    return { file, line, column, source: this.line(file, line).trim() };
  }

  line(file: string, line: number): string {
    const { text, starts } = this.#index(file);
    return text
      .slice(starts[line - 1] ?? text.length, starts[line] ?? text.length)
      .replace(/[\r\n]+$/, "");
  }

  lines(file: string): readonly string[] {
    const { starts } = this.#index(file);
    return starts.map((_, i) => this.line(file, i + 1));
  }

  of(place: Place): LineRef {
    const known = this.#places.get(place);
    if (known !== undefined) return known;
    const found = this.at(place.file, place.span.start);
    this.#places.set(place, found);
    return found;
  }
}

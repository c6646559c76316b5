import type { Row } from "../../engine/row.ts";
import { textOf, type Dictionary } from "../../trace/columns/dictionary.ts";
import type { ClassParts } from "./class-parts.ts";
import { CodeMemo, TextMemo } from "./code-memo.ts";
import type { Entities } from "./entities.ts";
import type { Frame } from "./frame.ts";
import { ACTION, RESOURCE, SUBJECT, type Operand } from "./probe-plan.ts";
import { rowFor, type RowViews } from "./views.ts";

/** What the rows of a segment are read by. */
interface Readers {
  readonly parts: ClassParts;
  readonly views: RowViews;
  readonly entities: Entities;
}

/** WHY: what comparing longer texts costs is counted (design 3.4). */
const LONGEST = 1000;

/**
 * One side of an equality, by the rows of a segment: the number of the text that it comes to, each
 * value asked once. Texts are equal where, and only where, their numbers are.
 */
export class ComparedTexts {
  readonly #side: Operand;
  readonly #version: number;
  readonly #readers: Readers;
  readonly #numbers = new CodeMemo();
  readonly #byText: TextMemo;

  constructor(side: Operand, version: number, readers: Readers) {
    this.#side = side;
    this.#version = version;
    this.#readers = readers;
    this.#byText = readers.parts.comparedBy(side.atom);
  }

  /** The number of a row's text, above 0; 0: it is no text, or nobody knows it. */
  number(row: number, frame: Frame): number {
    if (frame.number !== 0) return 0;
    const place = this.#place(row, frame);
    const known = this.#numbers.get(0, place);
    if (known >= 0) return known;
    const number = this.#make(row, frame);
    this.#numbers.set(0, place, number);
    return number;
  }

  #place(row: number, frame: Frame): number {
    const { column, resource } = this.#side;
    const { views, entities } = this.#readers;
    if (column === SUBJECT) return entities.subject(row, frame);
    if (column === ACTION) return entities.action(row, frame);
    if (column === RESOURCE) return entities.resourceKey(resource, row, frame);
    return views.code(column, row);
  }

  #make(row: number, frame: Frame): number {
    const { column, resource } = this.#side;
    const { views, entities } = this.#readers;
    if (column === RESOURCE) return this.#ofResource(resource, row, frame);
    if (column < 0)
      return this.#numberOf(
        rowFor(views.live(row, [], frame), frame, entities.of(row, frame, this.#version)),
      );
    const code = views.code(column, row);
    const dictionary = views.segment.dictionaries[column];
    const text = dictionary === undefined ? "" : valueKey(dictionary, code, frame.number);
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const number = this.#numberOf(rowFor(views.single(column, code, frame), frame, {}));
    this.#byText.set(text, number);
    return number;
  }

  /** WHY by text: there may be as many owners of resources as there are resources. */
  #ofResource({ members }: Operand["resource"], row: number, frame: Frame): number {
    const { views, entities } = this.#readers;
    const make = (): number => this.#numberOf(entities.resourceRow(this.#version, row, frame));
    const given = entities.givenOfOne(this.#side.resource, row, frame);
    const [member] = members;
    const dictionary = views.segment.dictionaries[member?.column ?? -1];
    if (given < 0 || member === undefined || dictionary === undefined) return make();
    const text = `${given},${valueKey(dictionary, views.code(member.column, row), 0)}`;
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const number = make();
    this.#byText.set(text, number);
    return number;
  }

  #numberOf(row: Row): number {
    const value = this.#side.atom.test(row);
    return typeof value === "string" && value.length < LONGEST
      ? 1 + this.#readers.parts.compared.code(value)
      : 0;
  }
}

/** One character for each depth to which a path is followed. */
const DEPTHS = "0123456789abcdefghijklmnopqrstuvwxyz";

/**
 * A text that is the same only for values that are alike, of rows that say the same of their
 * record. INVARIANT: no JSON text has a comma outside of brackets and quotes.
 */
export function valueKey(dictionary: Dictionary, code: number, frame: number): string {
  const depth = dictionary.depths[code] ?? 0;
  return frame === 0 && depth < DEPTHS.length
    ? textOf(dictionary, code) + DEPTHS.charAt(depth)
    : `${frame},${depth},${textOf(dictionary, code)}`;
}

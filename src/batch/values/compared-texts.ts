import type { EvaluationContext } from "../../engine/evaluation-context.ts";
import { textOf, type Dictionary } from "../../trace/columns/dictionary.ts";
import { CodeMemo } from "./code-memo.ts";
import type { Entities } from "./entities.ts";
import type { Frame } from "./frame.ts";
import { ACTION, type Operand } from "./probe-plan.ts";
import { rowFor, type RowViews } from "./views.ts";

/** Which side of which equality it is, and what the rows of a segment are read by. */
interface Place {
  readonly index: number;
  readonly side: number;
  readonly version: number;
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
  readonly #operand: Operand;
  readonly #place: Place;
  /** By code of a column that every other row fills anew. */
  readonly #byCode = new CodeMemo();

  constructor(operand: Operand, place: Place) {
    this.#operand = operand;
    this.#place = place;
  }

  /** The number of a row's text, above 0; 0: it is no text, or nobody knows it. */
  number(row: number, frame: Frame): number {
    if (frame.number !== 0) return 0;
    const { column, reads } = this.#operand;
    if (reads === undefined && column !== ACTION) return this.#ofColumn(column, row, frame);
    const { entities, index, side } = this.#place;
    const at = reads === undefined ? entities.action(row, frame) : entities.key(reads, row, frame);
    const memo = entities.memory.sides[index]?.[side];
    const known = memo?.get(at) ?? 0;
    if (known !== 0) return known - 1;
    const number = this.#numberOf(this.#rowOf(row, frame));
    memo?.set(at, number + 1);
    return number;
  }

  #rowOf(row: number, frame: Frame): EvaluationContext {
    const { views, entities, version } = this.#place;
    const { reads } = this.#operand;
    return reads === undefined
      ? rowFor(views.live(row, [], frame), frame, entities.made.of(row, frame, version))
      : entities.made.rowOf(reads.root, version, row, frame);
  }

  #ofColumn(column: number, row: number, frame: Frame): number {
    const { views, entities, index, side } = this.#place;
    const code = views.code(column, row);
    const near = this.#byCode.get(0, code);
    if (near >= 0) return near;
    const memo = entities.memory.sidesByText[index]?.[side];
    const dictionary = views.segment.dictionaries[column];
    const text = dictionary === undefined ? "" : valueKey(dictionary, code, frame.number);
    const number =
      memo?.get(text) ?? this.#numberOf(rowFor(views.single(column, code, frame), frame, {}));
    memo?.set(text, number);
    this.#byCode.set(0, code, number);
    return number;
  }

  #numberOf(row: EvaluationContext): number {
    const value = this.#operand.atom.test(row);
    return typeof value === "string" && value.length < LONGEST
      ? 1 + this.#place.entities.memory.texts.code(value)
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

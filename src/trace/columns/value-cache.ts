import type { Json } from "../../request/json.ts";
import { textOf } from "./dictionary.ts";
import type { Segment } from "./segment.ts";

const QUOTE = 34;
const MINUS = 45;

/** The value of a JSON text; texts without escapes and short numbers need no parser. */
export function valueOf(text: string): Json {
  const first = text.charCodeAt(0);
  if (first === QUOTE && !text.includes("\\")) return text.slice(1, -1);
  if (first === MINUS || (first >= 48 && first <= 57)) return Number(text);
  const parsed: Json = JSON.parse(text);
  return parsed;
}

/** Parsed values by segment column and code, so that what many rows share is parsed once. */
export class ValueCache {
  readonly #segment: Segment;
  readonly #values: (Json | undefined)[][];

  constructor(segment: Segment) {
    this.#segment = segment;
    this.#values = segment.dictionaries.map(() => []);
  }

  /**
   * What stands at a column's path, as far as it could be followed: an empty object where one ended
   * it.
   */
  value(column: number, code: number): Json {
    const values = this.#values[column] ?? [];
    const known = values[code];
    if (known !== undefined) return known;
    const dictionary = this.#segment.dictionaries[column];
    const text = dictionary === undefined ? "" : textOf(dictionary, code);
    const parsed: Json = text === "" ? {} : valueOf(text);
    values[code] = parsed;
    return parsed;
  }
}

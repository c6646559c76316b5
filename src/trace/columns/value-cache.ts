import type { Json } from "../../request/json.ts";
import { entryOf } from "./dictionary.ts";
import type { Segment } from "./segment.ts";

/** Parsed values by segment column and code, so that what many rows share is parsed once. */
export class ValueCache {
  readonly #segment: Segment;
  readonly #values: (Json | undefined)[][];

  constructor(segment: Segment) {
    this.#segment = segment;
    this.#values = segment.dictionaries.map(() => []);
  }

  /** What stands at a column's path, as far as it could be followed: an empty object where one ended it. */
  value(column: number, code: number): Json {
    const values = this.#values[column] ?? [];
    const known = values[code];
    if (known !== undefined) return known;
    const dictionary = this.#segment.dictionaries[column];
    const text = dictionary === undefined ? "" : entryOf(dictionary, code).text;
    const parsed: Json = text === "" ? {} : JSON.parse(text);
    values[code] = parsed;
    return parsed;
  }
}

/** One step of a YAML path. */
export type Step = string | number;

/** How the scalar is written in which the cursor stands. */
export type Style = "plain" | "single" | "double" | "block";

/** Where in a document somebody types, as far as the text before the cursor tells. */
export interface Cursor {
  readonly path: readonly Step[];
  /**
   * `key`: the name of a member of the map at `path`; `value`: the value at `path`; `open`: either,
   * as `path` may be a map or a scalar.
   */
  readonly role: "key" | "value" | "open";
  /** What is written of the scalar up to the cursor, without quotes and indentation. */
  readonly typed: string;
  /** Where the scalar starts, quotes included. */
  readonly start: number;
  readonly style: Style;
  /** Members of the map that stand before the cursor. */
  readonly siblings: readonly string[];
  /** Where each step of the path starts in the text: list items and members. */
  readonly starts: readonly number[];
}

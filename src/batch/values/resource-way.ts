import type { TextMemo } from "./code-memo.ts";
import type { IdClasses } from "./id-classes.ts";

/**
 * How a tool's resource id is read: off one path of the arguments, or (column -1) as the event
 * names it.
 */
export interface Way extends Ids {
  /** Its number among all. */
  readonly number: number;
  readonly column: number;
}

/** How ids of certain types are told apart. */
export interface Ids {
  /** The type that each version gives what it reads off the arguments. */
  readonly types: readonly (string | undefined)[];
  /** What is known of an id by its text, over all segments; -2: not to be told here. */
  readonly known: TextMemo;
  /** The same by the id's bytes, where those tell it. */
  readonly classes: IdClasses | undefined;
}

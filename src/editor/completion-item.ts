import type { Span } from "../text/span.ts";

/** One thing that may be written. */
export interface Completion {
  readonly label: string;
  /** `snippet`: `insert` has tab stops, and lines that are indented relative to the first one. */
  readonly kind: "field" | "word" | "attribute" | "function" | "keyword" | "name" | "snippet";
  /** In one line: its type, or where it comes from. */
  readonly detail?: string;
  /** A sentence of the documentation, as plain text. */
  readonly about?: string;
  /** What is written in the place of `replace`. */
  readonly insert: string;
  readonly replace: Span;
  /** Lower ones are shown first. */
  readonly rank: number;
}

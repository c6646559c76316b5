/** A half-open range of UTF-16 offsets in one source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * A document's text under the name a person knows it by (a path as given, `<stdin>`,
 * `git:main:policies/x.yaml`).
 */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** A place as people count it: line and column from 1; the column counts UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

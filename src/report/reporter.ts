import { inertJson } from "./json-text.ts";

/** What a reporter may know besides the document: how it is shown, never what it says. */
export interface ReportOptions {
  readonly color: boolean;
  /** Everything that the document lists, not only the largest. */
  readonly details: boolean;
  /** The columns of the terminal that lines are cut to; left out: lines stay whole. */
  readonly columns?: number;
  /**
   * Where the working folder lies below the repository's root; left out: it is the root. Paths of
   * documents are relative to the working folder.
   */
  readonly folder?: string;
  /** The characters that a comment may have: folded parts that do not fit are left out, and named. */
  readonly most?: number;
  /** Base64 SHA-256 of a text's UTF-8 bytes, for the content security policy of a page. */
  readonly pin?: (text: string) => string;
}

/** Narrower than this no line is cut. */
const NARROWEST = 40;

/** The characters that a line may have, less those that are `taken`. */
export function lineWidth({ columns }: Pick<ReportOptions, "columns">, taken = 0): number {
  return columns === undefined
    ? Number.POSITIVE_INFINITY
    : Math.max(1, Math.max(NARROWEST, columns) - taken);
}

/** A pure function of one result document. */
export type Reporter<T> = (document: T, options: ReportOptions) => string;

/** The document itself. */
export function jsonReporter<T>(document: T): string {
  return `${inertJson(JSON.stringify(document, null, 2))}\n`;
}

import { inertJson } from "./json-text.ts";

/** What a reporter may know besides the document: how it is shown, never what it says. */
export interface ReportOptions {
  readonly color: boolean;
  /** Everything that the document lists, not only the largest. */
  readonly details: boolean;
  /** The columns of the terminal, for what is laid out by them; left out: there is none. */
  readonly columns?: number;
  /** The rows of which there is room on the terminal; left out: what is long may scroll. */
  readonly rows?: number;
  /** The rows of the terminal, for what shows more on a high one; left out: there is none. */
  readonly screenRows?: number;
  /**
   * Where the working folder lies below the repository's root; left out: it is the root. Paths of
   * documents are relative to the working folder.
   */
  readonly folder?: string;
  /** The address of a finding's page, where a terminal shows hyperlinks; left out: it does not. */
  readonly pageOf?: (code: string) => string | undefined;
  /** The characters that a comment may have: folded parts that do not fit are left out, and named. */
  readonly most?: number;
  /**
   * What follows the id in the `agentz explain` that opens a call: flags, or nothing. Null: nothing
   * opens it; left out: agentz.yaml says what a replay read.
   */
  readonly explainFlags?: string | null;
  /** Base64 SHA-256 of a text's UTF-8 bytes, for the content security policy of a page. */
  readonly pin?: (text: string) => string;
}

/** A line is never cut, only wrapped by whoever shows it on a terminal (design 11.7). */
export const WHOLE: number = Number.POSITIVE_INFINITY;

/** A pure function of one result document. */
export type Reporter<T> = (document: T, options: ReportOptions) => string;

/** The document itself. */
export function jsonReporter<T>(document: T): string {
  return `${inertJson(JSON.stringify(document, null, 2))}\n`;
}

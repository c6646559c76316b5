import { inertJson } from "./json-text.ts";

/** What a reporter may know besides the document: how it is shown, never what it says. */
export interface ReportOptions {
  readonly color: boolean;
  /** Everything that the document lists, not only the largest. */
  readonly details: boolean;
}

/** A pure function of one result document. */
export type Reporter<T> = (document: T, options: ReportOptions) => string;

/** The document itself. */
export function jsonReporter<T>(document: T): string {
  return `${inertJson(JSON.stringify(document, null, 2))}\n`;
}

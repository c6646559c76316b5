import type { Html } from "./html-text.ts";

/** One part of the page: what it is called, and what it shows. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** What the list of parts calls it, where that is shorter. */
  readonly brief?: string;
  readonly body: Html;
}

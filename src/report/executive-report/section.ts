import type { Html } from "./html-text.ts";

/** One part of the page: what it is called, and what it shows. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

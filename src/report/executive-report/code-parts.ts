import { html, type Part, withBreaks } from "./html-text.ts";

/** A sentence with names between backticks: these as code. */
export function codeParts(sentence: string): readonly Part[] {
  return sentence
    .split("`")
    .map((part, i) => (i % 2 === 1 ? html`<span class="mono">${withBreaks(part)}</span>` : part));
}

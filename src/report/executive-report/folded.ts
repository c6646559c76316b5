import { html, type Part } from "./html-text.ts";

/** So many more things of a list, which a reader can open, and which stand open on paper; nothing: none. */
export function folded(n: number, what: Part, noun = "more"): Part {
  return n === 0
    ? ""
    : html` <details class="rest-of"><summary>and ${n.toLocaleString("en-US")} ${noun}</summary>${what}</details>`;
}

import { escapeControls } from "../diagnostics/format.ts";
import { hideSecrets } from "../text/hide-secrets.ts";

/** Acts on text wherever it stands. */
const MARKS = /[\\`*[\]~|@$^]/g;
/** Emphasis; between letters and digits it is none. */
const UNDERLINES = /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
/** What makes links of bare addresses: `https://`, `//`, `www.`, `evil.example`. */
const LINKS = /[:/](?=\/)|\.(?=[\p{L}\p{N}])/gu;
/** Headings, lists, quotes and rules begin a line. */
const BEGINNINGS = /^(\s*)([#+\-=>])/;
const NUMBERS = /^(\s*\d+)([.)])/;

/**
 * Plain text as Markdown that shows it as it is: no links, no HTML, nothing set apart. WHY no more is
 * escaped than that takes: some editors show the escapes.
 */
export function plainMarkdown(text: string): string {
  return escapeControls(hideSecrets(text))
    .replace(MARKS, "\\$&")
    .replace(UNDERLINES, "\\$&")
    .replace(LINKS, "\\$&")
    .replace(BEGINNINGS, "$1\\$2")
    .replace(NUMBERS, "$1\\$2")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;");
}

/** A block of code that shows a text as it is; its fence is longer than any in the text. */
export function codeBlock(language: string, text: string): string {
  const shown = text.split("\n").map((line) => escapeControls(hideSecrets(line)));
  const longest = Math.max(2, ...[...shown.join("\n").matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${shown.join("\n")}\n${fence}`;
}

import { escapeControls } from "../diagnostics/format.ts";
import { hideSecrets } from "../text/hide-secrets.ts";

/** Plain text as Markdown that shows it as it is: no links, no HTML, nothing set apart. */
export function plainMarkdown(text: string): string {
  return escapeControls(hideSecrets(text))
    .replace(/[\\`*_{}[\]()#+\-.!|~>:@/^$]/g, "\\$&")
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

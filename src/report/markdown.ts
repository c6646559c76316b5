import { printable } from "./escape.ts";

/**
 * Text of a trace or a document as inert Markdown: no link, image, HTML, table cell, mention or
 * emphasis can be made of it (design 11.5). Punctuation that Markdown or GitHub acts on is written
 * as character references or escaped.
 */
export function markdownText(text: string, limit = 120): string {
  return unlinked(
    withoutTags(printable(text, limit)).replace(/[\\`*_{}[\]()#+!|~^$-]/g, (c) => `\\${c}`),
  );
}

function withoutTags(text: string): string {
  return text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c] ?? c);
}

/** Escaped text of which no mention, reference or link is made. */
function unlinked(text: string): string {
  return (
    text
      // GitHub makes mentions and issue references of the rendered text, where a reference is a
      // character like any other
      .replace(/@|#(?=\d)|\bGH(?=\\?-\d)/gi, (c) => `${c}&#8203;`)
      // bare addresses it makes of the text as written
      .replace(/:\/\//g, "&#58;//")
      .replace(/\bwww\./gi, (w) => `${w.slice(0, 3)}&#46;`)
  );
}

/**
 * A sentence of our own with names and conditions between backticks, as inert Markdown: what stands
 * between two backticks is code, everything else as {@link markdownText}. Not for cells of a table.
 */
export function markdownSentence(sentence: string, limit = 300): string {
  const parts = printable(sentence, limit).split("`");
  return parts
    .map((part, i) => {
      // what looks like a tag stays escaped, whoever reads the Markdown
      const isTag = /<[a-z/!?]/i.test(part);
      const isCode = i % 2 === 1 && i < parts.length - 1 && part.trim() !== "" && !isTag;
      if (isCode) return `\`${part}\``;
      const open = i % 2 === 1 ? "\\`" : "";
      const close = open !== "" && i < parts.length - 1 ? "\\`" : "";
      return `${open}${markdownText(part, limit * 2)}${close}`;
    })
    .join("");
}

/** As {@link markdownSentence}, for a cell of a table, which a bar in code would end. */
export function markdownCell(sentence: string, limit = 300): string {
  return sentence.includes("|") ? markdownText(sentence, limit) : markdownSentence(sentence, limit);
}

/** A table: header and rows of cells that are Markdown already. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [row(header), row(header.map(() => "---")), ...rows.map(row)];
}

/** A part that opens on click; its title is plain text, which is HTML there and no Markdown. */
export function markdownFold(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0
    ? []
    : [
        "<details>",
        `<summary>${unlinked(withoutTags(printable(title, 120)))}</summary>`,
        "",
        ...lines,
        "",
        "</details>",
        "",
      ];
}

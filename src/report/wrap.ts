/** The longest prefix of a line, such as `approvals  `, below which its rest is written. */
const DEEPEST = 24;
/** What a terminal does not show as letters: colours, and the addresses of links (OSC 8). */
const COLOR = /\u001b\[[0-9;]*m|\u001b\]8;;[^\u001b]*\u001b\\/g;
/** Letters that take two columns: CJK, Hangul, fullwidth forms, emoji. */
const WIDE = new RegExp(
  "[\\u1100-\\u115f\\u2e80-\\ua4cf\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6f\\uff00-\\uff60" +
    "\\uffe0-\\uffe6]|\\p{Extended_Pictographic}",
  "u",
);

/** The columns that a text takes; colours take none. */
export function textWidth(text: string): number {
  let width = 0;
  for (const letter of text.replace(COLOR, "")) width += WIDE.test(letter) ? 2 : 1;
  return width;
}

/** Source with marks below it keeps its columns, whatever the terminal. */
function isSource(line: string): boolean {
  return /^\s*\d*\s*\|/.test(line.replace(COLOR, ""));
}

/** Where the following lines of a wrapped one begin: below its text, not below its label. */
function indentOf(line: string, columns: number): number {
  const plain = line.replace(COLOR, "");
  const label = /^\s*\S+(?: \S+)?\s{2,}/.exec(plain)?.[0].length ?? 0;
  const own = /^ */.exec(plain)?.[0].length ?? 0;
  return label > 0 && label <= Math.min(DEEPEST, columns / 2) ? label : own + 2;
}

/** A line in pieces that fit; a word that is longer than a piece stays whole. */
export function wrapLine(line: string, columns: number): readonly string[] {
  if (textWidth(line) <= columns || isSource(line)) return [line];
  const indent = " ".repeat(Math.min(indentOf(line, columns), Math.max(0, columns - 20)));
  const pieces: string[] = [];
  // the spaces before a word belong to it, so that columns within a piece stay
  for (const word of line.match(/\s*\S+/g) ?? []) {
    const last = pieces.at(-1);
    if (last === undefined) pieces.push(word);
    else if (textWidth(last) + textWidth(word) <= columns) pieces[pieces.length - 1] = last + word;
    else pieces.push(indent + word.trimStart());
  }
  return pieces;
}

/**
 * A text for a terminal of so many columns: longer lines go on below, nothing is cut (design 11.7).
 */
export function wrapText(text: string, columns: number): string {
  return text
    .split("\n")
    .flatMap((line) => wrapLine(line, columns))
    .join("\n");
}

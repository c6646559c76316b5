/** The longest prefix of a line, such as `approvals  `, below which its rest is written. */
const DEEPEST = 24;
/** A part of a list, which begins with a sign. */
const ITEM = /^ *\S /;
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

/** A text with blanks behind it, up to so many columns. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}

/** Source with marks below it keeps its columns, whatever the terminal. */
function isSource(line: string): boolean {
  return /^\s*\d*\s*\|/.test(line.replace(COLOR, ""));
}

/** The marks below a line of source: what stands before them, their colour, and how many there are. */
const MARKS = /^(\s*\| *)((?:\u001b\[[0-9;]*m)*)(\^+)((?:\u001b\[[0-9;]*m)*)$/;

/** A line of source and the marks below it, cut so that the terminal shows what is marked. */
function fitSource(source: string, marks: string, columns: number): readonly [string, string] {
  const [, before = "", on = "", under = "", off = ""] = MARKS.exec(marks) ?? [];
  const gutter = before.indexOf("|") + 2;
  const [body, room] = [source.slice(gutter), columns - gutter];
  const [from, to] = [before.length - gutter, before.length - gutter + under.length];
  if (room < 20 || textWidth(body) <= room) return [source, marks];
  // what is marked, with as much before it as behind it; from the beginning where that shows it
  const start = to < room ? 0 : Math.max(0, Math.min(from - 2, Math.floor((from + to - room) / 2)));
  const end = start + room;
  const shown =
    `${start > 0 ? "…" : ""}${body.slice(start > 0 ? start + 1 : 0, end < body.length ? end - 1 : end)}` +
    (end < body.length ? "…" : "");
  return [
    source.slice(0, gutter) + shown,
    `${before.slice(0, gutter)}${" ".repeat(from - start)}${on}${"^".repeat(Math.min(to, end) - from)}${off}`,
  ];
}

/** Labels of a replay that fill their column, so that one blank stands behind them. */
const FULL_LABEL = /^(?:unrecorded|uncompared|coverage %) /;

/** The columns of a line's label and the blanks behind it; 0 where it has none. */
function labelOf(plain: string, columns: number): number {
  const found = FULL_LABEL.exec(plain) ?? /^\s*\S+(?: \S+)?\s{2,}/.exec(plain);
  const label = found?.[0].length ?? 0;
  return label <= Math.min(DEEPEST, columns / 2) ? label : 0;
}

/**
 * Where the following lines of a wrapped one begin: below its text, not below its label. `below`: where
 * the text of the line before begins, or of the one below which that stands.
 */
function indentOf(line: string, columns: number, below: number): number {
  const plain = line.replace(COLOR, "");
  const label = labelOf(plain, columns);
  if (label > 0) return label;
  const own = ownIndent(plain);
  // what stands below a text goes on below it; a part of a list, behind its sign
  return below > 0 && own === below && !ITEM.test(plain) ? own : own + 2;
}

function ownIndent(plain: string): number {
  return /^ */.exec(plain)?.[0].length ?? 0;
}

/** A piece of source without marks goes on below it, beside its line. */
function wrapSource(line: string, columns: number): readonly string[] {
  const at = line.indexOf("|") + 1;
  const [head, body] = [line.slice(0, at), line.slice(at)];
  const own = /^ */.exec(body)?.[0].length ?? 0;
  const room = columns - textWidth(head);
  if (room < NARROWEST) return [line];
  const blank = `${" ".repeat(textWidth(head) - 1)}|`;
  return fill(body, room, " ".repeat(Math.min(own + 2, room - NARROWEST / 2))).map(
    (piece, i) => (i === 0 ? head : blank) + piece,
  );
}

/** Below so many columns nothing is broken for a better look. */
const NARROWEST = 20;
/** After these a long word may go on in the next line: they end a part of a name. */
const BREAKS = /(?<=[/,:;)\]}=&|-])/;

/** How many letters of a text fit: up to the end of a part of a name if there is one. */
function fitting(text: string, room: number): number {
  if (textWidth(text) <= room) return text.length;
  let whole = "";
  for (const part of text.split(BREAKS)) {
    if (textWidth(whole) + textWidth(part) > room) break;
    whole += part;
  }
  if (whole.trim() !== "") return whole.length;
  let [end, width] = [0, 0];
  for (const letter of text) {
    width += textWidth(letter);
    if (width > room) break;
    end += letter.length;
  }
  return end;
}

/** A word in pieces: the first of `first` columns, the others of `most`. */
function broken(word: string, first: number, most: number): readonly string[] {
  const pieces: string[] = [];
  let room = first;
  for (let at = 0; at < word.length; room = most) {
    // WHY no more than may fit: a word of a trace may have a million letters
    const next = word.slice(at, at + room + 1).replace(/[\ud800-\udbff]$/, "");
    const end = Math.max(1, fitting(next, room));
    pieces.push(word.slice(at, at + end));
    at += end;
  }
  return pieces;
}

/** Addresses stay whole, so that a terminal opens them; and what is coloured, since its colour would reach on. */
const WHOLE_WORD = /https?:\/\/|\u001b/;

/** A text in pieces that fit, all but the first behind an indentation. */
function fill(text: string, columns: number, indent: string): readonly string[] {
  const most = columns - indent.length;
  const pieces: string[] = [];
  let last: string | undefined;
  // the spaces before a word belong to it, so that columns within a piece stay
  for (const word of text.match(/\s*(?:e\.g\. )?\S+/g) ?? []) {
    const room = columns - textWidth(last ?? "");
    const isLong =
      most >= NARROWEST && textWidth(word.trimStart()) > most && !WHOLE_WORD.test(word);
    if (textWidth(word) <= room) last = (last ?? "") + word;
    else if (!isLong) {
      if (last !== undefined) pieces.push(last);
      last = last === undefined ? word : indent + word.trimStart();
    } else {
      const goesOn = last === undefined || room >= NARROWEST;
      if (!goesOn && last !== undefined) pieces.push(last);
      const begun = goesOn ? (last ?? "") : indent;
      const parts = broken(goesOn ? word : word.trimStart(), columns - textWidth(begun), most);
      const lines = parts.map((part, i) => (i === 0 ? begun : indent) + part);
      pieces.push(...lines.slice(0, -1));
      last = lines.at(-1);
    }
  }
  return last === undefined ? pieces : [...pieces, last];
}

/**
 * A line in pieces that fit. A word that is longer than a piece goes on at the end of a part of it;
 * an address stays whole. `below`: where the text begins below which it stands.
 */
export function wrapLine(line: string, columns: number, below = 0): readonly string[] {
  if (textWidth(line) <= columns || isSource(line)) return [line];
  const indent = " ".repeat(
    Math.min(indentOf(line, columns, below), Math.max(0, columns - NARROWEST)),
  );
  return fill(line, columns, indent);
}

/**
 * A text for a terminal of so many columns: longer lines go on below, nothing is cut (design 11.7).
 * WHY but a line of source with marks below it: broken, the marks would point nowhere.
 */
export function wrapText(text: string, columns: number): string {
  const lines = text.split("\n");
  let below = 0;
  return lines
    .flatMap((line, i) => {
      if (!isSource(line)) {
        const plain = line.replace(COLOR, "");
        if (below === 0 || ownIndent(plain) !== below) below = labelOf(plain, columns);
        return wrapLine(line, columns, below);
      }
      const [above, after] = [lines[i - 1] ?? "", lines[i + 1] ?? ""];
      if (MARKS.test(after)) return [fitSource(line, after, columns)[0]];
      if (MARKS.test(line) && isSource(above)) return [fitSource(above, line, columns)[1]];
      return textWidth(line) <= columns ? [line] : wrapSource(line, columns);
    })
    .join("\n");
}

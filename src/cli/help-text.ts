import { textWidth, wrapLine } from "../report/wrap.ts";

/** A line of at least so many letters was broken for its length, and goes on in the next one. */
const FULL = 60;

/** Whether a line is prose: not indented, and no table. */
function isProse(line: string): boolean {
  return /^\S/.test(line) && !/ {3}/.test(line);
}

/** Paragraphs in one line each, so that they can be broken for any width. */
function joined(text: string): string {
  const lines: string[] = [];
  let isOpen = false;
  for (const line of text.split("\n")) {
    if (isOpen && isProse(line)) lines.push(`${lines.pop() ?? ""} ${line}`);
    else lines.push(line);
    isOpen = isProse(line) && line.length >= FULL;
  }
  return lines.join("\n");
}

/** An example and what it does, which goes below where both do not fit. */
const EXAMPLE = /^( {2}agentz .*?\S) {2,}(\S.*)$/;

function fitted(line: string, columns: number): readonly string[] {
  const [, example, does] = (textWidth(line) > columns ? EXAMPLE.exec(line) : null) ?? [];
  if (example === undefined || does === undefined) return wrapLine(line, columns);
  return [...wrapLine(example, columns), ...wrapLine(`      ${does}`, columns)];
}

/** The help of a command for a terminal: its paragraphs fit the width, and no word is cut. */
export function helpText(text: string, columns: number): string {
  return joined(text)
    .split("\n")
    .flatMap((line) => {
      const pieces = fitted(line, columns);
      return isProse(line) ? pieces.map((piece) => piece.trimStart()) : pieces;
    })
    .join("\n");
}

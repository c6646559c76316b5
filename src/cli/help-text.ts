import { wrapLine } from "../report/wrap.ts";

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

/** The help of a command for a terminal: its paragraphs fit the width, and no word is cut. */
export function helpText(text: string, columns: number): string {
  return joined(text)
    .split("\n")
    .flatMap((line) => {
      const pieces = wrapLine(line, columns);
      return isProse(line) ? pieces.map((piece) => piece.trimStart()) : pieces;
    })
    .join("\n");
}

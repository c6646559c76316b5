import type { ShellReader } from "./reader.ts";
import type { WordBuilder } from "./word.ts";

/** Characters whose UTF-8 bytes some shells take for a blank. */
function hasBlankByte(character: string): boolean {
  return /%(?:85|A0)/.test(encodeURIComponent(character));
}

/** Takes one unquoted character beyond ASCII. */
export function readForeign(reader: ShellReader, word: WordBuilder): void {
  const character = String.fromCodePoint(reader.text.codePointAt(reader.at) ?? 0);
  if (hasBlankByte(character))
    reader.fault(reader.at, "an unquoted character", "is a space to some shells: quote it");
  word.text(character, false);
  reader.at += character.length;
}

/** Takes a newline within a word, which may not stand where a heredoc's text is due. */
export function checkNewlines(reader: ShellReader, text: string): void {
  if (text.includes("\n") && reader.awaitsHeredoc())
    reader.fault(reader.at, "a word", "spans lines before the text of a heredoc");
}

/** `'...'`, from behind the opening quote. */
export function readSingle(reader: ShellReader, word: WordBuilder): void {
  const end = reader.text.indexOf("'", reader.at);
  if (end < 0) reader.fault(reader.at - 1, "the quote", "is not closed");
  const text = reader.text.slice(reader.at, end);
  checkNewlines(reader, text);
  word.text(text, true);
  reader.at = end + 1;
}

/**
 * `$'...'`, from behind the opening quote. To dash it is a dollar and `'...'`, so that its text is
 * not known; where the two would end it at different quotes, nothing is.
 */
export function readAnsi(reader: ShellReader, word: WordBuilder): void {
  const start = reader.at;
  const end = reader.text.indexOf("'", start);
  if (end < 0) reader.fault(start - 2, "the quote", "is not closed");
  const text = reader.text.slice(start, end);
  if (text.endsWith("\\")) reader.fault(start - 2, "`$'...'`", "ends elsewhere in other shells");
  checkNewlines(reader, text);
  word.expansion(false);
  reader.at = end + 1;
}

/**
 * `\x` outside of quotes, from behind the backslash. An escaped newline is nothing, if it joins
 * plain characters.
 */
export function readEscape(reader: ShellReader, word: WordBuilder): void {
  const start = reader.at - 1;
  if (reader.peek() === "") reader.fault(start, "the backslash", "escapes nothing");
  if (reader.peek() === "\n") {
    reader.at++;
    checkJoin(reader, start, /[\w./,:@%+ \t-]/);
    return;
  }
  const character = String.fromCodePoint(reader.text.codePointAt(reader.at) ?? 0);
  word.text(character, true);
  reader.at += character.length;
}

/** An escaped newline at `start` has to stand between characters that mean nothing together. */
export function checkJoin(reader: ShellReader, start: number, plain: RegExp): void {
  if (reader.awaitsHeredoc())
    reader.fault(start, "an escaped newline", "is before the text of a heredoc");
  const before = reader.text.charAt(start - 1);
  const after = reader.peek();
  if ((before !== "" && !plain.test(before)) || (after !== "" && !plain.test(after))) {
    reader.fault(start, "an escaped newline", "divides a word or an operator");
  }
}

/** A `!` that an interactive shell may replace by a former command. */
export function checkHistory(reader: ShellReader, quoted: boolean): void {
  const next = reader.peek(1);
  const calm = quoted ? /^[\s="]?$/ : /^[\s=]?$/;
  if (calm.test(next) || reader.text.charAt(reader.at - 1) === "[") return;
  reader.fault(reader.at, "`!`", "is history to an interactive shell: quote it with '...'");
}
